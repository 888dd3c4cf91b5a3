import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fingerprint } from './setup/fingerprint.mjs';
import { projectNode } from './setup/node.mjs';
import { say } from './setup/progress.mjs';
import { runCommand } from './setup/runCommand.mjs';

const sourceDirectory = join(dirname(fileURLToPath(import.meta.url)), 'datagram-receiver');
const fileName = 'datagram-receiver.node';
const options = ['-O2', '-std=c++17', '-fno-exceptions', '-fvisibility=hidden', '-fPIC', '-shared', '-s'];

/**
 * Compiles the receiver of datagrams beside the media worker, where the hub looks for it, unless it is there. It makes the hub
 * take more cameras of recorders by UDP; without a compiler, without Node's headers or where the folder cannot be written to, the
 * hub receives by Node's own sockets, so that nothing of this ever fails a set-up.
 * @param {string} mediaWorker path of the media worker
 * @param {{ node?: string, compiler?: string }} [parts]
 * @returns {Promise<string | undefined>} its path; undefined where there is none
 */
export async function ensureDatagramReceiver(mediaWorker, { node = projectNode(), compiler = 'c++' } = {}) {
  if (process.platform !== 'linux') return undefined;
  const headers = nodeHeaders(node);
  if (headers === undefined) return undefined;
  const target = join(dirname(mediaWorker), fileName);
  const mark = `${target}.made-of`;
  try {
    const headerVersion = readFileSync(join(headers, 'node_version.h'), 'utf8');
    const version = fingerprint(sourceDirectory, ['.'], [...options, headerVersion, process.arch]);
    // One without its mark is of an unknown version: a set-up was ended between the two.
    if (existsSync(target) && existsSync(mark) && readFileSync(mark, 'utf8') === version) return target;
    const made = `${target}.${process.pid}`;
    const source = join(sourceDirectory, 'receiver.cc');
    const built = await runCommand(compiler, [...options, `-I${headers}`, source, '-o', made]);
    if (built.ok) {
      // The rename makes it appear whole or not at all; a hub that runs keeps the one that it loaded.
      renameSync(made, target);
      writeFileSync(mark, version);
      return target;
    }
    rmSync(made, { force: true });
  } catch {
    // The folder is not ours, such as that of a worker which the environment names.
  }
  say(
    'the receiver of datagrams could not be compiled; recorders are received by Node’s own sockets, which take fewer cameras',
  );
  return undefined;
}

/**
 * The folder of a Node's headers; undefined where it has none, as those of some distributions.
 * @param {string} node path of its program
 */
export function nodeHeaders(node = projectNode()) {
  const headers = join(dirname(dirname(node)), 'include', 'node');
  const isThere = existsSync(join(headers, 'node_api.h')) && existsSync(join(headers, 'uv.h'));
  return isThere ? headers : undefined;
}
