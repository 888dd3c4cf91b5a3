import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepDisplaysAwake } from '../../../src-main/displays/keepAwake.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-awake-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that writes how it was called, does what it was asked to, and writes that this has ended. */
function put(name: string): string {
  const log = join(folder, `${name}.log`);
  writeFileSync(log, '');
  const run = name === 'systemd-inhibit' ? 'cat > /dev/null; echo ended >> "$0.log"' : '';
  writeFileSync(join(folder, name), `#!/bin/sh\necho "$@" >> "$0.log"\n${run}\n`, { mode: 0o755 });
  return log;
}
const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: `${folder}:${process.env.PATH}`,
  ...more,
});
const linesOf = (log: string): string[] => readFileSync(log, 'utf8').trim().split('\n');

describe.skipIf(process.platform !== 'linux')('a machine that shows a wall', () => {
  it('does not fall asleep until the wall is taken off it, also without X11', async () => {
    const log = put('systemd-inhibit');
    const letSleep = keepDisplaysAwake(environment());
    await vi.waitFor(() => expect(linesOf(log)[0]).toContain('--what=idle:sleep --mode=block'));
    expect(linesOf(log)).toHaveLength(1);
    letSleep();
    await vi.waitFor(() => expect(linesOf(log)[1]).toBe('ended'));
  });

  it('has its displays on under X11, and as they were afterwards', async () => {
    put('systemd-inhibit');
    const log = put('xset');
    const letSleep = keepDisplaysAwake(environment({ DISPLAY: ':99' }));
    await vi.waitFor(() => expect(linesOf(log).toSorted()).toEqual(['-dpms', 's off s noblank']));
    letSleep();
    await vi.waitFor(() =>
      expect(linesOf(log).toSorted()).toEqual(['+dpms', '-dpms', 's default', 's off s noblank']),
    );
  });

  it('is shown a wall where nothing of this is installed', () => {
    expect(() => keepDisplaysAwake({ PATH: folder, DISPLAY: ':99' })()).not.toThrow();
  });
});
