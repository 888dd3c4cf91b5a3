import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fingerprint } from '../../../scripts/setup/fingerprint.mjs';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mingchu-fingerprint-'));
  mkdirSync(join(directory, 'sources'));
  writeFileSync(join(directory, 'sources', 'a.ts'), 'one');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the fingerprint of sources', () => {
  it('stays while nothing changes', () => {
    expect(fingerprint(directory, ['sources'])).toBe(fingerprint(directory, ['sources']));
  });

  it.each([
    ['a content', () => writeFileSync(join(directory, 'sources', 'a.ts'), 'two')],
    ['a name', () => renameSync(join(directory, 'sources', 'a.ts'), join(directory, 'sources', 'b.ts'))],
    ['a new file', () => writeFileSync(join(directory, 'sources', 'b.ts'), '')],
    ['a removed folder', () => rmSync(join(directory, 'sources'), { recursive: true })],
  ])('changes with %s', (_what, change) => {
    const before = fingerprint(directory, ['sources']);
    change();
    expect(fingerprint(directory, ['sources'])).not.toBe(before);
  });

  it('changes with the words given beside the files', () => {
    expect(fingerprint(directory, ['sources'], ['x64'])).not.toBe(
      fingerprint(directory, ['sources'], ['arm64']),
    );
  });

  it('does not depend on where the folder lies', () => {
    const before = fingerprint(join(directory, 'sources'), ['a.ts']);
    renameSync(join(directory, 'sources'), join(directory, 'moved'));
    expect(fingerprint(join(directory, 'moved'), ['a.ts'])).toBe(before);
  });
});
