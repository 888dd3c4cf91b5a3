import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { CommandError } from '../commandLine.mjs';

const answerTimeoutMs = 30_000;

/**
 * Sends one command to the hub with this data folder and returns the data of the answer. Throws CommandError.
 * @param {string} dataDir
 * @param {object} line
 * @returns {Promise<any>}
 */
export async function askHub(dataDir, line) {
  const answer = await new Promise((resolve, reject) => {
    const socket = connect(socketPath(dataDir));
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(answerTimeoutMs, () => {
      socket.destroy();
      reject(new CommandError(`The hub did not answer within ${answerTimeoutMs / 1_000} s. See its log.`));
    });
    socket.on('data', (chunk) => (text += chunk));
    socket.on('end', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new CommandError('The answer of the hub is not complete. See its log.'));
      }
    });
    socket.on('error', (error) => reject(new CommandError(reasonOf(dataDir, error))));
    socket.write(`${JSON.stringify(line)}\n`);
  });
  if (answer.ok) return answer.data;
  throw new CommandError(`The hub refused: ${answer.message}`);
}

/**
 * Where the hub listens: beside its database, or where a file beside it says.
 * @param {string} dataDir
 */
function socketPath(dataDir) {
  const path = join(dataDir, 'hub.sock');
  try {
    return readFileSync(`${path}.path`, 'utf8').trim();
  } catch {
    return path;
  }
}

/**
 * @param {string} dataDir
 * @param {NodeJS.ErrnoException} error
 */
function reasonOf(dataDir, error) {
  if (error.code === 'EACCES') {
    return `The hub with the data folder ${dataDir} runs as another user. Run this command as that user.`;
  }
  // A path that is too long for a socket is refused as invalid. It is tried only where no hub has written another path beside it.
  if (['ENOENT', 'ECONNREFUSED', 'EINVAL', 'ENAMETOOLONG'].includes(error.code ?? '')) {
    return `No hub runs with the data folder ${dataDir}. Start it, or name its folder with --data (--demo for "npm start").`;
  }
  return `The hub with the data folder ${dataDir} does not answer (${error.code ?? error.message}).`;
}
