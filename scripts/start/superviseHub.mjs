import { superviseProcess } from './supervisedProcess.mjs';

/**
 * Runs the hub and starts it again when it crashes, at once the first time and then ever more slowly. Its log goes on as it
 * is; messages about restarts go to `complain`. A hub that was asked to stop, or that cannot run with its settings, is
 * not started again; one that waits for its disk, its database or its port is tried without
 * end, but where another program of ours started this one (MINGCHU_PARENT_PIPE): that one says why the hub does not start, and goes on from there.
 * @param {{
 *   command: string,
 *   args: string[],
 *   cwd: string,
 *   environment: NodeJS.ProcessEnv,
 *   write: (line: string) => void,
 *   complain: (line: string) => void,
 *   onEnd: (exitCode: number) => void,
 * }} options `onEnd` is called once, when the hub ended and is not started again
 */
export function superviseHub({ command, args, cwd, environment, write, complain, onEnd }) {
  /** @type {number | null} */
  let lastExitCode = null;
  const supervised = superviseProcess({
    name: 'hub',
    command,
    args,
    cwd,
    environment,
    isPatient: environment.MINGCHU_PARENT_PIPE !== '1',
    onLine(line, stream) {
      (stream === 'stdout' ? write : complain)(line);
      if (isReadyLine(line)) supervised.markReady();
    },
    onExit(exitCode) {
      lastExitCode = exitCode;
      if (exitCode !== 0) return 'restart';
      // Somebody asked this process alone to stop, by a signal.
      onEnd(0);
      return 'leave';
    },
    onDeath(how, restartMs) {
      if (restartMs !== undefined) {
        return complain(`The hub ${how}. It is started again in ${restartMs / 1000} s.`);
      }
      complain(
        `The hub ${how} and is not started again. The reason is above: mend it and run "npm run hub" again.`,
      );
      onEnd(lastExitCode || 1);
    },
  });
  return supervised;
}

/**
 * Whether a line of the hub's log says that it runs.
 * @param {string} line
 */
function isReadyLine(line) {
  if (!line.startsWith('{') || !line.includes('"hub ready"')) return false;
  try {
    return JSON.parse(line).msg === 'hub ready';
  } catch {
    return false;
  }
}
