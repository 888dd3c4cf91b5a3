import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { applySourceEdits, sourceEdits } from '../../../scripts/media-worker/sourceEdits.mjs';
import { projectDirectory } from '../../../scripts/setup/paths.mjs';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mingchu-edits-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const edit = { file: 'src/a.cpp', find: 'x == 1', replace: 'x & $1', why: 'it is a bit' };

function source(text: string): void {
  mkdirSync(join(directory, 'src'));
  writeFileSync(join(directory, 'src', 'a.cpp'), text);
}

describe("edits of the media worker's source", () => {
  it('replaces the text, taking it literally', () => {
    source('if (x == 1) {}');
    applySourceEdits(directory, [edit]);
    expect(readFileSync(join(directory, 'src', 'a.cpp'), 'utf8')).toBe('if (x & $1) {}');
  });

  it.each([
    ['is not there', 'if (x & 1) {}', /found 0 times/],
    ['is there twice', 'x == 1; x == 1', /found 2 times/],
  ])('fails when the text %s, naming the file and the reason of the edit', (_how, text, message) => {
    source(text);
    expect(() => applySourceEdits(directory, [edit])).toThrow(message);
    expect(() => applySourceEdits(directory, [edit])).toThrow(/src\/a\.cpp.*it is a bit/);
    expect(readFileSync(join(directory, 'src', 'a.cpp'), 'utf8')).toBe(text);
  });

  it('fails when the file is not there', () => {
    expect(() => applySourceEdits(directory, [edit])).toThrow(/the file is not there/);
  });

  it('fits the mediasoup that is installed', () => {
    const worker = join(projectDirectory, 'node_modules', 'mediasoup', 'worker');
    for (const { file } of sourceEdits) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      cpSync(join(worker, file), join(directory, file));
    }
    expect(() => applySourceEdits(directory)).not.toThrow();
  });
});
