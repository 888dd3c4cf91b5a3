import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { PlacementMode } from '../displays/placement.ts';
import type { Rectangle } from '../displays/displays.ts';
import type { LocalPages } from '../settings/settingsPages.ts';
import type { BrowserProcessEvents } from './browserEvents.ts';
import { attachBrowserPage, type BrowserPage } from './browserPage.ts';
import type { BrowserStart } from './browserUser.ts';
import { openDevtoolsPipe, type DevtoolsEvent, type DevtoolsPipe } from './devtoolsPipe.ts';

/** Chromium's own page in which somebody chooses how to print. */
const printPreviewAddress = 'chrome://print';

/** What is shown beside and in place of the surface. */
interface BrowserPages {
  localPages?: LocalPages;
  /**
   * Whether every further window and tab is closed at once: nobody works at a wall, and one that its keys opened (Ctrl+N, Ctrl+T)
   * would be a browser without limits.
   */
  hasOneWindow?: boolean;
}

/** Chromium writes its profile when it ends; what outlasts this is not going to end. */
const stopGraceMs = 3_000;
/** Characters of stderr that are kept: Chromium grumbles all day long. */
const keptWords = 1_000;

/** Microphone, camera, and copying a text. */
const usedPermissions = ['audioCapture', 'videoCapture', 'clipboardSanitizedWrite'];

/** Chromium's exit code for a profile that another browser has open; with a display it says 0 and hands its page over. */
const profileInUseExitCode = 21;

/** A browser with one page. */
export interface BrowserProcess {
  /** The hub is at another address now, as one that was started here with a port of its own: its pages get the permissions. */
  hubIs(origin: string): void;
  /** Opens an address in the page. Does nothing before `onOpen`. */
  load(url: string): void;
  /** Puts the window where it belongs. Rejects where the browser refuses. */
  place(bounds: Rectangle, mode: PlacementMode): Promise<void>;
  /**
   * Resolves when the page's own thread has answered, to the share of the memory for its scripts that is used; rejects where there is no
   * page.
   */
  ping(): Promise<number>;
  /** Ends what runs the page, also when it hangs; comes back as `onPageCrashed`. */
  crashPage(): void;
  raise(): void;
  /** Chromium's word for how pages are drawn: `enabled` is the graphics card. Undefined where it says nothing. */
  compositing(): Promise<string | undefined>;
  /** Ends the browser at once, as if it had died. */
  kill(): void;
  /** Ends the browser, by force where it takes too long. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Chinese names of saved files are only as good as the locale's encoding; what is UTF-8 already stays. */
export function withUtf8(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return /utf-?8/i.test(locale) ? environment : { ...environment, LC_ALL: 'C.UTF-8' };
}

/**
 * Runs a browser with `--remote-debugging-pipe` among its arguments. Microphone, camera and the writing of texts to the clipboard are granted to `hubOrigin`, and
 * every other permission refused, without asking whoever sits there.
 */
export function startBrowserProcess(
  command: string,
  args: readonly string[],
  hubOrigin: string,
  events: BrowserProcessEvents,
  { environment, uid, gid, folder }: BrowserStart = { environment: process.env },
  { localPages, hasOneWindow = false }: BrowserPages = {},
): BrowserProcess {
  const child = spawn(command, args, {
    env: withUtf8(environment),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-keptWords);
  });
  /** The attached page; the first one is the surface's. */
  let page: BrowserPage | undefined;
  let pageTarget: string | undefined;
  let stopping = false;
  let origin = hubOrigin;

  /** Print previews that are open: the page stands still behind them. */
  const previews = new Set<string>();
  const followPreview = ({ targetId, url }: { targetId: string; url?: string }): void => {
    // Nobody prints at a wall: there it is a page that does not answer.
    if (hasOneWindow || url?.startsWith(printPreviewAddress) !== true || previews.has(targetId)) return;
    previews.add(targetId);
    events.onDialog();
  };

  const receive = (event: DevtoolsEvent): void => {
    if (event.method === 'Target.targetInfoChanged')
      followPreview(event.params.targetInfo as { targetId: string; url?: string });
    if (event.method === 'Target.targetCreated') {
      followPreview(event.params.targetInfo as { targetId: string; url?: string });
      const target = event.params.targetInfo as { targetId: string; type: string };
      const { type, targetId } = target;
      if (type === 'page' && pageTarget === undefined) {
        pageTarget = targetId;
        void attach(targetId).catch(() => undefined);
      } else if (type === 'page' && targetId !== pageTarget && hasOneWindow)
        void pipe.send('Target.closeTarget', { targetId }).catch(() => undefined);
    } else if (event.method === 'Target.targetCrashed') {
      if (event.params.targetId === pageTarget) events.onPageCrashed(event.params.status === 'oom');
    } else if (event.method === 'Target.targetDestroyed') {
      if (previews.delete(event.params.targetId as string) && previews.size === 0) events.onLoading();
      // Without its window the browser is of no use, though other windows of its own may keep it alive.
      if (event.params.targetId === pageTarget) void pipe.send('Browser.close').catch(() => undefined);
    } else page?.receive(event);
  };
  const pipe: DevtoolsPipe = openDevtoolsPipe(
    child.stdio[3] as Writable,
    child.stdio[4] as unknown as Readable,
    receive,
  );
  const attach = async (targetId: string): Promise<void> => {
    page = await attachBrowserPage({ pipe, targetId, origin: () => origin, events, localPages });
    events.onOpen();
    await page.checkFirstLoad();
  };
  const grant = (): Promise<unknown> =>
    pipe.send('Browser.grantPermissions', { origin, permissions: usedPermissions });
  const prepare = async (): Promise<void> => {
    await grant();
    await pipe.send('Target.setDiscoverTargets', { discover: true });
  };
  // If the browser ends meanwhile, its exit event reports it.
  prepare().catch(() => undefined);

  const ended = new Promise<void>((resolve) => {
    const end = (code: number | null, how: string): void => {
      resolve();
      if (stopping) return;
      const inUse = code === profileInUseExitCode || (code === 0 && pageTarget === undefined);
      events.onEnded({ kind: inUse ? 'profileInUse' : code === 0 ? 'closed' : 'died', how, lastWords });
    };
    child.once('exit', (code, signal) =>
      end(code, signal ? `ended by ${signal}` : `ended with code ${code}`),
    );
    child.once('error', (error) => {
      if (child.pid === undefined) end(null, error.message);
    });
  });

  return {
    hubIs(next) {
      if (next === origin) return;
      origin = next;
      grant().catch(() => undefined);
    },
    load: (url) => page?.load(url),
    place: (bounds, mode) => page?.place(bounds, mode) ?? Promise.reject(new Error('There is no page yet.')),
    ping: () => page?.ping() ?? Promise.reject(new Error('There is no page yet.')),
    crashPage: () => page?.crash(),
    raise: () => page?.raise(),
    async compositing() {
      const { gpu } = await pipe.send('SystemInfo.getInfo');
      const status = (gpu as { featureStatus?: Record<string, unknown> } | undefined)?.featureStatus;
      return typeof status?.gpu_compositing === 'string' ? status.gpu_compositing : undefined;
    },
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      stopping = true;
      const close = pipe.send('Browser.close').catch(() => child.kill('SIGTERM'));
      const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(force);
      await close;
    },
  };
}
