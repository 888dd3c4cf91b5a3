// `npm start`: sets up what is missing, then runs the simulated city, the hub and the screens, until Ctrl-C.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { followParent } from './setup/followParent.mjs';
import { projectNode } from './setup/node.mjs';
import { demoDataDirectory, projectDirectory } from './setup/paths.mjs';
import { say } from './setup/progress.mjs';
import { runSetup } from './setup/runSetup.mjs';
import { reportFailure } from './setup/setupError.mjs';
import { hubEnvironment } from './start/hubEnvironment.mjs';
import { addressLines } from './start/addressLines.mjs';
import { hubKeys } from './start/hubKey.mjs';
import { connectDemoAlerts } from './start/demoAlerts.mjs';
import { enterDemoOnvif } from './start/demoOnvif.mjs';
import { enterDemoRecorders } from './start/demoRecorders.mjs';
import { importDemoCameras } from './start/demoCameras.mjs';
import { formatLogLine, parseLogLine } from './start/logLine.mjs';
import { superviseProcess } from './start/supervisedProcess.mjs';

/** npm hands Ctrl-C on to us although the terminal already did; only a later one means impatience. */
const repeatedSignalMs = 1_000;

const simulatorControlPort = process.env.MINGCHU_SIM_CONTROL_PORT || '8555';
/** Where phones of the public find the demo's kitchens. */
const publicPort = process.env.MINGCHU_PUBLIC_PORT || '7480';
/** Alerts of the simulated city's AI platform: calm enough to be watched one by one. */
const demoAlertsPerMinute = Number(process.env.MINGCHU_DEMO_ALERTS_PER_MINUTE || 2);
/** Whether squads are on the road in the demo, one of whose leaders answers. */
const hasDemoSquads = (process.env.MINGCHU_DEMO_SQUADS || 'true') !== 'false';
/** Whether one case after the other is worked in the demo without a hand, from the alert to its end. */
const hasDemoCase = (process.env.MINGCHU_DEMO_CASE || 'true') !== 'false';
followParent();

try {
  const { mediaWorker } = await runSetup('start');
  runDemonstration(mediaWorker);
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** @param {string} mediaWorker */
function runDemonstration(mediaWorker) {
  const environment = {
    ...process.env,
    MEDIASOUP_WORKER_BIN: mediaWorker,
    MINGCHU_DATA_DIR: process.env.MINGCHU_DATA_DIR || demoDataDirectory(),
    MINGCHU_SIM_CONTROL_PORT: simulatorControlPort,
    MINGCHU_DEMO_ACCOUNTS: process.env.MINGCHU_DEMO_ACCOUNTS || 'true',
    MINGCHU_GB28181_PORT: process.env.MINGCHU_GB28181_PORT || '5060',
    // The city's recorders are on this machine.
    MINGCHU_GB28181_ADDRESS: process.env.MINGCHU_GB28181_ADDRESS || '127.0.0.1',
    MINGCHU_PUBLIC_PORT: publicPort,
    MINGCHU_SIM_RECORDERS: process.env.MINGCHU_SIM_RECORDERS || '30',
    MINGCHU_SIM_ONVIF_SITES: process.env.MINGCHU_SIM_ONVIF_SITES || '2',
  };
  const ending = new AbortController();
  /** @type {ReturnType<typeof superviseProcess>[]} */
  const processes = [];
  /** @type {ReturnType<typeof superviseProcess> | undefined} */
  let shell;
  /** @type {ReturnType<typeof superviseProcess> | undefined} */
  let squads;
  /** @type {ReturnType<typeof superviseProcess> | undefined} */
  let sites;
  /** The address whose surfaces were printed last, so that a hub that came back does not print them again. */
  let printedUrl = '';

  const simulator = run('city', [join('src-sim', 'index.ts')], (line) => {
    if (parseLogLine(line)?.msg === 'simulator ready') simulator.markReady();
  });
  const hub = run(
    'hub',
    [join('src-sfu', 'index.ts')],
    (line) => {
      const record = parseLogLine(line);
      if (record?.msg === 'hub ready') hubReady(String(record.url), String(record.networkUrl ?? record.url));
    },
    hubEnvironment,
  );
  endOnSignals();

  /**
   * @param {string} name
   * @param {string[]} args
   * @param {(line: string) => void} onLine
   * @param {NodeJS.ProcessEnv} [defaults] what the environment has unless it is set otherwise
   */
  function run(name, args, onLine, defaults = {}) {
    const supervised = superviseProcess({
      name,
      command: projectNode(),
      args,
      cwd: projectDirectory,
      environment: { ...defaults, ...environment },
      onLine(line) {
        process.stdout.write(`${formatLogLine(name, line)}\n`);
        onLine(line);
      },
      onDeath(how, restartMs) {
        if (restartMs !== undefined) return say(`${name} ${how}; starting it again in ${restartMs} ms`);
        say(`${name} ${how} and cannot run on this machine; the reason is above. Everything is stopped.`);
        void end(1);
      },
    });
    processes.push(supervised);
    return supervised;
  }

  /**
   * Called each time that the hub has come up, also after it died.
   * @param {string} url
   * @param {string} networkUrl
   */
  function hubReady(url, networkUrl) {
    hub.markReady();
    const withHubKey = hubKeys(url, environment.MINGCHU_DATA_DIR);
    importDemoCameras({
      simulatorUrl: `http://127.0.0.1:${simulatorControlPort}`,
      hubUrl: url,
      withHubKey,
      signal: ending.signal,
    }).then(
      ({ cameras, addedCameras }) =>
        say(`the hub knows the ${cameras} cameras of the simulated city, ${addedCameras} of them new`),
      (error) => {
        if (!ending.signal.aborted)
          say(`the simulated city's cameras could not be registered: ${error.message}`);
      },
    );
    enterDemoRecorders({
      simulatorUrl: `http://127.0.0.1:${simulatorControlPort}`,
      hubUrl: url,
      withHubKey,
      signal: ending.signal,
    }).then(
      ({ count, turns }) => {
        if (count > 0) say(`the cameras of ${count} sites come through recorders (GB/T 28181)`);
        if (turns !== undefined)
          say(`one of them turns: open ${turns.site}, ${turns.camera}, at the desk and hold an arrow key`);
      },
      (error) => {
        if (!ending.signal.aborted) say(`the simulated city's recorders are not entered: ${error.message}`);
      },
    );
    enterDemoOnvif({
      simulatorUrl: `http://127.0.0.1:${simulatorControlPort}`,
      hubUrl: url,
      withHubKey,
      signal: ending.signal,
    }).then(
      (count) => say(`the cameras of ${count} sites come by ONVIF`),
      (error) => {
        if (!ending.signal.aborted)
          say(`the simulated city's ONVIF cameras are not brought in: ${error.message}`);
      },
    );
    connectDemoAlerts({
      simulatorUrl: `http://127.0.0.1:${simulatorControlPort}`,
      hubUrl: url,
      withHubKey,
      keyFile: join(environment.MINGCHU_DATA_DIR, 'demo-alert-key.json'),
      perMinute: demoAlertsPerMinute,
      signal: ending.signal,
    }).then(
      () => say(`the simulated city's AI platform reports about ${demoAlertsPerMinute} alerts a minute`),
      (error) => {
        if (!ending.signal.aborted) say(`the simulated AI platform is not connected: ${error.message}`);
      },
    );
    if (hasDemoSquads) squads ??= startPeople('squad', 'squads', url);
    if (hasDemoSquads && hasDemoCase) sites ??= startPeople('case', 'sites', url);
    if (printedUrl !== networkUrl) {
      printedUrl = networkUrl;
      printAddresses(url, networkUrl);
    }
    if (hasDisplay()) shell ??= openShell(url, networkUrl);
  }

  /**
   * @param {string} name
   * @param {'squads' | 'sites'} folder
   * @param {string} url
   */
  function startPeople(name, folder, url) {
    const supervised = superviseProcess({
      name,
      command: projectNode(),
      args: [join('src-sim', folder, 'index.ts')],
      cwd: projectDirectory,
      environment: { ...environment, MINGCHU_HUB_URL: url },
      onLine(line) {
        process.stdout.write(`${formatLogLine(name, line)}\n`);
        if (parseLogLine(line)?.msg === `${folder} ready`) supervised.markReady();
      },
      // The rest of the demo is worth having without them.
      onDeath(how, restartMs) {
        if (restartMs === undefined)
          return say(`the demo's ${folder} cannot run on this machine (${how}); the reason is above`);
        say(`the demo's ${folder} ${how}; starting them again in ${restartMs} ms`);
      },
    });
    processes.push(supervised);
    return supervised;
  }

  /**
   * @param {string} url
   * @param {string} networkUrl
   */
  function openShell(url, networkUrl) {
    const electron = join(
      projectDirectory,
      'node_modules',
      'electron',
      'dist',
      process.platform === 'win32' ? 'electron.exe' : 'electron',
    );
    // As root the system's Chromium shows the surfaces as a user without rights; Electron would run without its sandbox.
    const hasElectron = existsSync(electron) && process.getuid?.() !== 0;
    const supervised = superviseProcess({
      name: 'shell',
      command: hasElectron ? electron : projectNode(),
      args: hasElectron ? ['.'] : [join('src-main', 'browserShell.ts')],
      cwd: projectDirectory,
      environment: { ...environment, MINGCHU_HUB_URL: url, MINGCHU_DESK_TOO: 'true' },
      onLine(line) {
        process.stdout.write(`${formatLogLine('shell', line)}\n`);
        if (parseLogLine(line)?.msg === 'shell opened') supervised.markReady();
      },
      // Closing the windows is a wish, not a fault.
      onExit: (exitCode) => {
        if (exitCode !== 0) return 'restart';
        say('the windows were closed; hub and city run on');
        printAddresses(url, networkUrl);
        return 'leave';
      },
      onDeath(how, restartMs) {
        if (restartMs !== undefined) return say(`the windows ${how}; opening them again in ${restartMs} ms`);
        say(`the windows cannot be opened here (${how}); the reason is above`);
        printAddresses(url, networkUrl);
      },
    });
    processes.push(supervised);
    return supervised;
  }

  function endOnSignals() {
    let firstAt = 0;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      // The set-up's own handlers would end us before our children have closed.
      process.removeAllListeners(signal);
      process.on(signal, () => {
        if (firstAt === 0) {
          firstAt = Date.now();
          say('stopping');
          void end(0);
        } else if (Date.now() - firstAt > repeatedSignalMs) {
          for (const supervised of processes) supervised.kill();
        }
      });
    }
    // Whatever ends us, nothing of ours stays behind.
    process.once('exit', () => {
      for (const supervised of processes) supervised.kill();
    });
  }

  /** @param {number} exitCode */
  async function end(exitCode) {
    ending.abort();
    process.exitCode = exitCode;
    await Promise.all(processes.map((supervised) => supervised.stop()));
    process.exit();
  }
}

/** Whether there is a display to open windows on. */
function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * @param {string} url
 * @param {string} networkUrl
 */
function printAddresses(url, networkUrl) {
  process.stdout.write(`\n${addressLines(url, networkUrl, publicPort).join('\n')}\n\n`);
}
