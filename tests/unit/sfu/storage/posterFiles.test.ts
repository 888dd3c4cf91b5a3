import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyPicture } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { openPosterFiles } from '../../../../src-sfu/storage/posterFiles.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-posters-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (limitBytes = 1_000_000) =>
  openPosterFiles({ folder, limitBytes, logger: pino({ level: 'silent' }) });

function pictureOf(capturedAtMs: number, bytes = 1_000): KeyPicture {
  const annexB = Uint8Array.from({ length: bytes }, (_unused, index) => (index * 7 + capturedAtMs) % 256);
  return { annexB, codec: 'avc1.42c01e', width: 640, height: 360, capturedAtMs };
}

describe('posters on the disk', () => {
  it('come back as they were, also after a restart', async () => {
    const picture = pictureOf(1_700_000_000_123);
    await (await open()).save('cam-1', picture);
    const again = await open();
    expect(again.times().get('cam-1')).toBe(1_700_000_000_123);
    expect(await again.find('cam-1')).toEqual(picture);
  });

  it('are replaced by newer ones, the last of many at once', async () => {
    const posters = await open();
    await Promise.all([1, 2, 3, 4, 5].map((second) => posters.save('cam-1', pictureOf(second * 1_000))));
    expect((await posters.find('cam-1'))?.capturedAtMs).toBe(5_000);
    expect(readdirSync(folder)).toEqual(['cam-1.poster']);
  });

  it('stay within their space, those taken longest ago going first', async () => {
    const posters = await open(10_000);
    for (let index = 0; index < 20; index += 1) {
      await posters.save(`cam-${index}`, pictureOf(1_000_000 + index * 1_000));
    }
    const bytes = readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
    expect(bytes).toBeLessThanOrEqual(10_000);
    expect(await posters.find('cam-0')).toBeUndefined();
    expect(await posters.find('cam-19')).toBeDefined();
  });

  it.each([
    ['cut off', (file: Buffer) => file.subarray(0, file.length - 10)],
    ['with a byte changed', (file: Buffer) => Buffer.from(file).fill(0xff, file.length - 3, file.length - 1)],
    ['without a head', () => Buffer.alloc(5_000, 1)],
    ['empty', () => Buffer.alloc(0)],
    ['with a head of another kind', () => Buffer.from('{"codec":7}\nxyz')],
  ])('count as none when the file is %s', async (_what, damage) => {
    await (await open()).save('cam-1', pictureOf(1_000));
    const path = join(folder, 'cam-1.poster');
    writeFileSync(path, damage(readFileSync(path)));
    const posters = await open();
    expect(await posters.find('cam-1')).toBeUndefined();
    expect(posters.times().has('cam-1')).toBe(false);
  });

  it('that were being written when the hub was killed are cleared away', async () => {
    writeFileSync(join(folder, 'cam-1.poster.new'), 'half a pic');
    const posters = await open();
    expect(readdirSync(folder)).toEqual([]);
    expect(await posters.find('cam-1')).toBeUndefined();
  });

  it('are never written outside their folder', async () => {
    const posters = await open();
    for (const id of ['../escaped', '/etc/passwd', 'a/b', '', 'x'.repeat(65), '..']) {
      await posters.save(id, pictureOf(1_000));
      expect(await posters.find(id)).toBeUndefined();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('go with their cameras', async () => {
    const posters = await open();
    await posters.save('cam-1', pictureOf(1_000));
    await posters.remove(['cam-1', '../cam-2']);
    expect(readdirSync(folder)).toEqual([]);
    expect(posters.times().size).toBe(0);
  });

  it('that cannot be written leave the one before, and do not end the hub', async () => {
    const posters = await open();
    await posters.save('cam-1', pictureOf(1_000));
    rmSync(folder, { recursive: true });
    await posters.save('cam-1', pictureOf(2_000));
    expect(posters.times().get('cam-1')).toBe(1_000);
  });
});
