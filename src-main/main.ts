// Electron's entry: reads the settings, then runs the desktop application.
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { pino } from 'pino';
import { createApplication } from './application.ts';
import { probeHub } from './hubProbe.ts';
import { hubCommand, startHubProcess } from './hubProcess.ts';
import { createTickets } from './hubTickets.ts';
import { readShellOptions, ShellOptionsError, type ShellOptions } from './shellOptions.ts';

/** Exit code for settings that cannot be used: another start would end the same way. */
const settingsExitCode = 2;

const { app } = electron;
const options = readOptionsOrExit();
const application = createApplication(electron, {
  ...options,
  logger: pino({ base: null }),
  preloadPath: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
  probeHub,
  askTicket: createTickets(options.dataDir),
  startHub: (events) =>
    startHubProcess(
      hubCommand({
        isPackaged: app.isPackaged,
        directory: app.isPackaged ? process.resourcesPath : app.getAppPath(),
        executablePath: process.execPath,
        environment: process.env,
      }),
      events,
    ),
  onHubLine: (line) => process.stdout.write(`${line}\n`),
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
    process.exit(settingsExitCode);
  }
}
