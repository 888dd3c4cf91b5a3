import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { say } from '../setup/progress.mjs';
import { runCommand } from '../setup/runCommand.mjs';
import { withCleanRoot } from './cleanRoot.mjs';
import { isServing, port, waitUntil } from './servingHub.mjs';

const base = 'localhost/mingchu-check-base';
const image = 'localhost/mingchu-check-hub';
const volume = 'mingchu-check';
/** As the health check of the container: a slow machine needs some seconds. */
const readyWithinMs = 60_000;
const stepLimitMs = 900_000;

/** Whether images can be built on this machine. */
export function hasPodman() {
  return hasProgram('podman');
}

/** @param {string} name */
function hasProgram(name) {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds the image by the Containerfile and runs it as its first lines say, over a base that is made of this machine's own Debian
 * packages, because an image would have to come from a registry. Only as root; the images are removed again.
 * @param {{ output: string }} options `output` holds the package and the Containerfile
 * @returns {Promise<{ startMs: number, imageMiB: number }>}
 */
export async function checkContainer({ output }) {
  const podman = (title, ...args) => step(title, 'podman', args);
  try {
    await withCleanRoot(async (root) => {
      const archive = `tar --one-file-system -C ${root.path} -c . | podman import - ${base}`;
      await step('making the base of the container', 'sh', ['-c', archive]);
    });
    await podman(
      'building the container',
      ...[
        'build',
        '--format',
        'docker',
        '--network',
        'host',
        '--isolation',
        'chroot',
        '--build-arg',
        `BASE=${base}`,
        '-t',
        image,
      ],
      ...['-f', join(output, 'Containerfile'), output],
    );
    const bytes = Number(
      await podman('reading the size', 'image', 'inspect', '--format', '{{.Size}}', image),
    );
    const startMs = await runOnce();
    const imageMiB = Math.round(bytes / 1024 ** 2);
    say(`container: built (${imageMiB} MiB with its base), started in ${startMs} ms, ended by its signal`);
    return { startMs, imageMiB };
  } finally {
    await runCommand('podman', ['volume', 'rm', '--force', volume], { title: 'removing the volume' });
    await runCommand('podman', ['rmi', '--force', image, base], {
      title: 'removing the images',
      timeoutMs: stepLimitMs,
    });
  }
}

/** @returns {Promise<number>} milliseconds until it is healthy */
async function runOnce() {
  const startedAtMs = performance.now();
  const { maximumOpenFiles, maximumProcesses } = ownLimits();
  const child = spawn(
    'podman',
    [
      // crun needs a cgroup of its own, which a machine in a container does not have.
      ...(hasProgram('runc') ? ['--runtime', 'runc'] : []),
      ...['run', '--rm', '--network', 'host', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all'],
      // More than this process may have is refused.
      ...['--ulimit', `nofile=${maximumOpenFiles}`, '--ulimit', `nproc=${maximumProcesses}`],
      ...['--env', 'MINGCHU_HOST=127.0.0.1', '--env', `MINGCHU_PORT=${port}`, '--env', 'MINGCHU_RTC_PORT=0'],
      ...['--volume', `${volume}:/var/lib/mingchu`, image],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const ended = once(child, 'exit');
  const isReady = await waitUntil(readyWithinMs, isServing, () => child.exitCode !== null);
  const readyMs = Math.round(performance.now() - startedAtMs);
  child.kill('SIGTERM');
  const [code] = await ended;
  if (!isReady) throw new Error(`The hub did not start in its container:\n${output.slice(-3_000)}`);
  if (code !== 0) throw new Error(`The container ended with ${code}:\n${output.slice(-3_000)}`);
  return readyMs;
}

/** The limits of this process that a container may have too. */
function ownLimits() {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = (name) => /^\S+(?: \S+)*? {2,}\S+ +(\d+)/.exec(limits.slice(limits.indexOf(name)))?.[1];
  return {
    maximumOpenFiles: Math.min(65_536, Number(hard('Max open files') ?? 4_096)),
    maximumProcesses: Math.min(4_096, Number(hard('Max processes') ?? 4_096)),
  };
}

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 */
async function step(title, command, args) {
  const { ok, output } = await runCommand(command, args, { title, timeoutMs: stepLimitMs });
  if (ok) return output.trim().split('\n').at(-1) ?? '';
  throw new Error(`${command} ${args.join(' ')} failed:\n${output.trim().slice(-3_000)}`);
}
