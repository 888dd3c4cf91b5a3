import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How long a process may take to close what it has open before it is ended by force. */
const stopGraceMs = 5_000;
/** The first restart comes at once, for whoever watches the wall waits for it; a process that keeps dying is let rest. */
const firstRestartMs = 200;
const longestRestartMs = 10_000;
/** A process that ran this long was healthy: the next restart comes at once again. */
const healthyAfterMs = 30_000;
/** A process that dies this often without ever having been ready cannot run here; restarting it would hide why. */
const failuresBeforeGivingUp = 3;
/** A process that ran once is no longer restarted after it has reported wrong settings this often in a row, which takes about half a minute. */
const settingsFailuresBeforeGivingUp = 8;
/** The exit code by which our programs say that their settings are wrong: another start would end the same way. */
const settingsExitCode = 2;
/** The exit code by which the hub says that something outside it keeps it from starting, which may pass (src-sfu/startFailure.ts). */
const passingTroubleExitCode = 3;

/**
 * How long to wait before the next restart, doubling from start to start.
 * @param {number} deathsInARow 1 for the first
 */
export function restartDelayMs(deathsInARow) {
  return Math.min(longestRestartMs, firstRestartMs * 2 ** (deathsInARow - 1));
}

/**
 * Whether a process that died is worth another start.
 * @param {{ exitCode: number | null, wasEverReady: boolean, deathsInARow: number, isPatient?: boolean }} death `isPatient`: a trouble that may pass is
 * waited for without end, also at the first start
 */
export function isWorthRestarting({ exitCode, wasEverReady, deathsInARow, isPatient = false }) {
  if (isPatient && exitCode === passingTroubleExitCode) return true;
  // Settings that became wrong while it ran are waited for, but not for ever.
  if (exitCode === settingsExitCode) return wasEverReady && deathsInARow < settingsFailuresBeforeGivingUp;
  return wasEverReady || deathsInARow < failuresBeforeGivingUp;
}

/**
 * Runs a program and starts it again when it dies. It runs in a process group of its own, so that whatever it started
 * goes with it, and holds a channel to us whose closing shows it that this process has ended (MINGCHU_PARENT_PIPE).
 * @param {{
 *   name: string,
 *   command: string,
 *   args: string[],
 *   cwd: string,
 *   environment: NodeJS.ProcessEnv,
 *   onLine: (line: string, stream: 'stdout' | 'stderr') => void,
 *   onDeath: (how: string, restartMs: number | undefined) => void,
 *   onExit?: (exitCode: number | null) => 'restart' | 'leave',
 *   isPatient?: boolean,
 * }} options `isPatient` as in `isWorthRestarting`; `onDeath` receives how the process ended and when it is started again (undefined: it is not)
 */
export function superviseProcess({
  command,
  args,
  cwd,
  environment,
  onLine,
  onDeath,
  onExit = () => 'restart',
  isPatient = false,
}) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  /** @type {NodeJS.Timeout | undefined} */
  let restartTimer;
  let isStopping = false;
  let wasEverReady = false;
  let deathsInARow = 0;

  const start = () => {
    const startedAt = Date.now();
    const current = spawn(command, args, {
      cwd,
      detached: process.platform !== 'win32',
      env: { ...environment, MINGCHU_PARENT_PIPE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = current;
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      const input = current[stream];
      if (input) createInterface({ input }).on('line', (line) => onLine(line, stream));
    }
    let cause = '';
    current.once('error', (error) => {
      cause = error.message;
      if (current.pid === undefined) died(null);
    });
    current.once('exit', (exitCode, signal) => {
      cause = signal ? `ended by ${signal}` : `ended with ${exitCode}`;
      died(exitCode);
    });

    /** @param {number | null} exitCode */
    const died = (exitCode) => {
      // What it started must not outlive it, or it would hold the ports that the next one needs.
      killGroup(current, 'SIGKILL');
      child = undefined;
      if (isStopping) return;
      if (onExit(exitCode) === 'leave') return;
      if (Date.now() - startedAt > healthyAfterMs) deathsInARow = 0;
      deathsInARow += 1;
      if (!isWorthRestarting({ exitCode, wasEverReady, deathsInARow, isPatient })) {
        onDeath(cause, undefined);
        return;
      }
      const restartMs = restartDelayMs(deathsInARow);
      onDeath(cause, restartMs);
      restartTimer = setTimeout(start, restartMs);
    };
  };
  start();

  return {
    /** Called when the program has started well; from then on it is restarted however often it ends. */
    markReady() {
      wasEverReady = true;
    },
    /** The process id, while it runs. */
    get pid() {
      return child?.pid;
    },
    /** Ends it with all that it started, by force where it takes too long. */
    async stop() {
      isStopping = true;
      clearTimeout(restartTimer);
      const current = child;
      if (!current) return;
      const ended = new Promise((done) => current.once('exit', done));
      current.kill('SIGTERM');
      const force = setTimeout(() => killGroup(current, 'SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(force);
      killGroup(current, 'SIGKILL');
    },
    /** Ends it by force at once, with all that it started. */
    kill() {
      isStopping = true;
      clearTimeout(restartTimer);
      if (child) killGroup(child, 'SIGKILL');
    },
  };
}

/**
 * Signals a process and everything it started.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is empty: nothing is left of it.
  }
}
