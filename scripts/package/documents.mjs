import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

import { projectDirectory } from '../setup/paths.mjs';

/** Pages of the project that are only read beside its sources. */
const onlyInCheckout = /^docs\/(decisions\/|CONTRIBUTING\.md$|add-a-feature\.md$|architecture\.md$)/;
const links = /(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g;

/**
 * The pages for people that go with a package, by their paths in the project, so that they find each other: README, `docs`, its pictures,
 * and the page about each part that one of them names. A link to something that stays behind is left as its words.
 * @returns {Map<string, Buffer>}
 */
export function shippedDocuments() {
  const inDocs = filesBelow('docs').filter((path) => !onlyInCheckout.test(path));
  const paths = new Set(['README.md', 'CHANGELOG.md', 'LICENSE', ...inDocs]);
  for (const path of paths) {
    if (!path.endsWith('.md')) continue;
    for (const target of linkedFiles(path)) if (/^src-.*\/README\.md$/.test(target)) paths.add(target);
  }
  return new Map(
    [...paths].sort().map((path) => {
      const bytes = readFileSync(join(projectDirectory, path));
      return [
        path,
        path.endsWith('.md') ? Buffer.from(withoutDeadLinks(path, bytes.toString(), paths)) : bytes,
      ];
    }),
  );
}

/**
 * @param {string} path
 * @param {string} text
 * @param {ReadonlySet<string>} shipped
 */
function withoutDeadLinks(path, text, shipped) {
  return text.replaceAll(links, (whole, words, target) =>
    isElsewhere(target) || shipped.has(fileOf(path, target)) ? whole : words,
  );
}

/** @param {string} path */
function linkedFiles(path) {
  const text = readFileSync(join(projectDirectory, path), 'utf8');
  return [...text.matchAll(links)].flatMap(([, , target = '']) =>
    isElsewhere(target) ? [] : [fileOf(path, target)],
  );
}

/** @param {string} target */
function isElsewhere(target) {
  return target.startsWith('#') || /^[a-z]+:/i.test(target);
}

/**
 * The file that a link of a page leads to, by its path in the project.
 * @param {string} page
 * @param {string} target
 */
function fileOf(page, target) {
  return posix.normalize(posix.join(posix.dirname(page), target.replace(/#.*$/, '')));
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(join(projectDirectory, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(projectDirectory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
