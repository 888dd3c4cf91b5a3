import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { say } from '../setup/progress.mjs';
import { SetupError } from '../setup/setupError.mjs';

/** Named in full: the hub itself is started with a short PATH. */
const chroot = '/usr/sbin/chroot';
const port = 47_400;
const readyWithinMs = 60_000;

/**
 * Installs a package from nothing in a new root, starts the hub by the command of its unit, upgrades it, removes it, and sees that
 * the records are still there. Only as root.
 * @param {{ path: string, next: string }} packages
 */
export async function checkDebianPackage({ path, next }) {
  if (process.getuid?.() !== 0)
    throw new SetupError('The check makes a root of its own.', 'run it as root: npm run package -- --check');
  const root = mkdtempSync(join(tmpdir(), 'mingchu-root-'));
  // The hub's user is to come in.
  chmodSync(root, 0o755);
  const inRoot = (...command) =>
    execFileSync(chroot, [root, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      maxBuffer: 64 * 1024 * 1024,
    });
  const mounted = [];
  try {
    say('making a clean root');
    makeRoot(root);
    for (const folder of ['proc', 'dev', 'var/cache/apt/archives']) {
      mkdirSync(join(root, folder), { recursive: true });
      execFileSync('mount', ['--bind', `/${folder}`, join(root, folder)]);
      mounted.push(join(root, folder));
    }
    copySources(root);
    for (const file of [path, next]) copyFileSync(file, join(root, 'tmp', basename(file)));

    say('installing');
    inRoot('apt-get', 'update', '-q');
    inRoot('apt-get', 'install', '-y', '-q', '--no-install-recommends', `/tmp/${basename(path)}`);
    writeFileSync(
      join(root, 'etc/mingchu/mingchu.config.json'),
      `{"host":"127.0.0.1","port":${port},"rtcPort":0}\n`,
    );
    const unit = readUnit(join(root, 'lib/systemd/system/mingchu-hub.service'));
    const exposure = verifyUnit(join(root, 'lib/systemd/system/mingchu-hub.service'));

    const first = await runByUnit(root, unit);
    const database = join(root, 'var/lib/mingchu');
    const before = inRoot('find', '/var/lib/mingchu', '-type', 'f').trim().split('\n').length;
    if (before < 2) throw new Error(`The hub wrote nothing into ${database}.`);

    say('upgrading');
    inRoot('dpkg', '-i', `/tmp/${basename(next)}`);
    if (!readFileSync(join(root, 'etc/mingchu/mingchu.config.json'), 'utf8').includes(String(port)))
      throw new Error('The upgrade replaced the settings.');
    const second = await runByUnit(root, unit);

    say('going back to the version before');
    inRoot('dpkg', '-i', `/tmp/${basename(path)}`);
    const third = await runByUnit(root, unit);

    say('removing');
    inRoot('dpkg', '--purge', 'mingchu-hub');
    if (existsSync(join(root, 'usr/lib/mingchu-hub/src-sfu'))) throw new Error('Files of the hub are left.');
    const after = inRoot('find', '/var/lib/mingchu', '-type', 'f').trim().split('\n').length;
    if (after < before) throw new Error('Records were removed with the package.');
    say(
      `installed, started in ${first} ms, upgraded (${second} ms), taken back (${third} ms), removed; ${after} files of records are kept; exposure by systemd-analyze: ${exposure}`,
    );
    return { startMs: [first, second, third], filesKept: after, exposure };
  } finally {
    for (const folder of mounted.toReversed()) execFileSync('umount', ['--lazy', folder]);
    // A folder that is still mounted is another file system's, and is left alone.
    execFileSync('rm', ['-rf', '--one-file-system', root]);
  }
}

/** @param {string} root */
function makeRoot(root) {
  const mirror = /^(?:deb(?: \[[^\]]*\])? |URIs: )(\S+)/m.exec(sourcesText())?.[1];
  if (mirror === undefined) {
    throw new SetupError(
      'This machine names no source of Debian packages, from which the clean root is made.',
      'name one in /etc/apt/sources.list or /etc/apt/sources.list.d, and run this again.',
    );
  }
  try {
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', root, mirror], { stdio: 'pipe' });
  } catch (error) {
    throw new SetupError(
      `debootstrap made no root: ${String(error.stderr ?? error.message)
        .trim()
        .slice(-500)}`,
      'install it with "apt-get install debootstrap", and check that the package sources can be reached.',
    );
  }
}

function sourcesText() {
  for (const path of ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources']) {
    if (existsSync(path) && /^(deb |URIs: )/m.test(readFileSync(path, 'utf8')))
      return readFileSync(path, 'utf8');
  }
  return '';
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
    execFileSync('mkdir', ['-p', join(root, path, '..')]);
    execFileSync('cp', ['-aT', '--remove-destination', path, join(root, path)]);
  }
}

/**
 * @param {string} path
 * @returns {{ command: string[], environment: Record<string, string>, user: string, folder: string }}
 */
function readUnit(path) {
  const text = readFileSync(path, 'utf8');
  const one = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const environment = [...text.matchAll(/^Environment=([^=]+)=(.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  return {
    command: one('ExecStart').split(' '),
    environment: Object.fromEntries(environment),
    user: one('User'),
    folder: one('WorkingDirectory'),
  };
}

/** @param {string} path */
function verifyUnit(path) {
  try {
    const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /exposure level[^:]*: ([\d.]+)/i.exec(report)?.[1] ?? 'unknown';
  } catch (error) {
    return (
      /exposure level[^:]*: ([\d.]+)/i.exec(String(error.stdout))?.[1] ?? 'not measured: no systemd-analyze'
    );
  }
}

/**
 * Starts the hub as the unit does, as its user, waits until it answers, and ends it.
 * @param {string} root
 * @param {{ command: string[], environment: Record<string, string>, user: string, folder: string }} unit
 * @returns {Promise<number>} milliseconds from the start to the first healthy answer
 */
async function runByUnit(root, { command, environment, user, folder }) {
  const script = `cd ${folder} && exec "$@"`;
  const startedAtMs = performance.now();
  const child = spawn(chroot, [`--userspec=${user}:${user}`, root, 'sh', '-c', script, 'sh', ...command], {
    env: { PATH: '/usr/bin:/bin', HOME: '/var/lib/mingchu', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
      const page = answer?.ok ? await fetch(`http://127.0.0.1:${port}/wall.html`) : undefined;
      if (page?.ok) return Math.round(performance.now() - startedAtMs);
      if (child.exitCode !== null || performance.now() - startedAtMs > readyWithinMs)
        throw new Error(`The hub did not start by its unit's command:\n${output.slice(-3_000)}`);
      await delay(50);
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
