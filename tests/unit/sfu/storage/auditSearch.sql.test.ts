import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditFilter } from '../../../../src-shared/audit/audit.protocol.ts';
import { appendAudit, createAuditRepository } from '../../../../src-sfu/storage/audit.sql.ts';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import {
  createAuditArchiveSearch,
  type AuditArchiveSearch,
} from '../../../../src-sfu/storage/auditArchiveSearch.ts';
import { createTimelineRecords } from '../../../../src-sfu/storage/timelineRecords.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import fc from '../../../support/properties.ts';

const startMs = 1_790_000_000_000;
const sameDates = {
  hasStepped: () => false,
  toRecordMs: (ms: number) => ms,
  toOwnMs: (ms: number) => ms,
};

let dataDir: string;
let folder: string;
let store: Store;
let archives: AuditArchiveSearch;
/** The date of what is not archived yet. */
let newMs: number;
beforeEach(async () => {
  newMs = startMs + 1_000_000;
  dataDir = mkdtempSync(join(tmpdir(), 'mingchu-audit-search-'));
  folder = join(dataDir, 'audit-archive');
  store = await openStore(dataDir);
  archives = createAuditArchiveSearch(folder);
});
afterEach(async () => {
  await archives.close();
  await store.destroy();
  rmSync(dataDir, { recursive: true });
});

const repository = () => createAuditRepository(store, { search: archives, dates: sameDates });
const line = (number: number, parts: object = {}) => ({
  atMs: startMs + number * 1_000,
  actor: `officer ${number}`,
  action: number % 2 === 0 ? 'talk:requestFloor' : 'wall:showCameras',
  subject: `thing ${number}`,
  detail: { number },
  ...parts,
});
const append = (from: number, to: number) =>
  appendAudit(store, ...Array.from({ length: to - from + 1 }, (_, index) => line(from + index)));
/** Moves all lines into one file; the one that says so, and one before it, are newer and stay. */
async function archive(): Promise<void> {
  newMs += 1_000_000;
  await appendAudit(store, { ...line(0), atMs: newMs, action: 'audit:export', subject: 'mark' });
  const archiver = createAuditArchiver(store, folder, 1);
  while ((await archiver.step(newMs, newMs)) > 0);
}
/** Every page of a search. */
async function all(filter: AuditFilter, limit = 200) {
  const pages = [];
  let beforeId: number | undefined;
  do {
    const page = await repository().search(filter, limit, beforeId);
    pages.push(page);
    beforeId = page.nextBeforeId;
  } while (beforeId !== undefined);
  const archived = pages.flatMap((page) => page.archives ?? []);
  return {
    pages,
    ids: pages.flatMap(({ lines }) => lines.map(({ id }) => id)),
    faults: archived.flatMap(({ faults }) => faults),
  };
}

describe('a search of the audit log', () => {
  it('goes on into the archives, finds what has left the database, and says that it does', async () => {
    await append(1, 30);
    await archive();
    expect(await repository().search({ what: 'thing 7' }, 10)).toMatchObject({
      lines: [{ id: 7, actor: 'officer 7', detail: { number: 7 } }],
      archives: { files: 1, upToId: 30, left: 0, faults: [] },
    });
    expect((await repository().search({ what: 'thing 7' }, 10)).nextBeforeId).toBeUndefined();
  });

  it.each([1, 3, 7, 200])('gives each line once and in order, %i at a time', async (limit) => {
    await append(1, 20);
    await archive();
    await append(21, 40);
    await archive();
    await append(41, 45);
    const { ids } = await all({}, limit);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => ids.length - index));
    expect(ids.length).toBeGreaterThan(45);
  });

  it('finds each line once while its file is written and it has not left the database', async () => {
    await append(1, 1_200);
    await appendAudit(store, line(3_000));
    await createAuditArchiver(store, folder, 1).step(startMs + 2_000_000, newMs);
    const { ids } = await all({ what: 'thing' }, 150);
    expect(ids).toEqual(Array.from({ length: 1_201 }, (_, index) => 1_201 - index));
  });

  it('reads at most ten archives for one page, says how many are left, and goes on', async () => {
    for (let number = 1; number <= 12; number += 1) {
      await appendAudit(store, line(number, { subject: number === 1 ? 'the oldest' : 'other' }));
      await archive();
    }
    const { pages, ids } = await all({ what: 'the oldest' });
    expect(ids).toEqual([1]);
    expect(pages.map(({ lines, archives: said }) => [lines.length, said?.left])).toEqual([
      [0, 2],
      [1, 0],
    ]);
  });

  it('does not read archives of other dates, nor say that they are damaged', async () => {
    await append(1, 10);
    await archive();
    rmSync(join(folder, readdirSync(folder)[0] ?? ''));
    const { pages, faults } = await all({ fromMs: startMs + 60_000 });
    expect(pages.at(-1)?.archives).toMatchObject({ files: 1, left: 0 });
    expect(faults).toEqual([]);
    expect((await all({ fromMs: startMs, toMs: startMs + 5_000 })).faults).toHaveLength(1);
  });

  it('says which archive is missing, and searches the others', async () => {
    await append(1, 10);
    await archive();
    await append(11, 20);
    await archive();
    const [first = ''] = readdirSync(folder).sort();
    renameSync(join(folder, first), join(dataDir, first));
    const { pages, faults } = await all({ what: 'thing' });
    const subjects = pages.flatMap(({ lines }) => lines.map(({ subject }) => subject));
    expect(subjects).toContain('thing 15');
    expect(subjects).not.toContain('thing 5');
    expect(faults).toEqual([{ file: first, firstId: 1, lastId: 10, kind: 'missing' }]);
    cpSync(join(dataDir, first), join(folder, first));
    expect(await all({ what: 'thing 5' })).toMatchObject({ ids: [5], faults: [] });
  });

  it.each<[string, (text: string) => string, number[]]>([
    ['a line that was edited', (text) => text.replace('thing 5', 'thing X'), [4]],
    ['a file that was cut off', (text) => text.slice(0, text.length / 2), [4]],
    ['a line that is no JSON', (text) => text.replace('{"id":5', '{id:5'), [4]],
    ['a line of another shape', (text) => text.replace('"actor":"officer 5"', '"actor":{}'), [4]],
    ['a line with a number of another file', (text) => text.replace('"id":5', '"id":500'), [4]],
    ['an empty file', () => '', []],
    ['lines of zeros', (text) => '\0'.repeat(text.length), []],
  ])('says that an archive was changed: %s', async (_name, change, found) => {
    await append(1, 10);
    await archive();
    const path = join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    const { ids, faults } = await all({ what: 'thing 4' });
    expect(ids).toEqual(found);
    expect(faults).toMatchObject([{ kind: 'changed', firstId: 1, lastId: 10 }]);
    expect((await all({})).ids.every((id) => id < 100)).toBe(true);
  });

  it('says that an archive cannot be read where a folder stands in its place', async () => {
    await append(1, 10);
    await archive();
    const path = join(folder, readdirSync(folder)[0] ?? '');
    rmSync(path);
    mkdirSync(path);
    expect((await all({})).faults).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('answers with the hub’s own dates where the date of the machine was set', async () => {
    await append(1, 5);
    await archive();
    const dates = {
      hasStepped: () => true,
      toRecordMs: (ms: number) => ms + 86_400_000,
      toOwnMs: (ms: number) => ms - 86_400_000,
    };
    await store.destroy();
    store = await openStore(dataDir, dates);
    const stepped = createAuditRepository(store, { search: archives, dates });
    const page = await stepped.search(
      { fromMs: startMs - 86_400_000, toMs: startMs - 86_400_000 + 3_500 },
      10,
    );
    expect(page.lines.map(({ id, atMs }) => [id, atMs])).toEqual(
      [3, 2, 1].map((number) => [number, startMs - 86_400_000 + number * 1_000]),
    );
  });

  it('finds in an archive what it found in the database, whatever is searched for', async () => {
    const odd = ['王芳', 'WANG', 'wang', 'İ', 'ß', '100 %', 'a_b', '\\', '"', 'ÀÉ', ''];
    await appendAudit(
      store,
      ...odd.flatMap((word, index) => [
        line(index, { actor: word, subject: odd.at(-index) }),
        line(index, { subject: word, detail: { note: word, index } }),
        line(index, { action: index % 3 === 0 ? 'TALK:x' : 'talked:x', principal: { name: word } }),
      ]),
    );
    const words = fc.oneof(
      fc.constantFrom(...odd, '%', '_', 'note', 'officer', 'àé'),
      fc.string({ maxLength: 3 }),
    );
    const filters = fc.sample(
      fc.record(
        {
          fromMs: fc.integer({ min: startMs, max: startMs + 12_000 }),
          toMs: fc.integer({ min: startMs, max: startMs + 12_000 }),
          who: words,
          what: words,
          kinds: fc.subarray(['talk', 'wall', 'audit']),
        },
        { requiredKeys: [] },
      ),
      120,
    );
    const last = { toMs: startMs + 1_000_000, kinds: ['talk', 'wall', 'talked'] };
    const before = [];
    for (const filter of filters) before.push((await all({ ...last, ...filter })).ids);
    expect(before.some((ids) => ids.length > 0)).toBe(true);
    await archive();
    for (const [index, filter] of filters.entries()) {
      const ids = (await all({ ...last, ...filter })).ids.filter((id) => id <= odd.length * 3);
      expect([filter, ids]).toEqual([filter, before[index]]);
    }
  });
});

describe('who viewed what, of a timeline', () => {
  const view = (number: number, subject = 'c1') =>
    line(number, { action: 'cameras:view', subject, detail: { seconds: 5 } });
  const records = () =>
    createTimelineRecords(store, (fromMs, toMs) => [{ fromMs, toMs }], {
      search: archives,
      dates: sameDates,
      onFault(error) {
        throw error;
      },
    });
  const whole = { fromMs: startMs, toMs: startMs + 100_000_000 };
  /** Views 1 and 12 in the first file, 30 in the second, 40 in the database; those of another camera besides. */
  async function stage(): Promise<void> {
    await appendAudit(store, view(1), line(2), view(3, 'c2'), view(12));
    await archive();
    await appendAudit(store, view(30), line(31, { subject: 'c1' }));
    await archive();
    await appendAudit(store, view(40));
  }

  it('goes on into the archives, with exactly what was viewed, the earliest first', async () => {
    await stage();
    const { views, gaps } = await records().views(['c1'], whole, 10);
    expect(views.map(({ atMs, actor, seconds }) => [(atMs - startMs) / 1_000, actor, seconds])).toEqual([
      [1, 'officer 1', 5],
      [12, 'officer 12', 5],
      [30, 'officer 30', 5],
      [40, 'officer 40', 5],
    ]);
    expect(gaps).toEqual([]);
    const first = await records().views(['c1'], { fromMs: startMs + 10_000, toMs: startMs + 35_000 }, 1);
    expect(first.views.map(({ actor }) => actor)).toEqual(['officer 12']);
  });

  it('says from when to when lines may be missing, where an archive is gone or was changed', async () => {
    await stage();
    const [firstFile = '', secondFile = ''] = readdirSync(folder).toSorted();
    rmSync(join(folder, firstFile));
    const second = readFileSync(join(folder, secondFile), 'utf8');
    writeFileSync(join(folder, secondFile), second.replace('officer 30', 'officer 99'));
    const { views, gaps } = await records().views(['c1'], whole, 10);
    expect(views.map(({ actor }) => actor)).toEqual(['officer 99', 'officer 40']);
    expect(gaps).toMatchObject([
      { kind: 'missing', file: firstFile, fromMs: startMs + 1_000 },
      { kind: 'changed', file: secondFile },
    ]);
  });

  it('reads some archives at most, and says after which time nothing was read', async () => {
    for (let number = 1; number <= 18; number += 1) {
      await appendAudit(store, view(number));
      await archive();
    }
    const { views, gaps } = await records().views(['c1'], whole, 100);
    expect(views).toHaveLength(16);
    expect(gaps).toMatchObject([{ kind: 'not_read', fromMs: startMs + 17_000, toMs: whole.toMs }]);
  });

  it('says that nothing could be read where the search itself fails', async () => {
    await stage();
    const faults: unknown[] = [];
    const failing = { search: () => Promise.reject(new Error('no thread')), close: archives.close };
    const { views, gaps } = await createTimelineRecords(store, (fromMs, toMs) => [{ fromMs, toMs }], {
      search: failing,
      dates: sameDates,
      onFault: (error) => void faults.push(error),
    }).views(['c1'], whole, 10);
    expect(views.map(({ actor }) => actor)).toEqual(['officer 40']);
    expect(gaps).toMatchObject([{ kind: 'not_read', fromMs: startMs + 1_000 }]);
    expect(faults).toHaveLength(1);
  });
});
