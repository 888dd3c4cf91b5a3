import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 16 * 1024 * 1024,
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const baseNames = new Set(files.map((file) => basename(file)));
const folders = new Set(files.flatMap((file) => ancestors(file)));
const documents = files.filter((file) => file.endsWith('.md') && !file.startsWith('tests/cases/'));
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
const sources = files
  .filter((file) => /^(src-|scripts|tests\/support).*\.(ts|mjs)$/.test(file))
  .map(read)
  .join('\n');

/** Files that an operator writes, or that exist only while the hub runs. */
const filesOfOperators = new Set([
  'mingchu.config.json',
  'map/map.json',
  'map.json',
  'clock.json',
  'demo-squads.json',
  'manifest.json',
  'registry.json',
  'sites.csv',
  'cameras.csv',
  'shell/settings.json',
]);
/** `add-a-feature.md` goes through a feature that does not exist. */
const isExample = (document: string, name: string): boolean =>
  document === 'docs/add-a-feature.md' && /notes|Notes|NNNN|<feature>/.test(name);

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function ancestors(file: string): string[] {
  const parent = dirname(file);
  return parent === '.' ? [] : [parent, ...ancestors(parent)];
}

/** The words between single backquotes, outside of blocks of code. */
function codeWords(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

/** Whether a file or folder of this name is in the repository: a path from its root or from the document, or a name alone. */
function exists(document: string, name: string): boolean {
  const path = name.replace(/\/$/, '');
  if (path.includes('*') || path.includes('<')) {
    const pattern = new RegExp(`(^|/)${path.replaceAll('.', '\\.').replaceAll(/\*|<[^>]+>/g, '[^/]+')}$`);
    return files.some((file) => pattern.test(file));
  }
  const near = [path, normalize(join(dirname(document), path))];
  if (near.some((one) => files.includes(one) || folders.has(one))) return true;
  if (!path.includes('/')) return baseNames.has(path);
  return (
    files.some((file) => file.endsWith(`/${path}`)) || [...folders].some((one) => one.endsWith(`/${path}`))
  );
}

/** Settings of the hub are read by their names in the file: `lingerMs` is `MINGCHU_LINGER_MS`. */
function isVariable(name: string): boolean {
  const key = name
    .replace('MINGCHU_', '')
    .toLowerCase()
    .replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
  return sources.includes(name) || new RegExp(`^ *${key}:`, 'm').test(read('src-sfu/config.ts'));
}

const fileName = /^[\w./<>*-]+\.(ts|tsx|mjs|js|css|json|html|md|geojson)$/;
/** What set-up and the packaging of the application make. */
const isBuilt = (name: string): boolean => /^(out|resources)\//.test(name);
const topFolder = /^(src-(shared|sfu|renderer|main|sim)|tests|scripts|docs|assets|\.config)(\/[\w./<>*-]*)?$/;

describe('documents', () => {
  it.each(documents)('%s links only to what exists', (document) => {
    const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const missing = links
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .map((target) => normalize(join(dirname(document), target.replace(/#.*$/, ''))).replace(/\/$/, ''))
      .filter((target) => !files.includes(target) && !folders.has(target));
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s names only files and folders that exist', (document) => {
    const missing = codeWords(read(document))
      .filter((word) => fileName.test(word) || topFolder.test(word))
      .filter(
        (word) =>
          !word.startsWith('/') &&
          !isBuilt(word) &&
          !filesOfOperators.has(word) &&
          !isExample(document, word),
      )
      .filter((word) => !exists(document, word));
    expect(missing).toEqual([]);
  });

  it.each(documents)('%s names only commands and settings that exist', (document) => {
    const text = read(document);
    const commands = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
    const entries = [...text.matchAll(/\bnode ((?:scripts|src-\w+)\/[\w./-]+)/g)].map(
      ([, file = '']) => file,
    );
    expect(entries.filter((file) => !files.includes(file))).toEqual([]);
    const variables = [...text.matchAll(/\bMINGCHU_[A-Z_]+\b/g)].map(([name]) => name);
    expect(variables.filter((name) => !isVariable(name))).toEqual([]);
  });
});
