import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { say } from '../setup/progress.mjs';
import { SetupError } from '../setup/setupError.mjs';
import { withCleanRoot } from './cleanRoot.mjs';
import { followGuide } from './followGuide.mjs';
import { isServing, port, waitUntil } from './servingHub.mjs';

const readyWithinMs = 60_000;
/** As `TimeoutStopSec` of the unit, after which systemd kills it. */
const endsWithinMs = 10_000;
/** With the Node of the package; a missing file, or one that was compiled for another Node, ends it with an error. */
const loadReceiver = [
  '/usr/lib/mingchu-hub/bin/node',
  '-e',
  "if (typeof require('/usr/lib/mingchu-hub/bin/datagram-receiver.node').start !== 'function') process.exit(1)",
];
const countFiles = ['sh', '-c', 'find /var/lib/mingchu -type f | wc -l'];

/**
 * Installs a package from nothing in a new root, starts the hub by the command of its unit, brings a camera in as the installed guide
 * says, upgrades it, removes it, and sees that the records are still there. Only as root.
 * @param {{ path: string, next: string }} packages
 */
export async function checkDebianPackage({ path, next }) {
  if (process.getuid?.() !== 0)
    throw new SetupError('The check makes a root of its own.', 'run it as root: npm run package -- --check');
  return withCleanRoot(async (root) => {
    for (const file of [path, next]) copyFileSync(file, join(root.path, 'tmp', basename(file)));
    const settings = join(root.path, 'etc/mingchu/mingchu.config.json');

    await root.run('reading the lists of packages', 'apt-get', 'update', '-q');
    await root.run(
      'installing',
      'apt-get',
      'install',
      '-y',
      '-q',
      '--no-install-recommends',
      `/tmp/${basename(path)}`,
    );
    await root.run('loading the receiver of datagrams', ...loadReceiver);
    writeFileSync(settings, `{"host":"127.0.0.1","port":${port},"rtcPort":0}\n`);
    const unit = readUnit(join(root.path, 'lib/systemd/system/mingchu-hub.service'));
    const exposure = verifyUnit(join(root.path, 'lib/systemd/system/mingchu-hub.service'));

    let pictureMs = 0;
    const first = await runByUnit(root, unit, async () => {
      pictureMs = await followGuide(root, `http://127.0.0.1:${port}`);
    });
    const before = Number(await root.run('counting the records', ...countFiles));
    if (before < 2) throw new Error('The hub wrote nothing into /var/lib/mingchu.');

    await root.run('upgrading', 'dpkg', '-i', `/tmp/${basename(next)}`);
    if (!readFileSync(settings, 'utf8').includes(String(port)))
      throw new Error('The upgrade replaced the settings.');
    const second = await runByUnit(root, unit);

    await root.run('going back to the version before', 'dpkg', '-i', `/tmp/${basename(path)}`);
    const third = await runByUnit(root, unit);

    await root.run('removing', 'dpkg', '--purge', 'mingchu-hub');
    if (existsSync(join(root.path, 'usr/lib/mingchu-hub/src-sfu')))
      throw new Error('Files of the hub are left.');
    const after = Number(await root.run('counting the records', ...countFiles));
    if (!(after >= before)) throw new Error('Records were removed with the package.');
    say(
      `installed, started in ${first} ms, a camera seen ${pictureMs} ms after the guide's command, upgraded (${second} ms), taken back (${third} ms), removed; ${after} files of records are kept; exposure by systemd-analyze: ${exposure}`,
    );
    return { startMs: [first, second, third], pictureMs, filesKept: after, exposure };
  });
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
 * Starts the hub as the unit does, as its user, waits until it answers, does `work` with it, and ends it.
 * @param {import('./cleanRoot.mjs').CleanRoot} root
 * @param {{ command: string[], environment: Record<string, string>, user: string, folder: string }} unit
 * @param {() => Promise<void>} [work]
 * @returns {Promise<number>} milliseconds from the start to the first healthy answer
 */
async function runByUnit(root, { command, environment, user, folder }, work = () => Promise.resolve()) {
  const script = `cd ${folder} && exec "$@"`;
  const startedAtMs = performance.now();
  const variables = { PATH: '/usr/bin:/bin', HOME: '/var/lib/mingchu', ...environment };
  const child = root.start(user, variables, 'sh', '-c', script, 'sh', ...command);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
  const ended = once(child, 'exit');
  const isReady = await waitUntil(readyWithinMs, isServing, () => child.exitCode !== null);
  const readyMs = Math.round(performance.now() - startedAtMs);
  const failure = isReady
    ? await work().then(
        () => undefined,
        (error) => error,
      )
    : undefined;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
  const [, signal] = await ended;
  clearTimeout(late);
  if (!isReady) throw new Error(`The hub did not start by its unit's command:\n${output.slice(-3_000)}`);
  if (failure !== undefined)
    throw new Error(`${failure.message}\n${output.slice(-3_000)}`, { cause: failure });
  if (signal === 'SIGKILL')
    throw new Error(
      `The hub did not end within ${endsWithinMs / 1_000} s of SIGTERM:\n${output.slice(-3_000)}`,
    );
  return readyMs;
}
