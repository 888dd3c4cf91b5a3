import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
/** These load with `import()` only to have their compiled code kept, or beside other work: all of it is loaded at each start. */
const startFiles = ['src-sfu/index.ts', 'src-sfu/server.ts'];

/** What a module loads before it runs: relative files and packages. Type-only imports are gone by then. */
function loadedBy(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const loaded = [...source.matchAll(/^(?:import|export)\s(?!type\b)([^'";]*?from\s+)?'([^']+)';/gm)]
    .filter(([text, clause = '']) => (text.startsWith('import') || clause !== '') && !isOfTypes(clause))
    .map(([, , name = '']) => name);
  const later = startFiles.includes(file) ? [...source.matchAll(/\bimport\('([^']+)'\)/g)] : [];
  return [...loaded, ...later.map(([, name = '']) => name)];
}

/** `{ type A, type B } from`. */
function isOfTypes(clause: string): boolean {
  const names = /^\{([^}]*)\}/
    .exec(clause)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return names?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

/** Every file and package that the hub has loaded when it is ready. */
function loadedAtStart(): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const add = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const name of loadedBy(file)) {
      if (name.startsWith('.')) add(relative(root, join(root, dirname(file), name)));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  for (const file of startFiles) add(file);
  return { files, packages };
}

describe('what the hub loads before it is ready', () => {
  const { files, packages } = loadedAtStart();

  it('is found by this test', () => {
    expect([...packages]).toEqual(expect.arrayContaining(['fastify', 'kysely', 'mediasoup', 'zod']));
    for (const file of ['src-sfu/app/features.ts', 'src-sfu/app/recorders.ts', 'src-shared/session/roles.ts'])
      expect([file, files.has(file)]).toEqual([file, true]);
  });

  // Each is loaded by `import()` at its first use, or by a thread of its own.
  it.each([
    'sharp',
    'exif-reader',
    'multicast-dns',
    'hucre',
    'web-push',
    '@peculiar/x509',
    '@peculiar/asn1-x509',
  ])('is not the package %s', (name) => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: object;
    };
    expect(Object.keys(dependencies)).toContain(name);
    expect([...packages].filter((one) => one === name || one.startsWith(`${name}/`))).toEqual([]);
  });

  it.each([
    'src-sfu/media/sources/gb28181/sipDoor.ts',
    'src-sfu/discovery/hubResponder.ts',
    'src-sfu/features/cameras/workbookWorker.ts',
    'src-sfu/storage/backup/makeBackup.ts',
    'src-sfu/storage/migrations/0001_registry.ts',
  ])('is not %s', (file) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(files.has(file)).toBe(false);
  });
});
