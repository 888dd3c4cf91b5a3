import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runCommand } from '../setup/runCommand.mjs';
import { say } from '../setup/progress.mjs';
import { SetupError } from '../setup/setupError.mjs';

/** Named in full: the hub itself is started with a short PATH. */
const chroot = '/usr/sbin/chroot';
const environmentInRoot = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
};
/** What a step takes at most, also over a slow line; one that hangs is ended and shows what it said last. */
const stepLimitMs = 900_000;
const removeAttempts = 40;
const removePauseMs = 250;
/** The lines of apt's sources that name where packages come from, in both of its formats. */
const sourceLine = /^(?:deb(?: \[[^\]]*\])? |URIs: )(\S+)/m;

/**
 * Mounts what programs need, and enters the root. The mounts are in a namespace of the one command: they are gone with its last process,
 * however that ends, and the machine's own list of mounts never has them.
 */
const mountAndEnter = [
  'set -e',
  'mount -t proc proc "$1/proc" || mount --bind /proc "$1/proc"',
  'mount --rbind /dev "$1/dev"',
  'shift',
  'exec "$@"',
].join('\n');

/**
 * A clean root of Debian.
 * @typedef {object} CleanRoot
 * @property {string} path
 * @property {(title: string, ...command: string[]) => Promise<string>} run the last 4000 characters of what the command prints in the
 *   root; rejects with them where it fails
 * @property {(user: string, environment: Record<string, string>, ...command: string[]) => import('node:child_process').ChildProcess} start
 *   starts a program in the root as one of its users; it is killed with this process at the latest
 */

/**
 * Makes a root of Debian's smallest set of packages, lends it, and removes it, also where the work fails or this process is
 * interrupted: what runs in it is ended first. Only as root.
 * @template Result
 * @param {(root: CleanRoot) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withCleanRoot(work) {
  const source = packageSource(readSources());
  const root = mkdtempSync(join(tmpdir(), 'mingchu-root-'));
  const remove = () => removeRoot(root);
  // An interruption ends the running command and then this process (runCommand.mjs).
  process.once('exit', remove);
  try {
    // The hub's user is to come in.
    chmodSync(root, 0o755);
    await makeRoot(root, source);
    return await work({
      path: root,
      async run(title, ...command) {
        const inRoot = ['sh', '-c', mountAndEnter, 'sh', root, chroot, root, ...command];
        const { ok, output } = await runApart(inRoot, title, environmentInRoot);
        if (ok) return output;
        throw new Error(`${command.join(' ')} failed in the clean root:\n${output.trim()}`);
      },
      start(user, variables, ...command) {
        const enter = [chroot, `--userspec=${user}:${user}`, root, ...command];
        // Without a namespace for processes: signals reach the program itself.
        const child = spawn('unshare', ['--mount', 'sh', '-c', mountAndEnter, 'sh', root, ...enter], {
          env: variables,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const kill = () => child.kill('SIGKILL');
        process.prependOnceListener('exit', kill);
        child.once('exit', () => process.off('exit', kill));
        return child;
      },
    });
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/**
 * Removes a root. Programs that were just killed may still end a write, so it is tried for a while.
 * @param {string} root
 */
function removeRoot(root) {
  for (let attempt = 1; attempt <= removeAttempts; attempt += 1) {
    const { status } = spawnSync('rm', ['-rf', '--one-file-system', root], { stdio: 'ignore' });
    if (status === 0) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, removePauseMs);
  }
  say(`${root} could not be removed: remove it by hand`);
}

/**
 * Where a machine's packages come from; a clean root is made from there.
 * @param {string} sources the text of its lists
 * @returns {string}
 */
export function packageSource(sources) {
  const source = sourceLine.exec(sources)?.[1];
  if (source !== undefined) return source;
  throw new SetupError(
    'This machine names no source of Debian packages, from which the clean root is made.',
    'name one in /etc/apt/sources.list or /etc/apt/sources.list.d/debian.sources, and run this again.',
  );
}

function readSources() {
  const lists = ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources'];
  return lists
    .filter((list) => existsSync(list))
    .map((list) => readFileSync(list, 'utf8'))
    .join('\n');
}

/**
 * Runs a command with mounts and processes of its own: when it is ended, so is everything that it started.
 * @param {string[]} command
 * @param {string} title
 * @param {NodeJS.ProcessEnv} environment
 */
function runApart(command, title, environment) {
  const apart = ['--mount', '--pid', '--fork', '--kill-child=SIGKILL'];
  return runCommand('unshare', [...apart, ...command], {
    environment,
    title,
    endSignal: 'SIGKILL',
    timeoutMs: stepLimitMs,
  });
}

/**
 * @param {string} root
 * @param {string} source
 */
async function makeRoot(root, source) {
  const command = ['debootstrap', '--variant=minbase', 'bookworm', root, source];
  const { ok, output } = await runApart(command, 'making a clean root', process.env);
  if (!ok) {
    throw new SetupError(
      `debootstrap made no root: ${output.trim().slice(-500)}`,
      'install it with "apt-get install debootstrap", and check that the package sources can be reached.',
    );
  }
  copySources(root);
  // dpkg waits for the disk after each file; on a busy disk that takes most of an installation, and this root is thrown away.
  const hasty = join(root, 'etc/dpkg/dpkg.cfg.d/mingchu-check');
  mkdirSync(dirname(hasty), { recursive: true });
  writeFileSync(hasty, 'force-unsafe-io\n');
}

/** The root has the machine's own package sources, with their keys and proxies. @param {string} root */
function copySources(root) {
  for (const path of [
    '/etc/apt',
    '/etc/resolv.conf',
    '/etc/ssl/certs',
    '/usr/share/ca-certificates',
    '/usr/local/share/ca-certificates',
  ]) {
    if (!existsSync(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    execFileSync('cp', ['-aT', '--remove-destination', path, join(root, path)]);
  }
}
