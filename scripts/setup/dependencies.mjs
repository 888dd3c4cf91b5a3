import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './paths.mjs';
import { say } from './progress.mjs';
import { runCommand } from './runCommand.mjs';
import { SetupError } from './setupError.mjs';

/**
 * Makes `node_modules` match package-lock.json. A stamp inside it, written last, shows that the installation is complete; where
 * it is missing or of another lockfile, npm's own record of what it installed is compared before anything is reinstalled.
 * @param {{ project: string, environment?: NodeJS.ProcessEnv, install?: () => Promise<void> }} options
 */
export async function ensureDependencies({
  project,
  environment = process.env,
  install = () => npmCi(project),
}) {
  if (isStamped(project)) return;
  // Not inside node_modules: npm removes that folder first.
  const lock = join(
    cacheDirectory(environment),
    'locks',
    `install-${fingerprint(project, [], [project])}.lock`,
  );
  await withLock(
    lock,
    {
      onWait: (pid) => say(`another set-up (process ${pid}) is installing the dependencies; waiting for it`),
    },
    async () => {
      if (isStamped(project)) return;
      if (!isInstalled(project)) {
        await install();
      }
      mkdirSync(join(project, 'node_modules'), { recursive: true });
      writeFileSync(stampPath(project), stampText(project));
    },
  );
}

/** @param {string} project */
function stampPath(project) {
  return join(project, 'node_modules', '.mingchu-installed');
}

/**
 * What the stamp must say. The platform is part of it, for a folder shared with another system holds other binaries.
 * @param {string} project
 */
function stampText(project) {
  return fingerprint(project, ['package-lock.json'], [process.platform, process.arch]);
}

/**
 * Whether `node_modules` is known to be complete and of this lockfile.
 * @param {string} project
 */
export function isStamped(project) {
  try {
    return readFileSync(stampPath(project), 'utf8') === stampText(project);
  } catch {
    return false;
  }
}

/**
 * Whether npm itself has recorded a complete installation of this lockfile. npm writes that record at the very end, so
 * an interrupted installation has none.
 * @param {string} project
 */
function isInstalled(project) {
  try {
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
    const record = JSON.parse(readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8'));
    return (
      recordMatchesLock(record.packages, lock.packages) &&
      Object.keys(record.packages).every((path) => existsSync(join(project, path)))
    );
  } catch {
    return false;
  }
}

/**
 * Whether what npm recorded as installed is what the lockfile asks for. Packages for other platforms may be missing.
 * @param {Record<string, { version?: string, integrity?: string }>} recorded
 * @param {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }>} locked
 */
export function recordMatchesLock(recorded, locked) {
  const wanted = Object.entries(locked).filter(([path]) => path !== '');
  const isComplete = wanted.every(([path, entry]) => {
    const found = recorded[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return isComplete && Object.keys(recorded).every((path) => path in locked);
}

/** @param {string} project */
async function npmCi(project) {
  if (!existsSync(join(project, 'package-lock.json'))) {
    throw new SetupError('package-lock.json is missing.', 'restore it: git checkout package-lock.json');
  }
  rmSync(stampPath(project), { force: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = await runCommand(
    npm,
    // Install scripts would compile or fetch what we take from elsewhere (see mediaWorker.mjs).
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: project,
      environment: withoutNpmSettings(process.env),
      title: 'installing the dependencies from package-lock.json',
      // On a gentler signal npm begins to undo what it did, which takes long, beside the next set-up.
      endSignal: 'SIGKILL',
    },
  );
  if (result.ok) return;
  if (result.code === undefined) {
    throw new SetupError(
      `npm cannot be started: ${result.output}`,
      'install npm (Debian: apt-get install npm), then start again.',
    );
  }
  throw new SetupError(
    `The dependencies could not be installed (npm ci ended with ${result.code}):\n${result.output.trim()}\n`,
    'check that the npm registry can be reached (npm ping) and that the disk has a gigabyte free, then start again.',
  );
}

/**
 * The environment without what an outer npm set for its own run; an inner npm would take it for settings of ours.
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutNpmSettings(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) =>
        !/^npm_(package|lifecycle|command|config_(?!registry|cache|userconfig|globalconfig|cafile|proxy|https_proxy))/i.test(
          name,
        ),
    ),
  );
}
