// The shell of machines without Electron: one surface in an app window of the system's Chromium.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBackOff } from './backOff.ts';
import { startBrowserProcess, type BrowserEnd, type BrowserProcess } from './browserProcess.ts';
import {
  findBrowserUser,
  giveTo,
  isWithoutSandbox,
  noBrowserUserMessage,
  prepareUser,
  profilesOf,
  type BrowserUser,
} from './browserUser.ts';
import {
  browserArguments,
  canExecute,
  findBrowser,
  noBrowserMessage,
  prepareProfile,
  removeForeignLock,
} from './chromium.ts';
import { surfaceUrl } from './hubAddress.ts';
import { createHubLocator } from './hubLocator.ts';
import { probeHub } from './hubProbe.ts';
import { createTickets } from './hubTickets.ts';
import {
  outdatedLinkMessage,
  readShellOptions,
  ShellOptionsError,
  surfaceKey,
  type ShellOptions,
} from './shellOptions.ts';
import { createSurfaceSupervisor } from './surfaceSupervisor.ts';

/** Exit code for what another start would not mend: settings, a missing browser, a missing display. */
const settingsExitCode = 2;
/** Starts that find the profile in use, about 8 s in all, before it is taken for somebody's open window. */
const refusalsBeforeGivingUp = 5;

/** Shows one surface until it is closed or asked to stop. Resolves to the exit code. */
function runShell(
  options: ShellOptions,
  browserPath: string,
  /** Left out: the browser runs as the shell's own user. */
  user: BrowserUser | undefined,
  stopped: AbortSignal,
): Promise<number> {
  const logger = pino({ base: null });
  const { hub } = options;
  const surface = options.surfaces[0] ?? { surface: 'wall', screenId: 'main' };
  const url = surfaceUrl(hub, surface);
  if (options.hasOutdatedLink) logger.warn(outdatedLinkMessage);
  const profilesDir = user === undefined ? options.profilesDir : profilesOf(user, options.profilesDir);
  const profileDir = join(profilesDir, surfaceKey(surface).replace(':', '-'));
  prepareProfile(profileDir);
  if (user !== undefined) giveTo(user, profileDir);
  const args = browserArguments({
    url,
    profileDir,
    kiosk: options.kiosk,
    extraFlags: options.browserFlags,
  });
  const restarts = createBackOff({ firstMs: 500, longestMs: 30_000, healthyAfterMs: 60_000 });
  let browser: BrowserProcess | undefined;
  let restartTimer: NodeJS.Timeout | undefined;
  let profileRefusals = 0;

  const supervisor = createSurfaceSupervisor({
    surface,
    load: (address) => browser?.load(address),
    askTicket: createTickets(options.dataDir),
    lookForHub: () => void locator.look(),
  });
  const locator = createHubLocator({
    wanted: hub,
    probe: probeHub,
    logger,
    onReady: (found) => supervisor.hubReady(found),
    onTrouble: (trouble) => supervisor.hubTrouble(trouble),
  });

  return new Promise((resolve) => {
    const finish = (exitCode: number): void => {
      clearTimeout(restartTimer);
      supervisor.close();
      const ending = [locator.stop(), browser?.stop()];
      browser = undefined;
      void Promise.allSettled(ending).then(() => resolve(exitCode));
    };
    const ended = (end: BrowserEnd): void => {
      browser = undefined;
      if (end.kind === 'closed') {
        logger.info('shell closed');
        return finish(0);
      }
      if (end.kind === 'died' && isWithoutSandbox(end.lastWords)) {
        logger.error(
          { lastWords: end.lastWords },
          `the browser's sandbox cannot run on this machine, and no browser is started without it; open ${url} in a browser of another machine, or allow user namespaces on this one`,
        );
        return finish(settingsExitCode);
      }
      // A browser whose shell was killed releases the profile within moments.
      profileRefusals = end.kind === 'profileInUse' ? profileRefusals + 1 : 0;
      if (profileRefusals === refusalsBeforeGivingUp) {
        logger.error(
          { profileDir },
          'this surface is already open in another window; close that window first',
        );
        return finish(settingsExitCode);
      }
      const restartMs = restarts.nextDelayMs();
      const { how, lastWords } = end;
      if (end.kind === 'profileInUse')
        logger.warn({ restartMs }, 'another browser has this surface open; it is opened again later');
      else logger.error({ how, lastWords, restartMs }, 'the browser ended unexpectedly; it is started again');
      restartTimer = setTimeout(open, restartMs);
    };
    const open = (): void => {
      removeForeignLock(profileDir, hostname());
      browser = startBrowserProcess(
        browserPath,
        args,
        hub.origin,
        {
          onOpen() {
            logger.info({ url, browser: browserPath }, 'shell opened');
            // The address on the command line has no ticket: where there is one, the supervisor loads the page again with it.
            supervisor.opened(url);
            void locator.look();
          },
          onLoadFailed: () => supervisor.loadFailed(),
          onPageCrashed() {
            const reloadMs = supervisor.crashed();
            logger.error({ reloadMs }, 'the surface crashed; it is loaded again');
          },
          onEnded: ended,
        },
        user === undefined ? undefined : prepareUser(user, process.env),
      );
    };
    stopped.addEventListener('abort', () => finish(0), { once: true });
    open();
  });
}

async function main(): Promise<number> {
  const options = readShellOptions(process.argv.slice(2), process.env);
  if (options.surfaces.length > 1) {
    throw new ShellOptionsError(
      'Without Electron a shell shows one surface: start one for each with --surface.',
    );
  }
  const browserPath = options.browserPath ?? findBrowser(process.env);
  if (browserPath === undefined) throw new ShellOptionsError(noBrowserMessage);
  if (!canExecute(browserPath)) {
    throw new ShellOptionsError(`There is no browser to run at ${browserPath}. ${noBrowserMessage}`);
  }
  if (!hasDisplay(process.env, options.browserFlags)) {
    throw new ShellOptionsError(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). Start the shell in a desktop session.',
    );
  }
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const user = isRoot ? findBrowserUser() : undefined;
  if (isRoot && user === undefined) throw new ShellOptionsError(noBrowserUserMessage);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  if (process.env.MINGCHU_PARENT_PIPE === '1') process.on('disconnect', () => stop.abort());
  return runShell(options, browserPath, user, stop.signal);
}

function hasDisplay(environment: NodeJS.ProcessEnv, browserFlags: readonly string[]): boolean {
  if (process.platform !== 'linux' || browserFlags.some((flag) => flag.startsWith('--headless'))) return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    const expected = error instanceof ShellOptionsError;
    process.stderr.write(`${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(expected ? settingsExitCode : 1);
  },
);
