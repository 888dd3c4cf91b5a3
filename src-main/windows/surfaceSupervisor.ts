import { createBackOff } from './backOff.ts';
import { surfaceUrl, withCause, withTicket, type HubAddress, type ReplacedCause } from '../hub/hubAddress.ts';
import type { AskTicket } from '../hub/hubTickets.ts';
import { noHubPageUrl } from './noHubPage.ts';
import type { WantedSurface } from '../hub/hubAddress.ts';
import type { HubTrouble } from '../hub/troubles.ts';

export interface SurfaceSupervisorOptions {
  surface: WantedSurface;
  /** Opens an address in the window or page that is kept. */
  load(url: string): void;
  /** Asked once for each time that a hub's page is opened. */
  askTicket: AskTicket;
  /** The surface did not load although a hub had been found: somebody has to look for it again. */
  lookForHub(): void;
  /** The language of the surface; left out or undefined: the page's own. */
  language?(): 'zh-CN' | 'en' | undefined;
}

/**
 * Keeps one surface on its screen: shows it when there is a hub, says why where there is none, and brings it back after
 * a crash. A surface that is shown is left alone when the hub goes away, for it keeps its pictures and comes back by
 * itself.
 */
export interface SurfaceSupervisor {
  /** The window came up with this address already under way, as a browser's does that was given one at its start. */
  opened(url: string): void;
  hubReady(hub: HubAddress): void;
  hubTrouble(trouble: HubTrouble): void;
  /** The page's address could not be loaded. */
  loadFailed(): void;
  /** What ran the page is gone. Returns the milliseconds until it is loaded again, with the cause in its address. */
  crashed(cause?: ReplacedCause): number;
  /** The window shows an address of somebody else. Returns the milliseconds until its own is loaded again. */
  left(): number;
  /** Other pages of the shell were shown in its place. */
  showAgain(): void;
  close(): void;
}

/** Shows nothing until it is notified of a hub or of a fault. */
export function createSurfaceSupervisor({
  surface,
  load,
  askTicket,
  lookForHub,
  language = () => undefined,
}: SurfaceSupervisorOptions): SurfaceSupervisor {
  const reloads = createBackOff({ firstMs: 500, longestMs: 30_000, healthyAfterMs: 60_000 });
  /** The address that should be seen now. */
  let address: string | undefined;
  let showsSurface = false;
  /** The page for which a ticket was asked, so that a page that is shown is not loaded again. */
  let admittedUrl: string | undefined;
  let shownHub: HubAddress | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const show = (url: string, isSurface: boolean): void => {
    if (url === address) return;
    address = url;
    showsSurface = isSurface;
    clearTimeout(timer);
    load(url);
  };
  const later = (task: () => void): number => {
    const delayMs = reloads.nextDelayMs();
    clearTimeout(timer);
    timer = setTimeout(task, delayMs);
    return delayMs;
  };

  return {
    opened(url) {
      clearTimeout(timer);
      address = url;
      showsSurface = true;
      admittedUrl = undefined;
    },
    hubReady(hub) {
      shownHub = hub;
      const url = surfaceUrl(hub, surface, language());
      if (showsSurface && url === address && url === admittedUrl) return;
      admittedUrl = url;
      void askTicket(hub, surface).then((ticket) => {
        if (isClosed || admittedUrl !== url) return;
        if (ticket === undefined) return show(url, true);
        address = url;
        showsSurface = true;
        clearTimeout(timer);
        load(withTicket(url, ticket));
      });
    },
    hubTrouble(trouble) {
      if (!showsSurface) show(noHubPageUrl(trouble), false);
    },
    loadFailed() {
      if (!showsSurface) return;
      showsSurface = false;
      address = undefined;
      admittedUrl = undefined;
      later(lookForHub);
    },
    crashed(cause = 'crashed') {
      return later(() => {
        if (address !== undefined) load(withCause(address, cause));
      });
    },
    left: () =>
      later(() => {
        if (address !== undefined) load(address);
      }),
    showAgain() {
      // The language may have been changed meanwhile.
      if (showsSurface && shownHub !== undefined) address = surfaceUrl(shownHub, surface, language());
      if (showsSurface) admittedUrl = address;
      if (address !== undefined) load(address);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
