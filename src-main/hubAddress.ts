/** A surface somebody asked for, and the display it belongs on: 1 is the leftmost. */
export interface WantedSurface {
  surface: 'wall' | 'desk';
  /** Which screen of the wall; only of a wall. */
  screenId?: string;
  displayNumber?: number;
}

/** Where a hub is, and the key of its access link where it asks for one. */
export interface HubAddress {
  /** Such as `http://127.0.0.1:7400`. */
  origin: string;
  accessKey?: string;
}

/** The address the hub has on this machine when nobody said otherwise. */
export const defaultHubOrigin = 'http://127.0.0.1:7400';

/** Reads a hub's address or its whole access link (`…/wall.html?access=KEY`); undefined when it is neither. */
export function parseHubAddress(text: string): HubAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const accessKey = url.searchParams.get('access');
  return { origin: url.origin, ...(accessKey ? { accessKey } : {}) };
}

/** The page of a surface at a hub, without the key: for logs and for command lines, which others can read. */
export function surfaceUrl(hub: HubAddress, surface: WantedSurface): string {
  const url = new URL(`/${surface.surface}.html`, hub.origin);
  if (surface.screenId !== undefined) url.searchParams.set('screen', surface.screenId);
  return url.href;
}

/** The page of a surface at a hub with the key that lets it in. The surface takes the key out of its address. */
export function surfaceUrlWithKey(hub: HubAddress, surface: WantedSurface): string {
  const url = new URL(surfaceUrl(hub, surface));
  if (hub.accessKey !== undefined) url.searchParams.set('access', hub.accessKey);
  return url.href;
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
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:') return undefined;
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return isLoopback ? undefined : origin;
}
