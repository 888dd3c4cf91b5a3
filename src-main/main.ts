// Electron's entry: reads the settings, then runs the desktop application.
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { join } from 'node:path';
import { hubFinder } from './hub/hubFinder.ts';
import { hubCommand, startHubProcess } from './hub/hubProcess.ts';
import { createTickets } from './hub/hubTickets.ts';
import { createHubTrust } from './hub/hubTrust.ts';
import {
  readShellOptions,
  ShellOptionsError,
  withRememberedHub,
  type ShellOptions,
} from './settings/shellOptions.ts';
import { openSettings } from './settings/shellSettings.ts';
import { setSignInEntry, signInCommand } from './settings/startAtSignIn.ts';
import { openBoundedLog } from './support/boundedLog.ts';
import { createShellLogger } from './support/shellLogger.ts';
import { makeSupportBundle } from './support/supportBundle.ts';
import { createApplication } from './windows/application.ts';

/** Exit code for settings that cannot be used: another start would end the same way. */
const settingsExitCode = 2;

const { app } = electron;
const read = readOptionsOrExit();
const logs = join(read.dataDir, 'logs');
const logger = createShellLogger(openBoundedLog(logs, 'shell'));
const hubLog = openBoundedLog(logs, 'hub');
const settings = openSettings(join(read.profilesDir, 'settings.json'), (keptAs) =>
  logger.warn({ keptAs }, 'not all settings could be read; the application starts with the others'),
);
const options = withRememberedHub(read, settings.read());
const trust = createHubTrust(options.hub, settings.read());
const application = createApplication(electron, {
  ...options,
  settings,
  hubIsFixed: read.hubIsNamed,
  logger,
  preloadPath: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
  trust,
  finder: hubFinder,
  askTicket: createTickets(options.dataDir),
  startHub: (events) =>
    startHubProcess(
      hubCommand({
        isPackaged: app.isPackaged,
        directory: app.isPackaged ? process.resourcesPath : app.getAppPath(),
        environment: process.env,
      }),
      events,
    ),
  onHubLine(line) {
    hubLog.write(line);
    process.stdout.write(`${line}\n`);
  },
  makeBundle: (about) =>
    makeSupportBundle({
      dataDir: options.dataDir,
      workingDir: process.cwd(),
      environment: process.env,
      hubOrigin: options.hub.origin,
      readHealth: trust.readHealth,
      appVersion: app.getVersion(),
      nowMs: Date.now(),
      about,
    }),
  // An AppImage is mounted elsewhere at each start; its own path is in the environment.
  setSignInEntry: (on) =>
    setSignInEntry(
      on,
      signInCommand([process.env.APPIMAGE ?? process.execPath, ...process.argv.slice(1)], process.env),
    ),
});
process.on('SIGINT', () => application.quit());
process.on('SIGTERM', () => application.quit());
if (process.env.MINGCHU_PARENT_PIPE === '1') process.on('disconnect', () => application.quit());
void application.start();

function readOptionsOrExit(): ShellOptions {
  try {
    return readShellOptions(process.argv.slice(1), process.env);
  } catch (error) {
    if (!(error instanceof ShellOptionsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    // Nobody reads the output of a packaged application.
    if (app.isPackaged) electron.dialog.showErrorBox('明厨 · Mingchu', error.message);
    process.exit(settingsExitCode);
  }
}
