import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

import { projectNode } from '../setup/node.mjs';
import { projectDirectory } from '../setup/paths.mjs';

/** What the hub and its operator's commands are made of. */
const folders = ['src-sfu', 'src-shared', 'scripts', 'src-main/support', 'assets', 'out/renderer'];
/** Parts of the scripts that only a checkout needs. */
const onlyInCheckout =
  /^scripts\/(package|guides|datagram-receiver|media-worker\/(subprojects|additions|precompiled)|map)(\/|$)/;
/** Parts of packages that a running hub never reads: sources of native parts, documents, types. */
const unusedInPackages =
  /\/(deps|test|tests|docs?|examples?|\.github)(\/|$)|\.(md|markdown|map|d\.ts|d\.mts|d\.cts|c|cc|cpp|h|hpp|gyp)$/i;

/**
 * Puts the hub with its Node, its media worker and its packages into a folder, from which it runs on a machine of this kind without
 * npm.
 * @param {string} target is made again
 * @param {string} mediaWorker path of the built worker
 * @param {string} [datagramReceiver] path of the compiled receiver of datagrams, where there is one
 */
export function makeHubTree(target, mediaWorker, datagramReceiver) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, 'bin'), { recursive: true });
  for (const folder of folders) {
    const from = join(projectDirectory, folder);
    cpSync(from, join(target, folder), {
      recursive: true,
      filter: (path) => !onlyInCheckout.test(relative(projectDirectory, path).split(sep).join('/')),
    });
  }
  const { name, version, type } = readJson(join(projectDirectory, 'package.json'));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ name, version, type, private: true })}\n`);
  const packages = neededPackages(folders.filter((folder) => /^(src-|scripts)/.test(folder)));
  for (const folder of packages) copyPackage(folder, target);
  // Its options of the build are read by nobody: the worker is there.
  copyProgram(projectNode(), join(target, 'bin', basename(projectNode())));
  copyProgram(mediaWorker, join(target, 'bin', basename(mediaWorker)));
  if (datagramReceiver !== undefined)
    cpSync(datagramReceiver, join(target, 'bin', basename(datagramReceiver)));
  return { version, packages: packages.length };
}

/**
 * The folders of all packages that sources import, and that those packages depend on, as they lie in node_modules.
 * @param {string[]} sources
 */
function neededPackages(sources) {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = sources
    .flatMap((folder) => importedPackages(join(projectDirectory, folder)))
    .map((name) => ({ name, from: projectDirectory, isOptional: false }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const folder = resolvePackage(next.name, next.from);
    if (folder === undefined) {
      if (next.isOptional) continue;
      throw new Error(`The package ${next.name}, which ${next.from} needs, is not in node_modules.`);
    }
    if (found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = readJson(join(folder, 'package.json'));
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      waiting.push({ name, from: folder, isOptional: name in optionalDependencies });
    }
  }
  return [...found].sort();
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function importedPackages(folder) {
  const names = new Set();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = relative(projectDirectory, join(folder, entry)).split(sep).join('/');
    if (!/\.(ts|mjs)$/.test(path) || onlyInCheckout.test(path)) continue;
    const text = readFileSync(join(projectDirectory, path), 'utf8');
    const imports = /(?:\bfrom|^import|\bimport\()\s*['"]([^.'"][^'"]*)['"]/gm;
    for (const [, name = ''] of text.matchAll(imports)) names.add(packageName(name));
  }
  const { dependencies } = readJson(join(projectDirectory, 'package.json'));
  // What tools of the developers import stays behind.
  return [...names].filter((name) => name in dependencies);
}

/** @param {string} specifier */
function packageName(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * @param {string} name
 * @param {string} from
 * @returns {string | undefined}
 */
function resolvePackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === projectDirectory || folder === dirname(folder)) return undefined;
  }
}

/**
 * @param {string} folder
 * @param {string} target
 */
function copyPackage(folder, target) {
  const isMediasoup = folder.endsWith(`${sep}mediasoup`);
  cpSync(folder, join(target, relative(projectDirectory, folder)), {
    recursive: true,
    filter(path) {
      const inside = path.slice(folder.length).split(sep).join('/');
      // Packages inside of packages are copied where they are needed.
      if (/^\/node_modules(\/|$)/.test(inside)) return false;
      if (isMediasoup && /^\/worker(\/|$)/.test(inside)) return false;
      return !unusedInPackages.test(inside);
    },
  });
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyProgram(from, to) {
  cpSync(from, to, { dereference: true });
  chmodSync(to, 0o755);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
