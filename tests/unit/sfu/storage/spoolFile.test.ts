import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpoolFile, spoolPaths, type SpoolFile } from '../../../../src-sfu/storage/spoolFile.ts';

const silent = { warn: () => undefined, error: () => undefined };
const sameDates = { toRecordMs: (ms: number) => ms, toOwnMs: (ms: number) => ms };

let folder: string;
let path: string;
let spool: SpoolFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-spool-'));
  path = join(folder, 'spool.jsonl');
  spool = opened([path]);
});
afterEach(async () => {
  await spool.close();
  rmSync(folder, { recursive: true, force: true });
});

function opened(paths: string[], dates = sameDates): SpoolFile {
  return openSpoolFile({ paths, dates, logger: silent });
}
const values = (of: SpoolFile, kind = 'k'): unknown[] => of.left(kind).map(({ value }) => value);

describe('a spool', () => {
  it('gives the next start what was appended, in its order and by its kind, whether room is reserved or not', async () => {
    await spool.append('k', { step: 1 });
    await spool.reserve();
    await spool.append('other', { step: 2 });
    await Promise.all([3, 4, 5].map((step) => spool.append('k', { step, text: '温泉\u0000中队\n' })));
    const next = opened([path]);
    expect(values(next)).toEqual([
      { step: 1 },
      ...[3, 4, 5].map((step) => ({ step, text: '温泉\u0000中队\n' })),
    ]);
    expect(values(next, 'other')).toEqual([{ step: 2 }]);
    expect(new Set(next.left('k').map(({ id }) => id)).size).toBe(4);
    await next.close();
  });

  it('reserves room in advance, keeps it when it is emptied, and is read by its owner only', async () => {
    await spool.reserve();
    const { size, mode } = statSync(path);
    expect(size).toBeGreaterThan(1024 * 1024);
    expect(mode & 0o777).toBe(0o600);
    const id = await spool.append('k', 'x');
    expect(statSync(path).size).toBe(size);
    spool.release([id ?? 0]);
    await spool.close();
    expect(statSync(path).size).toBe(size);
    expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
  });

  it('keeps everything until all of it is stored', async () => {
    const first = await spool.append('k', 1);
    await spool.append('k', 2);
    spool.release([first ?? 0]);
    await spool.close();
    const next = opened([path]);
    expect(values(next)).toEqual([1, 2]);
    next.release(next.left('k').map(({ id }) => id));
    await next.append('k', 3);
    await next.close();
    const last = opened([path]);
    expect(values(last)).toContain(3);
    await last.close();
  });

  it.each([1, 5, 20, 30])(
    'loses nothing before a line that is half written (%d bytes are missing)',
    async (missing) => {
      await spool.append('k', 'first, and long enough to be cut');
      await spool.append('k', 'second, and long enough to be cut');
      truncateSync(path, statSync(path).size - missing);
      const next = opened([path]);
      // Without its end of line a line is whole all the same.
      expect(values(next).length).toBe(missing === 1 ? 2 : 1);
      await next.append('k', 'third');
      await next.close();
      const last = opened([path]);
      expect(values(last).at(0)).toBe('first, and long enough to be cut');
      expect(values(last).at(-1)).toBe('third');
      await last.close();
    },
  );

  it('leaves out a line that was damaged in the middle, and nothing after it', async () => {
    for (const step of ['one', 'two', 'three']) await spool.append('k', step);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"two"', '"too"'));
    const next = opened([path]);
    expect(values(next)).toEqual(['one', 'three']);
    await next.close();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['only zeros', Buffer.alloc(5_000)],
    ['not a spool', Buffer.from([0xff, 0xfe, 10, 0x61, 0, 0x62, 10])],
    ['lines without hashes', Buffer.from('{"id":1,"kind":"k","value":1}\n')],
  ])('opens a file that is %s, and writes to it', async (_name, bytes) => {
    writeFileSync(path, bytes);
    const next = opened([path]);
    expect(values(next)).toEqual([]);
    await next.append('k', 'new');
    await next.close();
    const last = opened([path]);
    expect(values(last)).toEqual(['new']);
    await last.close();
  });

  it('takes the second place while the first cannot be written, and reads both', async () => {
    await spool.append('k', 'in the first');
    const second = join(folder, 'other', 'spool.jsonl');
    const gone = join(folder, 'file', 'spool.jsonl');
    writeFileSync(join(folder, 'file'), 'a file is no folder');
    const both = opened([gone, second]);
    expect(await both.append('k', 'in the second')).toBe(1);
    expect(both.isWritable()).toBe(true);
    await both.close();
    const next = opened([path, second]);
    expect(values(next).toSorted()).toEqual(['in the first', 'in the second']);
    await next.close();
  });

  it('says where no place can be written, and that there is one again', async () => {
    writeFileSync(join(folder, 'file'), 'a file is no folder');
    const nowhere = opened([
      join(folder, 'file', 'spool.jsonl'),
      join(folder, 'none', 'none', 'spool.jsonl'),
    ]);
    let changes = 0;
    nowhere.onWritable(() => (changes += 1));
    expect(await nowhere.append('k', 'lost')).toBeUndefined();
    await nowhere.reserve();
    expect([nowhere.isWritable(), changes]).toEqual([false, 1]);
    rmSync(join(folder, 'file'));
    await nowhere.reserve();
    expect([nowhere.isWritable(), changes]).toEqual([true, 2]);
    expect(await nowhere.append('k', 'kept')).toBe(2);
    await nowhere.close();
  });

  it('follows no link that somebody put into a folder of all', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(folder, 'link.jsonl'));
    const linked = opened([join(folder, 'link.jsonl')]);
    expect(await linked.append('k', 1)).toBeUndefined();
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    await linked.close();
  });

  it('has the dates of records, so that a date that is set between two hubs changes no age', async () => {
    const atMs = 1_800_000_000_000;
    const ahead = opened([path], { toRecordMs: (ms) => ms + 1_000, toOwnMs: (ms) => ms - 1_000 });
    await ahead.append('k', { atMs });
    const next = opened([path], { toRecordMs: (ms) => ms, toOwnMs: (ms) => ms - 3_000 });
    expect(values(next)).toEqual([{ atMs: atMs - 2_000 }]);
    for (const one of [ahead, next]) await one.close();
  });

  it('has a name of its own for each hub in a second folder', () => {
    expect(spoolPaths('/data/a', undefined)).toEqual(['/data/a/spool.jsonl']);
    const [, first] = spoolPaths('/data/a', '/run/mingchu');
    const [, second] = spoolPaths('/data/b', '/run/mingchu');
    expect(first).not.toBe(second);
  });
});
