import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isSamePlace, type Placement } from '../displays/placement.ts';
import { surfaceUrl, withCause, type HubAddress, type ReplacedCause } from '../hub/hubAddress.ts';
import type { AskTicket } from '../hub/hubTickets.ts';
import type { LocalPages } from '../settings/settingsPages.ts';
import { createBackOff } from '../windows/backOff.ts';
import { createGraphicsWatch } from '../windows/graphicsWatch.ts';
import { createHangWatch } from '../windows/hangWatch.ts';
import type { ShellWindows } from '../windows/shellWindows.ts';
import { createSurfaceSupervisor, type SurfaceSupervisor } from '../windows/surfaceSupervisor.ts';
import type { BrowserEnd } from './browserEvents.ts';
import { startBrowserProcess, type BrowserProcess } from './browserProcess.ts';
import { giveTo, isWithoutSandbox, prepareUser, type BrowserUser } from './browserUser.ts';
import { browserArguments, prepareProfile, removeForeignLock } from './chromium.ts';

/** Starts that find the profile in use, about 8 s in all, before it is taken for somebody's open window. */
const refusalsBeforeGivingUp = 5;
/** How often the browser is asked how it draws. */
const graphicsCheckMs = 30_000;
/** A desk that is silent for so long is not coming back by itself. */
const deskSilentMs = 30_000;
/** A sound page uses a twentieth of the memory for its scripts. One that fills it stands still for seconds long before the end. */
const fullHeapShare = 0.25;
/** A page that is to crash is gone within moments. */
const crashGraceMs = 500;

export interface BrowserWindowsOptions {
  hub: HubAddress;
  browserPath: string;
  browserFlags: readonly string[];
  profilesDir: string;
  /** Left out: the browser runs as the shell's own user. */
  user: BrowserUser | undefined;
  environment: NodeJS.ProcessEnv;
  /** Digest of the key by which the hub is recognised; it changes when the hub gets another certificate. */
  keyDigest(): string | undefined;
  /** Whether the displays are known, so that windows can be placed. */
  canPlace(): boolean;
  logger: Logger;
  askTicket: AskTicket;
  lookForHub(): void;
  /** The language of walls and showcases; undefined where nobody chose one on this machine. */
  language(): 'zh-CN' | 'en' | undefined;
  localPages: LocalPages;
  /** The last window was closed by its user. */
  onAllClosed(): void;
  /** A start would end the same way again. */
  onHopeless(): void;
}

interface SurfaceWindow {
  placement: Placement;
  supervisor: SurfaceSupervisor;
  move(): void;
  raise(): void;
  /** The hub was found, perhaps at another address, or with another key than the one with which the browser was started. */
  hubIs(hub: HubAddress): void;
  close(): Promise<void>;
}

/** One browser with a profile of its own for each surface: what ends one of them leaves the others alone. */
export function createBrowserWindows(options: BrowserWindowsOptions): ShellWindows {
  const windows = new Map<string, SurfaceWindow>();
  /** What is known of the hub, for windows that open later. */
  let notify: (supervisor: SurfaceSupervisor) => void = () => undefined;
  let present = options.hub;

  const notifyAll = (news: typeof notify): void => {
    notify = news;
    for (const { supervisor } of windows.values()) news(supervisor);
  };
  return {
    arrange(placements) {
      for (const placement of placements) {
        const known = windows.get(placement.key);
        if (!known) {
          const opened = openSurfaceWindow({ ...options, hub: present }, placement, () => {
            if (windows.get(placement.key) === opened) windows.delete(placement.key);
            if (windows.size === 0) options.onAllClosed();
          });
          windows.set(placement.key, opened);
          notify(opened.supervisor);
        } else {
          const isMoved = !isSamePlace(known.placement, placement);
          known.placement = placement;
          if (isMoved) known.move();
        }
      }
      const wanted = new Set(placements.map(({ key }) => key));
      for (const [key, window] of windows) {
        if (wanted.has(key)) continue;
        windows.delete(key);
        void window.close();
      }
    },
    hubReady(hub) {
      present = hub;
      for (const window of windows.values()) window.hubIs(hub);
      notifyAll((supervisor) => supervisor.hubReady(hub));
    },
    hubTrouble: (trouble) => notifyAll((supervisor) => supervisor.hubTrouble(trouble)),
    raise() {
      for (const window of windows.values()) window.raise();
    },
    async closeAll() {
      const closing = [...windows.values()].map((window) => window.close());
      windows.clear();
      await Promise.allSettled(closing);
    },
  };
}

function openSurfaceWindow(
  options: BrowserWindowsOptions,
  first: Placement,
  onClosed: () => void,
): SurfaceWindow {
  const { user, environment, browserPath, profilesDir } = options;
  let { hub } = options;
  const { key, surface } = first;
  const logger = options.logger.child({ surface: key });
  const pageUrl = (): string => surfaceUrl(hub, surface, options.language());
  const profileDir = join(profilesDir, key.replace(':', '-'));
  const restarts = createBackOff({ firstMs: 500, longestMs: 30_000, healthyAfterMs: 60_000 });
  let browser: BrowserProcess | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  let profileRefusals = 0;
  let isClosed = false;
  let cause: ReplacedCause = 'crashed';
  let heapShare = 0;
  /** Scripts whose memory is nearly used up stand still while it is searched for, and then end. */
  const causeOf = (): ReplacedCause => (heapShare > fullHeapShare ? 'outOfMemory' : cause);

  const localPages: LocalPages = {
    answer: (request) => options.localPages.answer({ ...request, displayId: window.placement.displayId }),
  };
  const supervisor = createSurfaceSupervisor({
    surface,
    load: (address) => browser?.load(address),
    askTicket: options.askTicket,
    lookForHub: options.lookForHub,
    language: options.language,
  });
  const graphics = createGraphicsWatch(() => {
    logger.error('the graphics card failed; the processor draws from now on');
    if (surface.surface !== 'desk') supervisor.crashed('graphicsLost');
  });
  const graphicsTimer = setInterval(() => {
    browser?.compositing().then(graphics.check, () => undefined);
  }, graphicsCheckMs);
  const hangs = createHangWatch({
    async ping() {
      if (browser === undefined) throw new Error('no browser');
      heapShare = await browser.ping();
    },
    // Somebody works at a desk and may have started what takes long.
    ...(surface.surface === 'desk' ? { silentMs: deskSilentMs } : {}),
    onHang(silentMs) {
      cause = 'hung';
      logger.error({ silentMs }, 'a surface does not respond; its process is ended and started again');
      const hung = browser;
      hung?.crashPage();
      // A process that does not even notice that it is to end takes its browser with it.
      clearTimeout(killTimer);
      killTimer = setTimeout(() => hung?.kill(), crashGraceMs);
    },
  });
  const move = (): void => {
    if (!options.canPlace()) return;
    const { bounds, mode } = window.placement;
    browser?.place(bounds, mode).catch((error: unknown) => {
      logger.warn({ error: (error as Error).message }, 'the window could not be placed');
    });
  };
  const ended = (end: BrowserEnd): void => {
    browser = undefined;
    hangs.close();
    clearTimeout(killTimer);
    if (isClosed) return;
    if (end.kind === 'closed' && window.placement.mode !== 'kiosk') {
      logger.info('a window was closed by its user');
      supervisor.close();
      clearInterval(graphicsTimer);
      isClosed = true;
      return onClosed();
    }
    if (end.kind === 'died' && isWithoutSandbox(end.lastWords)) {
      logger.error(
        { lastWords: end.lastWords },
        `the browser's sandbox cannot run on this machine, and no browser is started without it; open ${pageUrl()} in a browser of another machine, or allow user namespaces on this one`,
      );
      return options.onHopeless();
    }
    // A browser whose shell was killed releases the profile within moments.
    profileRefusals = end.kind === 'profileInUse' ? profileRefusals + 1 : 0;
    if (profileRefusals === refusalsBeforeGivingUp) {
      logger.error({ profileDir }, 'this surface is already open in another window; close that window first');
      return options.onHopeless();
    }
    const restartMs = restarts.nextDelayMs();
    const { how, lastWords } = end;
    if (end.kind === 'profileInUse')
      logger.warn({ restartMs }, 'another browser has this surface open; it is opened again later');
    else logger.error({ how, lastWords, restartMs }, 'the browser ended unexpectedly; it is started again');
    // A browser that was ended because its page hung ended for that reason.
    const reason = cause === 'hung' ? causeOf() : 'browserEnded';
    cause = 'crashed';
    heapShare = 0;
    restartTimer = setTimeout(() => open(withCause(pageUrl(), reason)), restartMs);
  };
  let startedWith: string | undefined;
  const open = (address: string): void => {
    startedWith = options.keyDigest();
    removeForeignLock(profileDir, hostname());
    const { bounds, mode } = window.placement;
    const args = browserArguments({
      url: address,
      profileDir,
      mode,
      keyDigest: startedWith,
      bounds: options.canPlace() ? bounds : undefined,
      extraFlags: options.browserFlags,
    });
    const started: BrowserProcess = startBrowserProcess(
      browserPath,
      args,
      hub.origin,
      {
        onOpen() {
          const url = pageUrl();
          logger.info({ url, browser: browserPath }, 'shell opened');
          // The address on the command line has no ticket: where there is one, the supervisor loads the page again with it.
          supervisor.opened(url);
          move();
          hangs.loading();
          options.lookForHub();
        },
        onLoadFailed: () => supervisor.loadFailed(),
        onLoading: hangs.loading,
        onDialog: hangs.pause,
        onLeft(url) {
          const reloadMs = supervisor.left();
          const { origin } = new URL(url);
          logger.warn({ origin, reloadMs }, 'a window left the hub; its surface is loaded again');
        },
        onSurfaceWanted: supervisor.showAgain,
        onPageCrashed(isOutOfMemory) {
          hangs.close();
          clearTimeout(killTimer);
          const reason = isOutOfMemory ? 'outOfMemory' : causeOf();
          const reloadMs = supervisor.crashed(reason);
          logger.error({ reloadMs, cause: reason }, 'the surface crashed; it is loaded again');
          cause = 'crashed';
          heapShare = 0;
        },
        onEnded: ended,
      },
      user === undefined ? { environment } : prepareUser(user, environment),
      { localPages, hasOneWindow: surface.surface !== 'desk' },
    );
    browser = started;
  };
  const window: SurfaceWindow = {
    placement: first,
    supervisor,
    move,
    raise: () => browser?.raise(),
    hubIs(found) {
      hub = found;
      browser?.hubIs(found.origin);
      // Comes back as the end of the browser, and then with the new key.
      if (options.keyDigest() === startedWith) return;
      logger.info('the hub has another certificate; its browser is started again');
      browser?.kill();
    },
    async close() {
      isClosed = true;
      clearTimeout(restartTimer);
      clearTimeout(killTimer);
      clearInterval(graphicsTimer);
      hangs.close();
      supervisor.close();
      await browser?.stop();
    },
  };
  prepareProfile(profileDir);
  if (user !== undefined) giveTo(user, profileDir);
  open(pageUrl());
  return window;
}
