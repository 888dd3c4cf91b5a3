import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { say } from './progress.mjs';
import { runCommand } from './runCommand.mjs';
import { SetupError } from './setupError.mjs';

/**
 * A Debian package and what it is for. Where a program is named, that program on the PATH will do as well.
 * @typedef {{ name: string, purpose: string, programs?: string[] }} SystemPackage
 */

/** @type {SystemPackage} */
const ffmpeg = { name: 'ffmpeg', purpose: 'transcoding and demonstration pictures', programs: ['ffmpeg'] };
/** @type {SystemPackage} */
const chromium = {
  name: 'chromium',
  purpose: 'showing the surfaces',
  programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
};
/** @type {SystemPackage} */
const chineseFonts = { name: 'fonts-noto-cjk', purpose: 'Chinese text' };
/**
 * For the receiver of datagrams, also of packages: it is compiled where the media worker need not be.
 * @type {SystemPackage}
 */
const compiler = { name: 'g++', purpose: 'receiving the cameras of recorders', programs: ['c++'] };

/**
 * What each way of running needs from the system.
 * @type {Record<'start' | 'test' | 'hub', SystemPackage[]>}
 */
export const profilePackages = {
  hub: [ffmpeg],
  start: [ffmpeg, chromium, chineseFonts, compiler],
  test: [
    ffmpeg,
    // Named without its programs: the tests drive Debian's own build.
    { name: 'chromium', purpose: 'the end-to-end tests' },
    chineseFonts,
    compiler,
    // An RTSP server that is not ours: x264enc is in "ugly", x265enc and the parsers in "bad", the payloaders in "good".
    { name: 'python3-gi', purpose: 'the RTSP server of the tests' },
    { name: 'gir1.2-gst-rtsp-server-1.0', purpose: 'the RTSP server of the tests' },
    { name: 'gstreamer1.0-plugins-base', purpose: 'the RTSP server of the tests' },
    { name: 'gstreamer1.0-plugins-good', purpose: 'the RTSP server of the tests' },
    { name: 'gstreamer1.0-plugins-bad', purpose: 'the RTSP server of the tests' },
    { name: 'gstreamer1.0-plugins-ugly', purpose: 'the RTSP server of the tests' },
    // A WHEP client that is not ours: webrtcbin with its bindings, its network and a decoder.
    { name: 'gir1.2-gst-plugins-bad-1.0', purpose: 'the WHEP client of the tests' },
    { name: 'gstreamer1.0-nice', purpose: 'the WHEP client of the tests' },
    { name: 'gstreamer1.0-libav', purpose: 'the WHEP client of the tests' },
    { name: 'iproute2', purpose: 'bad networks in the tests' },
    { name: 'xvfb', purpose: 'displays for the desktop application in the tests' },
    { name: 'x11-xserver-utils', purpose: 'displays for the desktop application in the tests' },
    { name: 'openbox', purpose: 'displays for the desktop application in the tests' },
    { name: 'pulseaudio', purpose: 'loudspeakers in the tests' },
    { name: 'pulseaudio-utils', purpose: 'loudspeakers in the tests' },
    { name: 'espeak-ng', purpose: 'voices in the tests' },
    { name: 'sox', purpose: 'voices in the tests' },
    { name: 'simple-whip-client', purpose: 'a recorder in the tests' },
    { name: 'gcc', purpose: 'a recorder in the tests', programs: ['cc'] },
  ],
};

/** Debian's record of installed packages; where this program is missing, the system is not Debian's. */
const packageQuery = 'dpkg-query';

/**
 * What building the media worker needs.
 * @type {SystemPackage[]}
 */
export const mediaWorkerPackages = [
  'meson',
  'ninja-build',
  'pkg-config',
  'flatbuffers-compiler',
  'libflatbuffers-dev',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libabsl-dev',
  'g++',
].map((name) => ({ name, purpose: 'building the media worker' }));

/**
 * Puts system packages in place: installs the missing ones when we may, else says which command to type.
 * @param {SystemPackage[]} packages
 */
export async function ensureSystemPackages(packages) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const purposes = [...new Set(missing.map(({ purpose }) => purpose))].join(', ');
  if (installedPackages([]) === undefined) {
    throw new SetupError(
      `This is not a Debian system, and these are missing: ${names.join(', ')} (Debian's names; for ${purposes})`,
      'install them by the means of your system, then start again.',
    );
  }
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `System packages are missing (for ${purposes}).`,
      `type this, then start again:\n\n  sudo sh -c '${command}'\n`,
    );
  }
  say(`installing system packages for ${purposes}: ${names.join(' ')}`);
  await installPackages(names, command);
  const stillMissing = missingPackages(missing);
  if (stillMissing.length > 0) {
    throw new SetupError(
      `These system packages are still missing after the installation: ${stillMissing.map(({ name }) => name).join(', ')}`,
      `type this and read its messages: ${command}`,
    );
  }
}

/**
 * @param {string[]} names
 * @param {string} command what the reader can type instead
 */
async function installPackages(names, command) {
  // Completes what an interrupted installation left half done; quick when there is nothing.
  await apt('completing earlier installations', 'dpkg', ['--configure', '-a']);
  // A failure here is reported only if the installation fails too: another set-up may be reading the lists, or the network
  // is away and all packages lie in the cache already.
  const updated = await apt('reading the package lists', 'apt-get', ['update']);
  const install = ['install', '-y', '--no-install-recommends', ...names];
  let installed = await apt('installing system packages', 'apt-get', install);
  if (!installed.ok) {
    await apt('mending the package system', 'apt-get', ['install', '-y', '--fix-broken']);
    installed = await apt('installing system packages', 'apt-get', install);
  }
  if (installed.ok) return;
  throw new SetupError(
    `The system packages could not be installed:\n${updated.ok ? '' : `${updated.output.trim()}\n`}${installed.output.trim()}\n`,
    `check the network and the package sources, then type: ${command}`,
  );
}

/**
 * @param {string} title what the reader sees while it runs
 * @param {'apt-get' | 'dpkg'} tool
 * @param {string[]} args
 */
function apt(title, tool, args) {
  // The package manager's lock is waited for: two set-ups at once, or a machine that is updating itself.
  const options = tool === 'apt-get' ? ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'] : [];
  return runCommand(tool, [...options, ...args], {
    environment: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    title,
    // A package manager that is torn off in the middle leaves the system to be mended by hand.
    mayOutliveUs: true,
  });
}

/**
 * Those of the packages that are not there.
 * @param {SystemPackage[]} packages
 */
function missingPackages(packages) {
  const installed = installedPackages(packages.map(({ name }) => name));
  return packages.filter(
    ({ name, programs }) => !installed?.has(name) && !programs?.some((program) => isOnPath(program)),
  );
}

/**
 * Which of the named packages dpkg has fully installed; undefined where there is no dpkg.
 * @param {string[]} names
 * @returns {Set<string> | undefined}
 */
function installedPackages(names) {
  let output;
  try {
    output = execFileSync(packageQuery, ['-W', '-f=${Package} ${db:Status-Status}\\n', 'dpkg', ...names], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    // It ends with 1 when it does not know some of the names, and still lists the others.
    if (error.code === 'ENOENT' || typeof error.stdout !== 'string') return undefined;
    output = error.stdout;
  }
  return parseInstalled(output);
}

/**
 * The names of packages that a dpkg-query listing (`name status` a line) says are installed.
 * @param {string} listing
 */
export function parseInstalled(listing) {
  return new Set(
    listing
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  );
}

/**
 * Whether a program is found by its name.
 * @param {string} program
 */
export function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
