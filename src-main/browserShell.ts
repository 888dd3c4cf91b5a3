// The shell of machines without Electron: the surfaces in app windows of the system's Chromium.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowserUser, noBrowserUserMessage } from './chromium/browserUser.ts';
import { canExecute, findBrowser, noBrowserMessage } from './chromium/chromium.ts';
import { runChromiumShell, settingsExitCode } from './chromium/chromiumShell.ts';
import {
  readShellOptions,
  ShellOptionsError,
  surfaceKey,
  withRememberedHub,
} from './settings/shellOptions.ts';
import { openSettings } from './settings/shellSettings.ts';
import { openBoundedLog } from './support/boundedLog.ts';
import { createShellLogger } from './support/shellLogger.ts';
import { becomeOneInstance, instanceAddress } from './windows/oneInstance.ts';

async function main(): Promise<number> {
  const read = readShellOptions(process.argv.slice(2), process.env);
  const browserPath = read.browserPath ?? findBrowser(process.env);
  if (browserPath === undefined) throw new ShellOptionsError(noBrowserMessage);
  if (!canExecute(browserPath)) {
    throw new ShellOptionsError(`There is no browser to run at ${browserPath}. ${noBrowserMessage}`);
  }
  if (!hasDisplay(process.env, read.browserFlags)) {
    throw new ShellOptionsError(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). Start the shell in a desktop session.',
    );
  }
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const user = isRoot ? findBrowserUser() : undefined;
  if (isRoot && user === undefined) throw new ShellOptionsError(noBrowserUserMessage);

  const logs = join(read.dataDir, 'logs');
  const [shellLog, hubLog] = [openBoundedLog(logs, 'shell'), openBoundedLog(logs, 'hub')];
  const logger = createShellLogger(shellLog);
  const settings = openSettings(join(read.profilesDir, 'settings.json'), (keptAs) =>
    logger.warn({ keptAs }, 'not all settings could be read; the shell starts with the others'),
  );
  const options = withRememberedHub(read, settings.read());

  let raise = (): void => undefined;
  const kind = options.surfaces.map(surfaceKey).join() || 'all';
  const instance = await becomeOneInstance(instanceAddress(options.profilesDir, kind), () => raise());
  if (instance === undefined) {
    logger.info('another instance of this program is running; its windows are brought to the front');
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  if (process.env.MINGCHU_PARENT_PIPE === '1') process.on('disconnect', () => stop.abort());
  const shell = runChromiumShell({
    ...options,
    browserPath,
    user,
    environment: process.env,
    settings,
    hubIsFixed: read.hubIsNamed,
    logger,
    onHubLine(line) {
      hubLog.write(line);
      process.stdout.write(`${line}\n`);
    },
    appVersion: packageVersion(),
    stopped: stop.signal,
  });
  raise = shell.raise;
  const exitCode = await shell.ended;
  await instance.close();
  return exitCode;
}

function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
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
