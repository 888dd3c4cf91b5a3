import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ensureDependencies, isStamped, recordMatchesLock } from '../../../scripts/setup/dependencies.mjs';

let project: string;
let installs: number;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'mingchu-dependencies-'));
  installs = 0;
  writeLock('1.0.0');
});
afterEach(() => rmSync(project, { recursive: true }));

function writeLock(version: string): void {
  const lock = { packages: { '': {}, 'node_modules/thing': { version, integrity: `sha-${version}` } } };
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lock));
}

/** What npm leaves behind: the package, and at the very end its own record. */
function installed(version: string): void {
  mkdirSync(join(project, 'node_modules', 'thing'), { recursive: true });
  const record = { packages: { 'node_modules/thing': { version, integrity: `sha-${version}` } } };
  writeFileSync(join(project, 'node_modules', '.package-lock.json'), JSON.stringify(record));
}

function ensure(): Promise<void> {
  return ensureDependencies({
    project,
    environment: { XDG_CACHE_HOME: join(project, 'cache') },
    install: () => {
      installs += 1;
      mkdirSync(join(project, 'node_modules'), { recursive: true });
      return Promise.resolve();
    },
  });
}

describe('putting the dependencies in place', () => {
  it('installs once and leaves a stamp', async () => {
    await ensure();
    await ensure();
    expect(installs).toBe(1);
    expect(isStamped(project)).toBe(true);
  });

  it('installs again when the lockfile has changed', async () => {
    await ensure();
    writeLock('2.0.0');
    await ensure();
    expect(installs).toBe(2);
  });

  it('installs again when node_modules is half there', async () => {
    mkdirSync(join(project, 'node_modules', 'thing'), { recursive: true });
    await ensure();
    expect(installs).toBe(1);
  });

  it('leaves no stamp when the installation fails', async () => {
    const failing = ensureDependencies({
      project,
      environment: { XDG_CACHE_HOME: join(project, 'cache') },
      install: () => Promise.reject(new Error('no network')),
    });
    await expect(failing).rejects.toThrow('no network');
    expect(isStamped(project)).toBe(false);
  });

  it('takes what somebody installed by hand, where it is what the lockfile says', async () => {
    installed('1.0.0');
    await ensure();
    expect(installs).toBe(0);
    expect(isStamped(project)).toBe(true);
  });

  it('reinstalls when a folder that npm recorded has been removed', async () => {
    installed('1.0.0');
    rmSync(join(project, 'node_modules', 'thing'), { recursive: true });
    await ensure();
    expect(installs).toBe(1);
    expect(existsSync(join(project, 'node_modules'))).toBe(true);
  });
});

describe("npm's record against the lockfile", () => {
  const locked = {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/for-another-platform': { version: '1.0.0', integrity: 'y', optional: true },
  };

  it('may lack packages for other platforms', () => {
    expect(recordMatchesLock({ 'node_modules/a': { version: '1.0.0', integrity: 'x' } }, locked)).toBe(true);
  });

  it.each([
    ['lacks a needed package', {}],
    ['has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'x' } }],
    ['has other content', { 'node_modules/a': { version: '1.0.0', integrity: 'z' } }],
    [
      'has a package too many',
      { 'node_modules/a': { version: '1.0.0', integrity: 'x' }, 'node_modules/b': { version: '1.0.0' } },
    ],
  ])('does not match when it %s', (_how, recorded) => {
    expect(recordMatchesLock(recorded, locked)).toBe(false);
  });
});
