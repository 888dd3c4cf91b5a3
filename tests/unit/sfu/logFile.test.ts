import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSupportBundle } from '../../../src-main/support/supportBundle.ts';
import { openLogFile } from '../../../src-sfu/base/logFile.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { readArchive } from '../../support/readArchive.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-log-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const logs = (): string => join(folder, 'logs');
const read = (name: string): string => readFileSync(join(logs(), name), 'utf8');

describe('the log of the hub in a folder', () => {
  it('takes no more room than two files, for their owner only, and the newest lines are there', () => {
    const file = openLogFile(logs(), 100);
    for (let index = 0; index < 50; index += 1) file.write(`line ${index}\n`);
    file.write(`${'x'.repeat(10_000)}\n`);
    file.write('the last line\n');
    expect(readdirSync(logs()).toSorted()).toEqual(['hub.1.log', 'hub.log']);
    for (const name of readdirSync(logs())) {
      const { size, mode } = statSync(join(logs(), name));
      expect(size).toBeLessThanOrEqual(100);
      expect(mode & 0o077).toBe(0);
    }
    expect(read('hub.log')).toBe('the last line\n');
  });

  it('goes on after the next start, and costs nothing but lines where it cannot be written', () => {
    for (const line of ['one\n', 'two\n']) openLogFile(logs()).write(line);
    expect(read('hub.log')).toBe('one\ntwo\n');
    writeFileSync(join(folder, 'file'), '');
    expect(() => openLogFile(join(folder, 'file', 'logs')).write('lost\n')).not.toThrow();
  });

  it.skipIf(process.platform !== 'linux')(
    'leaves nothing open for the lines that a full disk does not take',
    () => {
      mkdirSync(logs());
      symlinkSync('/dev/full', join(logs(), 'hub.log'));
      const file = openLogFile(logs());
      const openOnes = (): number => readdirSync('/proc/self/fd').length;
      const before = openOnes();
      for (let index = 0; index < 50; index += 1) file.write('lost\n');
      expect(openOnes()).toBeLessThan(before + 10);
    },
  );

  it('has no password in it, and comes into a support bundle without any other secret', async () => {
    const token = 'q7Zk2PLANTED16Wm4Xn8Bv5Lp3Rt6Yh1Dc9Fs0Gj2Kv';
    const logger = createLogger('info', openLogFile(logs()));
    logger.warn({ camera: { password: 'PLANTED-1' } }, 'rtsp://admin:PLANTED-2@192.0.2.20/1 failed');
    logger.info({ address: '192.0.2.21' }, `key ${token}`);
    expect(read('hub.log')).not.toMatch(/PLANTED-/);
    const path = await makeSupportBundle({
      dataDir: folder,
      workingDir: folder,
      environment: {},
      hubOrigin: 'http://127.0.0.1:9',
      appVersion: '1.2.3',
      nowMs: 1_000,
    });
    const text = readArchive(path).get('logs/hub.log');
    expect(text).toContain('192.0.2.21');
    expect(text).not.toContain('PLANTED');
  });
});
