/** How much larger a surface draws, for those who stand further away. */
export type SurfaceScale = number;

/** A surface somebody asked for, and the display it belongs on: 1 is the leftmost. */
export interface WantedSurface {
  surface: 'wall' | 'desk' | 'showcase';
  /** Which screen of the wall; only of a wall. */
  screenId?: string;
  displayNumber?: number;
  /** Left out: 1. */
  scale?: SurfaceScale;
}

/** Why a page was loaded again: it crashed, did not answer any more, had no memory left, its whole browser ended, or lost its graphics card. */
export type ReplacedCause = 'crashed' | 'hung' | 'outOfMemory' | 'browserEnded' | 'graphicsLost';

/** Where a hub is. */
export interface HubAddress {
  /** Such as `http://127.0.0.1:7400`. */
  origin: string;
}

/** The address the hub has on this machine when nobody said otherwise. */
export const defaultHubOrigin = 'http://127.0.0.1:7400';

/** Reads a hub's address, or that of one of its pages; undefined when it is neither. */
export function parseHubAddress(text: string): HubAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return { origin: url.origin };
}

/** The page of a surface at a hub; without a language in the one that was chosen on the page before. */
export function surfaceUrl(hub: HubAddress, surface: WantedSurface, language?: 'zh-CN' | 'en'): string {
  const url = new URL(`/${surface.surface}.html`, hub.origin);
  if (surface.screenId !== undefined) url.searchParams.set('screen', surface.screenId);
  if (surface.scale !== undefined && surface.scale !== 1)
    url.searchParams.set('scale', String(surface.scale));
  // People at a desk choose on the page itself.
  if (language !== undefined && surface.surface !== 'desk') url.searchParams.set('lang', language);
  return url.href;
}

/** The page with the reason why it is loaded again, which wall and showcase report to the desks, and every page takes out of its address. */
export function withCause(pageUrl: string, cause: ReplacedCause): string {
  const url = new URL(pageUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return pageUrl;
  url.searchParams.set('replaced', cause);
  return url.href;
}

/** The page with a ticket that lets the screen in, once. The page takes it out of its address; it is not for logs nor command lines. */
export function withTicket(pageUrl: string, ticket: string): string {
  const url = new URL(pageUrl);
  url.searchParams.set('ticket', ticket);
  return url.href;
}

/** Whether a hub runs on this machine, as far as its address says. */
export function isOnThisMachine({ origin }: HubAddress): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** Whether a URL belongs to a hub. */
export function isOfOrigin(url: string, origin: string | undefined): boolean {
  return origin !== undefined && URL.canParse(url) && new URL(url).origin === origin;
}

/**
 * The origin that Chromium must treat as safe by a command-line flag, or undefined where it does so without one. Over plain HTTP from
 * another machine it would give neither microphone nor WebCodecs, which the surfaces need.
 */
export function originToTrust(origin: string): string | undefined {
  if (new URL(origin).protocol === 'https:') return undefined;
  return isOnThisMachine({ origin }) ? undefined : origin;
}
