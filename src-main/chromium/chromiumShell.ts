import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createArranger } from '../displays/arranger.ts';
import { keepDisplaysAwake } from '../displays/keepAwake.ts';
import { createXrandrSource } from '../displays/xrandr.ts';
import { createHubLocator } from '../hub/hubLocator.ts';
import { hubCommand, startHubProcess } from '../hub/hubProcess.ts';
import { createTickets } from '../hub/hubTickets.ts';
import { createHubTrust } from '../hub/hubTrust.ts';
import { hubFinder } from '../hub/hubFinder.ts';
import { createSettingsPages } from '../settings/settingsPages.ts';
import { outdatedLinkMessage, type ShellOptions } from '../settings/shellOptions.ts';
import { surfaceLanguage, type SettingsFile } from '../settings/shellSettings.ts';
import { setSignInEntry, signInCommand } from '../settings/startAtSignIn.ts';
import { makeSupportBundle } from '../support/supportBundle.ts';
import { createBrowserWindows } from './browserWindows.ts';
import { profilesOf, type BrowserUser } from './browserUser.ts';

/** Exit code for what another start would not mend: settings, a missing browser, a missing display. */
export const settingsExitCode = 2;

export interface ChromiumShellOptions extends ShellOptions {
  browserPath: string;
  /** Left out: the browser runs as the shell's own user. */
  user: BrowserUser | undefined;
  environment: NodeJS.ProcessEnv;
  settings: SettingsFile;
  /** Whether the command line or the environment named the hub, which wins over what is remembered. */
  hubIsFixed: boolean;
  logger: Logger;
  /** Each line of the log of the hub that was started here. */
  onHubLine(line: string): void;
  appVersion: string;
  /** Aborted when the shell is asked to end. */
  stopped: AbortSignal;
}

/** A running shell. */
export interface ChromiumShell {
  raise(): void;
  /** Resolves to the exit code once everything that was started has ended. */
  ended: Promise<number>;
}

/** Shows the surfaces on the displays of this machine until they are closed or the shell is asked to stop. */
export function runChromiumShell(options: ChromiumShellOptions): ChromiumShell {
  const { environment, settings, logger, user } = options;
  const finished = Promise.withResolvers<number>();
  let isFinishing = false;
  if (options.hasOutdatedLink) logger.warn(outdatedLinkMessage);

  const displays = createXrandrSource(environment);
  const isKiosk = (): boolean => options.kiosk || settings.read().kiosk;
  const finish = (exitCode: number): void => {
    if (isFinishing) return;
    isFinishing = true;
    arranger.close();
    letSleep();
    void Promise.allSettled([windows.closeAll(), locator.stop()]).then(() => finished.resolve(exitCode));
  };
  const trust = createHubTrust(options.hub, settings.read());
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const locator = createHubLocator({
    wanted: options.hub,
    probe: trust.probe,
    ...(options.hubIsNamed
      ? {}
      : {
          startHub: (events) =>
            startHubProcess(
              hubCommand({
                isPackaged: false,
                directory: project,
                environment,
              }),
              events,
            ),
        }),
    onLine: options.onHubLine,
    logger,
    onReady: (hub) => windows.hubReady(hub),
    onTrouble: (trouble) => windows.hubTrouble(trouble),
  });
  const localPages = createSettingsPages({
    settings,
    displays,
    isFixed: { surfaces: options.surfaces.length > 0, hub: options.hubIsFixed },
    isKiosk,
    placed: () => arranger.placed(),
    onChanged: () => void arranger.arrange(),
    finder: hubFinder,
    credentialPlace: () => 'browser',
    async makeBundle() {
      const nowMs = Date.now();
      const about = { shell: 'chromium', browser: options.browserPath, displays: await displays.read() };
      return makeSupportBundle({
        dataDir: options.dataDir,
        workingDir: process.cwd(),
        environment,
        hubOrigin: options.hub.origin,
        readHealth: trust.readHealth,
        appVersion: options.appVersion,
        nowMs,
        about,
      });
    },
    startAtSignIn: (on) =>
      setSignInEntry(on, signInCommand([process.execPath, ...process.argv.slice(1)], environment)),
    leave() {
      logger.info('the surfaces were left with the supervisor’s code');
      finish(0);
    },
  });
  const windows = createBrowserWindows({
    hub: options.hub,
    browserPath: options.browserPath,
    browserFlags: options.browserFlags,
    profilesDir: user === undefined ? options.profilesDir : profilesOf(user, options.profilesDir),
    user,
    environment,
    keyDigest: trust.keyDigest,
    language: () => surfaceLanguage(settings.read()),
    canPlace: displays.isKnown,
    logger,
    askTicket: createTickets(options.dataDir),
    lookForHub: () => void locator.look(),
    localPages,
    onAllClosed() {
      logger.info('shell closed');
      finish(0);
    },
    onHopeless: () => finish(settingsExitCode),
  });
  const arranger = createArranger({
    displays,
    surfaces: options.surfaces,
    isKiosk,
    hasDeskToo: options.hasDeskToo,
    remembered: () => settings.read().arrangements,
    place: windows.arrange,
    logger,
  });
  const letSleep = keepDisplaysAwake(environment);

  options.stopped.addEventListener('abort', () => finish(0), { once: true });
  // The browsers are started with the key of a hub that was compared, where it answers.
  const known = trust.isCompared ? trust.probe(options.hub.origin) : Promise.resolve();
  void known.finally(() => {
    if (!isFinishing) void arranger.start();
  });
  return { raise: windows.raise, ended: finished.promise };
}
