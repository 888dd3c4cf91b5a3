// `npm run hub`: sets up what the hub needs, then runs it alone, again after a crash; its log goes to stdout as it is.
import { join } from 'node:path';

import { followParent } from './setup/followParent.mjs';
import { projectNode } from './setup/node.mjs';
import { projectDirectory } from './setup/paths.mjs';
import { runSetup } from './setup/runSetup.mjs';
import { reportFailure } from './setup/setupError.mjs';
import { hubEnvironment } from './start/hubEnvironment.mjs';
import { superviseHub } from './start/superviseHub.mjs';

followParent();

try {
  const { mediaWorker } = await runSetup('hub');
  runHub(mediaWorker);
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** @param {string} mediaWorker */
function runHub(mediaWorker) {
  // A group of its own: a terminal's Ctrl-C reaches it once, through us. The closing channel shows it when this process has ended.
  const hub = superviseHub({
    command: projectNode(),
    args: [join('src-sfu', 'index.ts'), ...process.argv.slice(2)],
    cwd: projectDirectory,
    environment: {
      ...hubEnvironment,
      ...process.env,
      MEDIASOUP_WORKER_BIN: mediaWorker,
      // Who started this writes the log itself.
      ...(process.env.MINGCHU_PARENT_PIPE === '1'
        ? {}
        : { MINGCHU_LOG_FOLDER: process.env.MINGCHU_LOG_FOLDER || 'logs' }),
    },
    write: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    onEnd: (exitCode) => process.exit(exitCode),
  });
  let isStopping = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void hub.stop().then(() => process.exit(0));
    });
  }
  if (process.env.MINGCHU_PARENT_PIPE === '1')
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
