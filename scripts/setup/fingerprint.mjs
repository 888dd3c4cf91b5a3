import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * One short hash over the names and contents of files and folders, the same on every machine. A path that does not
 * exist counts as absent rather than failing, so that its later appearance changes the hash.
 * @param {string} base folder that the names are taken relative to
 * @param {string[]} paths files and folders below it
 * @param {string[]} words anything else the result depends on
 * @returns {string} 16 hexadecimal digits
 */
export function fingerprint(base, paths, words = []) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`word\0${word}\0`);
  for (const path of paths) {
    for (const file of filesBelow(join(base, path))) {
      hash.update(`file\0${relative(base, file).split(sep).join('/')}\0`);
      hash.update(readFileSync(file));
      hash.update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * All files at or below a path, in a fixed order.
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
