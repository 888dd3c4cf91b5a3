// `npm run hub`: sets up what the hub needs, then runs it alone; its log goes to stdout as it is.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

import { followParent } from './setup/followParent.mjs';
import { projectNode } from './setup/node.mjs';
import { projectDirectory } from './setup/paths.mjs';
import { runSetup } from './setup/runSetup.mjs';
import { reportFailure } from './setup/setupError.mjs';

/** The hub gives up closing what does not close before that. */
const stopGraceMs = 6_000;

followParent();

try {
  const { mediaWorker } = await runSetup('hub');
  runHub(mediaWorker);
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** @param {string} mediaWorker */
function runHub(mediaWorker) {
  // A group of its own: a terminal's Ctrl-C reaches it once, through us. The channel tells it when we are gone.
  const hub = spawn(projectNode(), [join('src-sfu', 'index.ts'), ...process.argv.slice(2)], {
    cwd: projectDirectory,
    detached: process.platform !== 'win32',
    env: { ...process.env, MEDIASOUP_WORKER_BIN: mediaWorker, MINGCHU_PARENT_PIPE: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      hub.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
      setTimeout(() => hub.kill('SIGKILL'), stopGraceMs).unref();
    });
  }
  hub.once('error', (error) => {
    process.exitCode = reportFailure(error);
  });
  hub.once('exit', (exitCode, signal) => {
    process.exit(exitCode ?? 128 + (signal ? constants.signals[signal] : 0));
  });
}
