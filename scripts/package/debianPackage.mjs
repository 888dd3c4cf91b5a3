import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { projectDirectory } from '../setup/paths.mjs';
import { shippedDocuments } from './documents.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const home = 'usr/lib/mingchu-hub';
/** Where nothing else is named. */
const defaultConfig = '{}\n';

/**
 * Builds the hub's Debian package out of a tree of `makeHubTree`.
 * @param {{ tree: string, output: string, version: string, architecture: string }} options
 * @returns {string} path of the package
 */
export function makeDebianPackage({ tree, output, version, architecture }) {
  const root = join(output, `mingchu-hub_${version}`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  cpSync(tree, join(root, home), { recursive: true });
  /** @type {(path: string, text: string | Buffer, mode?: number) => void} */
  const put = (path, text, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  put('lib/systemd/system/mingchu-hub.service', readFileSync(join(here, 'mingchu-hub.service')));
  put('etc/mingchu/mingchu.config.json', defaultConfig);
  put('usr/bin/mingchu', readFileSync(join(here, 'mingchu')), 0o755);
  put('usr/share/doc/mingchu-hub/copyright', readFileSync(join(projectDirectory, 'LICENSE')));
  for (const [document, bytes] of shippedDocuments()) put(`usr/share/doc/mingchu-hub/${document}`, bytes);
  for (const script of ['postinst', 'prerm', 'postrm']) {
    put(`DEBIAN/${script}`, readFileSync(join(here, script)), 0o755);
  }
  put('DEBIAN/conffiles', '/etc/mingchu/mingchu.config.json\n');
  allowReading(join(root, 'usr'));
  const sizeKiB = Math.ceil(sizeOf(root) / 1024);
  const libraries = librariesOf(join(root, home, 'bin', 'mediasoup-worker'));
  put(
    'DEBIAN/control',
    [
      'Package: mingchu-hub',
      `Version: ${version}`,
      `Architecture: ${architecture}`,
      'Maintainer: Mingchu <root@localhost>',
      `Installed-Size: ${sizeKiB}`,
      `Depends: adduser, ffmpeg, ${libraries.join(', ')}`,
      'Recommends: chromium, fonts-noto-cjk',
      'Section: net',
      'Priority: optional',
      'Description: server of a command centre for the kitchens of a city',
      ' The hub takes pictures of kitchens from cameras, alerts from an AI platform and',
      ' positions from squads, and serves wall, desk, phones, showcase and public page.',
      '',
    ].join('\n'),
  );
  const path = join(output, `mingchu-hub_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z9', '--build', root, path], { stdio: 'pipe' });
  rmSync(root, { recursive: true });
  return path;
}

/** The architecture of this machine as Debian names it; undefined where dpkg is missing. */
export function debianArchitecture() {
  try {
    return execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * The Debian packages of the shared libraries that a program is linked with.
 * @param {string} program
 */
function librariesOf(program) {
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  const paths = [...linked.matchAll(/(?:=> )?(\/\S+)\s+\(0x/g)].map(([, path = '']) => path);
  const owners = new Set(['libc6', 'libstdc++6', 'libgcc-s1']);
  for (const path of paths) {
    // Files of /lib are listed under /usr/lib or the other way round, as the machine was set up.
    for (const name of [path, path.startsWith('/usr') ? path.slice(4) : `/usr${path}`]) {
      try {
        const found = execFileSync('dpkg-query', ['-S', name], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        owners.add(found.slice(0, found.indexOf(':')));
        break;
      } catch {
        // Not under this name.
      }
    }
  }
  return [...owners].sort();
}

/** @param {string} folder everybody may read what is installed, whatever the umask was when it was made */
function allowReading(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || (lstatSync(path).mode & 0o100) !== 0;
    chmodSync(path, isProgram ? 0o755 : 0o644);
    if (entry.isDirectory()) allowReading(path);
  }
}

/**
 * @param {string} folder
 * @returns {number} bytes
 */
function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sizeOf(path) : lstatSync(path).size;
    })
    .reduce((sum, bytes) => sum + bytes, 0);
}
