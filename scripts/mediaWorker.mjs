import { spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fingerprint } from './setup/fingerprint.mjs';
import { withLock } from './setup/lock.mjs';
import { cacheDirectory, projectDirectory } from './setup/paths.mjs';
import { createProgress, say } from './setup/progress.mjs';
import { runCommand } from './setup/runCommand.mjs';
import { SetupError } from './setup/setupError.mjs';
import { applySourceEdits, sourceEdits } from './media-worker/sourceEdits.mjs';

const installedMediasoup = join(projectDirectory, 'node_modules', 'mediasoup');
const buildFilesDirectory = join(dirname(fileURLToPath(import.meta.url)), 'media-worker');
const binaryName = platform() === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';

/** NDEBUG as in mediasoup's own release builds; `nodownload` forbids meson to fetch anything. */
const buildOptions = ['--buildtype', 'release', '-Db_ndebug=true', '--wrap-mode=nodownload'];

/** A closed network often drops packets instead of refusing them: do not let the first start wait for that. */
const prebuiltConnectMs = 5_000;
const prebuiltDownloadMs = 120_000;
/** A worker says that it runs within some ten milliseconds; a busy machine may need longer. */
const workerAnswerMs = 10_000;
/** What one compiler of the larger sources takes at most, measured at 650 MB. */
const compilerBytes = 1 << 30;

/**
 * @typedef {{ environment?: NodeJS.ProcessEnv, mediasoupDirectory?: string }} Options
 */

/**
 * Path of the media worker in the cache, whether it is there or not: one for each version of mediasoup, of our edits
 * and of the processor's architecture.
 * @param {Options} options
 */
export function cachedMediaWorker({
  mediasoupDirectory = installedMediasoup,
  environment = process.env,
} = {}) {
  const { version } = readPackage(mediasoupDirectory);
  const editsHash = fingerprint(
    buildFilesDirectory,
    ['additions', 'precompiled', 'subprojects'],
    [...buildOptions, ...sourceEdits.flatMap(({ file, find, replace }) => [file, find, replace])],
  ).slice(0, 12);
  return join(
    cacheDirectory(environment),
    'media-worker',
    `${version}-${editsHash}-${process.arch}`,
    binaryName,
  );
}

/**
 * Finds a media worker that runs on this machine, without building one. In order: the one that the environment names,
 * the cached one, mediasoup's own prebuilt (fetched into the cache).
 * @param {Options} options
 * @returns {Promise<string | undefined>} its path
 */
export async function findMediaWorker({
  environment = process.env,
  mediasoupDirectory = installedMediasoup,
} = {}) {
  const given = environment.MINGCHU_MEDIASOUP_WORKER_BIN || environment.MEDIASOUP_WORKER_BIN;
  if (given) {
    requireExecutable(given);
    return given;
  }
  const { version } = readPackage(mediasoupDirectory);
  const binary = cachedMediaWorker({ mediasoupDirectory, environment });
  if (await answers(binary, version)) return binary;
  return whileLocked(binary, version, async () => {
    const isFetched = await fetchPrebuilt({ binary, mediasoupDirectory, environment });
    return isFetched ? binary : undefined;
  });
}

/**
 * Builds a media worker into the cache from the source in mediasoup's npm package, against the system's libraries.
 * @param {Options} options
 * @returns {Promise<string>} its path
 */
export async function buildMediaWorker({
  environment = process.env,
  mediasoupDirectory = installedMediasoup,
} = {}) {
  const { version } = readPackage(mediasoupDirectory);
  const binary = cachedMediaWorker({ mediasoupDirectory, environment });
  return whileLocked(binary, version, async () => {
    await build({ binary, mediasoupDirectory });
    return binary;
  });
}

/**
 * Does the work that puts a binary into the cache, once among several set-ups at the same time.
 * @template Result
 * @param {string} binary
 * @param {string} version
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result | string>}
 */
function whileLocked(binary, version, work) {
  return withLock(
    `${dirname(binary)}.lock`,
    { onWait: (pid) => say(`another set-up (process ${pid}) is making the media worker; waiting for it`) },
    async () => {
      // The one we waited for may have made it.
      if (await answers(binary, version)) return binary;
      mkdirSync(dirname(binary), { recursive: true });
      return work();
    },
  );
}

/** @param {string} mediasoupDirectory */
function readPackage(mediasoupDirectory) {
  if (!existsSync(join(mediasoupDirectory, 'package.json'))) {
    throw new SetupError('The mediasoup package is not installed.', 'run: npm ci --ignore-scripts');
  }
  return JSON.parse(readFileSync(join(mediasoupDirectory, 'package.json'), 'utf8'));
}

/** @param {string} path */
function requireExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new SetupError(
      `The media worker named by the environment cannot be run: ${path}`,
      'correct MINGCHU_MEDIASOUP_WORKER_BIN (or MEDIASOUP_WORKER_BIN), or unset it to have one made.',
    );
  }
}

/**
 * Whether a worker starts here and speaks: it may be missing, cut short, for another machine, or linked against
 * libraries that a system upgrade took away.
 * @param {string} binary
 * @param {string} version
 * @returns {Promise<boolean>}
 */
function answers(binary, version) {
  if (!existsSync(binary)) return Promise.resolve(false);
  return new Promise((done) => {
    // mediasoup's protocol: descriptor 3 carries requests in, 4 carries notifications out, the first says "running".
    const child = spawn(binary, ['--logLevel=none'], {
      env: { ...process.env, MEDIASOUP_VERSION: version },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      timeout: workerAnswerMs,
      killSignal: 'SIGKILL',
    });
    let hasSpoken = false;
    const notifications = child.stdio[4];
    notifications?.once('data', () => {
      hasSpoken = true;
      child.kill('SIGKILL');
    });
    notifications?.once('error', () => undefined);
    child.stdio[3]?.once('error', () => undefined);
    child.once('error', () => done(false));
    child.once('close', () => done(hasSpoken));
  });
}

/**
 * Tries to fetch the worker that mediasoup's makers publish for this version. Failing is normal on a closed network and
 * says nothing. The variables are those of mediasoup's own installer.
 * @param {{ binary: string, mediasoupDirectory: string, environment: NodeJS.ProcessEnv }} options
 * @returns {Promise<boolean>}
 */
async function fetchPrebuilt({ binary, mediasoupDirectory, environment }) {
  if (environment.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) return false;
  const { version, repository } = readPackage(mediasoupDirectory);
  const base =
    environment.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ||
    `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`;
  const kernel = platform() === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  const directory = `${dirname(binary)}.prebuilt`;
  try {
    const archive = await download(
      `${base}/${version}/mediasoup-worker-${version}-${platform()}-${process.arch}${kernel}.tgz`,
    );
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'worker.tgz'), archive);
    const unpacked = await runCommand('tar', ['-xzf', 'worker.tgz'], { cwd: directory });
    const fetched = join(directory, binaryName);
    if (!unpacked.ok || !existsSync(fetched)) return false;
    chmodSync(fetched, 0o755);
    if (!(await answers(fetched, version))) return false;
    renameSync(fetched, binary);
    say(`the published media worker ${version} was downloaded`);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * @param {string} url
 * @returns {Promise<Buffer>}
 */
async function download(url) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), prebuiltConnectMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), prebuiltDownloadMs);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Builds the worker from the source in mediasoup's npm package against the system's libraries. An interrupted build
 * goes on where it stopped; one that cannot continue is started again from the beginning, once.
 * @param {{ binary: string, mediasoupDirectory: string }} options
 */
async function build({ binary, mediasoupDirectory }) {
  await requireBuildTools();
  const { version } = readPackage(mediasoupDirectory);
  const directory = `${dirname(binary)}.build`;
  const isResumed = existsSync(join(directory, 'configured'));
  say(
    isResumed
      ? 'continuing the interrupted build of the media worker'
      : `building the media worker (mediasoup ${version}) from source; once on this machine, about five minutes on two cores`,
  );
  let result = await tryBuild({ directory, mediasoupDirectory, version });
  if (!result.ok && isResumed) {
    say('the interrupted build cannot be continued; starting again from the beginning');
    rmSync(directory, { recursive: true, force: true });
    result = await tryBuild({ directory, mediasoupDirectory, version });
  }
  if (!result.ok) {
    throw new SetupError(
      `The media worker could not be built. The last lines were:\n${result.output.trim()}\n`,
      `read the messages above (the build is in ${directory}; remove it to start from the beginning). A worker built elsewhere can be named in MINGCHU_MEDIASOUP_WORKER_BIN.`,
    );
  }
  // The rename makes it appear whole or not at all.
  renameSync(result.built, binary);
  rmSync(directory, { recursive: true, force: true });
}

/** Names the tools that are missing, for systems where no package manager of ours put them in place. */
async function requireBuildTools() {
  const tools = [
    ['meson', ['--version']],
    ['ninja', ['--version']],
    ['pkg-config', ['--version']],
    ['flatc', ['--version']],
    ['c++', ['--version']],
  ];
  const missing = [];
  for (const [tool, args] of tools) {
    if (!(await runCommand(tool, args)).ok) missing.push(tool);
  }
  if (missing.length > 0) {
    throw new SetupError(
      `The media worker must be built here, but these tools are missing: ${missing.join(', ')}`,
      'install them, and the development files of libuv, OpenSSL 3, libsrtp 2, flatbuffers and abseil; or name a worker built elsewhere in MINGCHU_MEDIASOUP_WORKER_BIN.',
    );
  }
}

/**
 * @param {{ directory: string, mediasoupDirectory: string, version: string }} options
 * @returns {Promise<{ ok: true, built: string } | { ok: false, output: string }>}
 */
async function tryBuild({ directory, mediasoupDirectory, version }) {
  const source = join(directory, 'source');
  const out = join(directory, 'out');
  if (!existsSync(join(directory, 'configured'))) {
    rmSync(directory, { recursive: true, force: true });
    prepareSource(mediasoupDirectory, source);
    const configured = await runCommand('meson', ['setup', out, source, ...buildOptions], { cwd: directory });
    if (!configured.ok) return { ok: false, output: configured.output };
    writeFileSync(join(directory, 'configured'), '');
  }
  const progress = createProgress('building the media worker');
  const compiled = await runCommand('ninja', ['-C', out, '-j', String(compilerCount()), 'mediasoup-worker'], {
    cwd: directory,
    environment: { ...process.env, NINJA_STATUS: '[%f/%t] ' },
    onLine(line) {
      const step = /^\[(\d+)\/(\d+)\] (.*)/.exec(line);
      if (step) progress.update(Number(step[1]), Number(step[2]), step[3].replace(/^.*\.p\//, ''));
    },
  });
  progress.end();
  if (!compiled.ok) return { ok: false, output: compiled.output };
  const built = join(out, 'mediasoup-worker');
  const stripped = await runCommand('strip', [built]);
  if (!stripped.ok)
    say('the tool strip is not installed; the media worker works without it, its file is only larger');
  if (await answers(built, version)) return { ok: true, built };
  return { ok: false, output: `${built} was built but does not run here` };
}

/**
 * A copy of the worker's source, with the system's libraries in place of the ones it would download and with our edits.
 * @param {string} mediasoupDirectory
 * @param {string} source
 */
function prepareSource(mediasoupDirectory, source) {
  const worker = join(mediasoupDirectory, 'worker');
  // meson wants the sources of the tests to be there too, although nothing of them is built.
  const downloads = join(worker, 'subprojects');
  cpSync(worker, source, { recursive: true, filter: (path) => path !== downloads });
  cpSync(join(buildFilesDirectory, 'subprojects'), join(source, 'subprojects'), { recursive: true });
  mkdirSync(join(source, 'precompiled'));
  mkdirSync(join(source, 'deps', 'libwebrtc', 'precompiled'));
  const headers = join(buildFilesDirectory, 'precompiled');
  cpSync(join(headers, 'worker.hpp'), join(source, 'precompiled', 'worker.hpp'));
  cpSync(join(headers, 'bandwidth.hpp'), join(source, 'deps', 'libwebrtc', 'precompiled', 'bandwidth.hpp'));
  cpSync(join(buildFilesDirectory, 'additions'), join(source, 'include', 'handles'), { recursive: true });
  applySourceEdits(source);
}

/** One compiler for each core, as far as there is memory for them. */
function compilerCount() {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / compilerBytes)));
}
