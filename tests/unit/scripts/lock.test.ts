import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isStale, withLock } from '../../../scripts/setup/lock.mjs';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mingchu-lock-'));
  path = join(directory, 'step.lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('the lock of a set-up step', () => {
  it('lets one in after the other', async () => {
    const order: string[] = [];
    let release = (): void => undefined;
    const first = withLock(path, {}, async () => {
      order.push('first in');
      await new Promise<void>((done) => (release = done));
      order.push('first out');
    });
    const second = withLock(path, { onWait: () => release() }, () => {
      order.push('second in');
      return Promise.resolve();
    });
    await Promise.all([first, second]);
    expect(order).toEqual(['first in', 'first out', 'second in']);
  });

  it('is gone afterwards, also when the step fails', async () => {
    await expect(withLock(path, {}, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from a process that has died', async () => {
    writeFileSync(path, JSON.stringify({ pid: deadPid(), startedAt: '1' }));
    expect(await withLock(path, {}, () => Promise.resolve('done'))).toBe('done');
  });

  it('is taken over once by several who find it stale together', async () => {
    writeFileSync(path, JSON.stringify({ pid: deadPid(), startedAt: '1' }));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all([withLock(path, {}, work), withLock(path, {}, work), withLock(path, {}, work)]);
    expect(most).toBe(1);
  });
});

describe('a stale lock', () => {
  it('is one whose process is gone', () => {
    expect(isStale({ pid: deadPid(), startedAt: '1' }, path)).toBe(true);
  });

  it('is one whose process number belongs to another process now', () => {
    expect(isStale({ pid: process.pid, startedAt: 'long ago' }, path)).toBe(true);
  });

  it('is not one whose process lives', () => {
    expect(isStale({ pid: process.pid, startedAt: undefined }, path)).toBe(false);
  });

  it('is not a file that is just being written, but an old one with nothing readable', () => {
    writeFileSync(path, '');
    expect(isStale(undefined, path)).toBe(false);
    utimesSync(path, new Date(0), new Date(0));
    expect(isStale(undefined, path)).toBe(true);
  });
});
