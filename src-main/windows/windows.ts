import type { BrowserWindow } from 'electron';
import type { Logger } from 'pino';
import { bridgeArguments, talkToggleChannel } from './bridge.ts';
import type { DisplayArea } from '../displays/displays.ts';
import { isSamePlace, type Placement } from '../displays/placement.ts';
import type { ShellSettings } from '../settings/shellSettings.ts';
import { shellWords } from '../settings/shellWords.ts';
import type { ElectronModule } from './electronModule.ts';
import { isOfOrigin, type ReplacedCause } from '../hub/hubAddress.ts';
import type { AskTicket } from '../hub/hubTickets.ts';
import { createSurfaceSupervisor, type SurfaceSupervisor } from './surfaceSupervisor.ts';
import { letOpenPages, safePreferences } from './guards.ts';
import { isSettingsKey } from '../settings/settingsKey.ts';
import { createHangWatch } from './hangWatch.ts';
import { isLocalAddress, localAddress } from './localPages.ts';
import type { ShellWindows } from './shellWindows.ts';

/** A desk that does not answer for so long after the first warning is not coming back by itself. */
const unresponsiveGraceMs = 10_000;
/** The world of the shell's own scripts in a page: a number that Electron itself does not use. */
const isolatedWorld = 999;
/** Chromium's number for a load that another one replaced. */
const loadAborted = -3;

type Language = ShellSettings['language'];

export interface SurfaceWindowsOptions {
  electron: Pick<ElectronModule, 'BrowserWindow'>;
  appVersion: string;
  preloadPath: string;
  logger: Logger;
  askTicket: AskTicket;
  lookForHub(): void;
  /** The hub that is shown, of which a desk may open further pages. */
  hubOrigin(): string | undefined;
  /** The language of walls and showcases; undefined where nobody chose one on this machine. */
  language(): Language | undefined;
  /** Whether the application ends, so that a kiosk may be closed too. */
  isEnding(): boolean;
}

interface SurfaceWindow {
  placement: Placement;
  window: BrowserWindow;
  supervisor: SurfaceSupervisor;
}

/** The windows of the application. */
export interface SurfaceWindows extends ShellWindows {
  /** Windows that show pages of the shell itself show their surfaces again. */
  showAgain(): void;
  /** Shows a page of the shell itself in the window that is in front, else in the first one. */
  openPage(path: string): void;
  /** The key of the whole machine was pressed: the desk is notified, where its page is shown. */
  pressTalkToggle(): void;
  /** The display of the window that is in front, else of the first one. */
  frontDisplay(): DisplayArea['id'] | undefined;
  /** Loads walls and showcases again, which nobody works at. */
  reload(cause: ReplacedCause): void;
}

/** No window is open until `arrange`. */
export function createSurfaceWindows(options: SurfaceWindowsOptions): SurfaceWindows {
  const windows = new Map<string, SurfaceWindow>();
  /** What is known of the hub, for windows that open later. */
  let notify: (supervisor: SurfaceSupervisor) => void = () => undefined;

  const notifyAll = (news: typeof notify): void => {
    notify = news;
    for (const { supervisor } of windows.values()) news(supervisor);
  };
  const open = (placement: Placement): void => {
    const opened = openSurfaceWindow(options, placement);
    windows.set(placement.key, opened);
    opened.window.on('closed', () => {
      opened.supervisor.close();
      if (windows.get(placement.key) === opened) windows.delete(placement.key);
    });
    notify(opened.supervisor);
  };

  const frontWindow = (): SurfaceWindow | undefined => {
    const all = [...windows.values()];
    return all.find(({ window }) => window.isFocused()) ?? all[0];
  };

  return {
    arrange(placements) {
      // New ones first: the application ends when its last window closes.
      for (const placement of placements) {
        const present = windows.get(placement.key);
        if (!present) {
          open(placement);
        } else if (!isSamePlace(present.placement, placement)) {
          present.placement = placement;
          move(present.window, placement);
        }
      }
      const wanted = new Set(placements.map(({ key }) => key));
      for (const [key, { window }] of windows) if (!wanted.has(key)) window.destroy();
    },
    hubReady: (hub) => notifyAll((supervisor) => supervisor.hubReady(hub)),
    hubTrouble: (trouble) => notifyAll((supervisor) => supervisor.hubTrouble(trouble)),
    raise() {
      for (const { window } of windows.values()) {
        if (window.isMinimized()) window.restore();
        window.focus();
      }
    },
    closeAll() {
      for (const { window } of windows.values()) window.destroy();
      return Promise.resolve();
    },
    showAgain() {
      for (const { window, supervisor } of windows.values()) {
        if (isLocalAddress(window.webContents.getURL())) supervisor.showAgain();
      }
    },
    pressTalkToggle() {
      const contents = windows.get('desk')?.window.webContents;
      if (contents !== undefined && isOfOrigin(contents.getURL(), options.hubOrigin()))
        contents.send(talkToggleChannel);
    },
    frontDisplay: () => frontWindow()?.placement.displayId,
    openPage(path) {
      const front = frontWindow()?.window;
      if (front === undefined) return;
      front.focus();
      void front.webContents.loadURL(`${localAddress}${path}`).catch(() => undefined);
    },
    reload(cause) {
      for (const { placement, supervisor } of windows.values()) {
        if (placement.surface.surface !== 'desk') supervisor.crashed(cause);
      }
    },
  };
}

function openSurfaceWindow(options: SurfaceWindowsOptions, placement: Placement): SurfaceWindow {
  const { electron, logger } = options;
  const { key, surface, bounds, mode } = placement;
  const window = new electron.BrowserWindow({
    ...bounds,
    title: shellWords[options.language() ?? 'zh-CN'].titles[surface.surface],
    backgroundColor: '#14171a',
    autoHideMenuBar: true,
    fullscreen: mode === 'fullscreen',
    kiosk: mode === 'kiosk',
    webPreferences: {
      preload: options.preloadPath,
      additionalArguments: bridgeArguments(options.appVersion, key),
      ...safePreferences,
      autoplayPolicy: 'no-user-gesture-required',
      // A wall behind another window must still be live when it comes to the front.
      backgroundThrottling: false,
    },
  });
  const contents = window.webContents;
  // Somebody works at a desk, and closes what was opened to be printed or read.
  if (surface.surface === 'desk') letOpenPages(contents, options.hubOrigin);
  const supervisor = createSurfaceSupervisor({
    surface,
    // A failed load also causes the event `did-fail-load`.
    load: (url) => void contents.loadURL(url).catch(() => undefined),
    askTicket: options.askTicket,
    lookForHub: options.lookForHub,
    language: options.language,
  });

  contents.on('did-fail-load', (_event, errorCode, errorDescription, _url, isMainFrame) => {
    if (!isMainFrame || errorCode === loadAborted) return;
    logger.warn({ surface: key, error: errorDescription }, 'a surface did not load; it is loaded again');
    supervisor.loadFailed();
  });
  let cause: ReplacedCause = 'crashed';
  const hangs = createHangWatch({
    ping: async () => {
      await contents.executeJavaScriptInIsolatedWorld(isolatedWorld, [{ code: '1' }]);
    },
    onHang(silentMs) {
      // The desk is used by somebody who sees it, and a page that prints waits for its user.
      if (surface.surface === 'desk') return;
      cause = 'hung';
      logger.error(
        { surface: key, silentMs },
        'a surface does not respond; its process is ended and started again',
      );
      // Comes back as `render-process-gone`.
      contents.forcefullyCrashRenderer();
    },
  });
  contents.on('did-finish-load', () => hangs.loading());
  contents.on('did-start-loading', () => hangs.pause());
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (window.isDestroyed()) return;
    hangs.pause();
    const reloadMs = supervisor.crashed(reason === 'oom' ? 'outOfMemory' : cause);
    logger.error({ surface: key, reason, exitCode, reloadMs }, 'a surface crashed; it is loaded again');
    cause = 'crashed';
  });
  contents.on('before-input-event', (event, input) => {
    if (input.type !== 'keyDown' || !isSettingsKey(input)) return;
    event.preventDefault();
    void contents.loadURL(localAddress).catch(() => undefined);
  });

  let hangTimer: NodeJS.Timeout | undefined;
  window.on('unresponsive', () => {
    clearTimeout(hangTimer);
    hangTimer = setTimeout(() => {
      logger.error({ surface: key }, 'a surface does not respond; its process is ended and started again');
      cause = 'hung';
      contents.forcefullyCrashRenderer();
    }, unresponsiveGraceMs);
  });
  window.on('responsive', () => clearTimeout(hangTimer));
  // A kiosk is left with the supervisor's code and not by the window manager's keys.
  window.on('close', (event) => {
    if (opened.placement.mode === 'kiosk' && !options.isEnding()) event.preventDefault();
  });
  window.on('closed', () => {
    clearTimeout(hangTimer);
    hangs.close();
  });
  const opened: SurfaceWindow = { placement, window, supervisor };
  return opened;
}

/** A full-screen window is moved only after it has left full screen. */
function move(window: BrowserWindow, { bounds, mode }: Placement): void {
  window.setKiosk(false);
  window.setFullScreen(false);
  window.setBounds(bounds);
  if (mode === 'kiosk') window.setKiosk(true);
  if (mode === 'fullscreen') window.setFullScreen(true);
}
