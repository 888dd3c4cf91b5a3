import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { createShiftsService, type ShiftAsker } from '../../../../src-sfu/features/shifts/shifts.service.ts';
import { handoverPage } from '../../../../src-sfu/http/shifts/handoverPage.ts';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import { createShiftsRepository } from '../../../../src-sfu/storage/shifts.sql.ts';
import { wholeCity, type Scope } from '../../../../src-shared/session/principal.ts';
import type { ShiftItem } from '../../../../src-shared/shifts/shift.ts';
import type { ShiftCursor, ShiftReading } from '../../../../src-shared/shifts/shifts.protocol.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const startMs = Date.UTC(2026, 10, 29, 8);
let nowMs = startMs;
let store: Store & { destroy(): Promise<void> };
let items: ShiftItem[] = [];
let shifts: ReturnType<typeof createShiftsService>;
let ids = 0;

/** As after the end of a hub: nothing is left but what is in the database. */
async function hubStarts(): Promise<void> {
  shifts = createShiftsService({
    repository: createShiftsRepository(store),
    openItems: () => items,
    newId: () => `made-${ids++}`,
    onFault(error) {
      throw error;
    },
    nowMs: () => nowMs,
  });
  await shifts.load();
}

beforeEach(async () => {
  nowMs = startMs;
  items = [alert('a'), alert('b', '嘉鱼县')];
  store = (await openStore(temporaryFolder('mingchu-shifts-'))) as typeof store;
  await hubStarts();
});
afterEach(() => store.destroy());

const asker = (accountId: string, scope: Scope = wholeCity, sessionId = `${accountId}-1`): ShiftAsker => ({
  accountId,
  name: accountId,
  scope,
  sessionId,
});
const [wang, li, boss] = [asker('wang'), asker('li'), asker('boss')];
function alert(id: string, district = '咸安区', state = 'new'): ShiftItem {
  return { kind: 'alert', id, sinceMs: startMs - 1_000, state, name: `鼠 · ${id}店`, class: 1, district };
}
const personOf = ({ accountId, name }: ShiftAsker) => ({ accountId, name });
const shiftOf = async (who: ShiftAsker): Promise<string> =>
  (await shifts.list(boss)).shifts.find(
    ({ officer, state }) => officer.accountId === who.accountId && state !== 'ended',
  )?.shiftId ?? 'none';
async function read(who: ShiftAsker, shiftId: string): Promise<ShiftReading> {
  const answer = await shifts.read(who, shiftId);
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
let commands = 0;
const work = (who: ShiftAsker, shiftId: string, event: object, commandId = `c${commands++}`) =>
  shifts.work(who, { commandId, shiftId }, { ...event, by: personOf(who) } as Parameters<
    typeof shifts.work
  >[2]);

describe('shifts that ended', () => {
  it('are listed page by page, those of a county too however many others ended since', async () => {
    const repository = createShiftsRepository(store);
    const save = (count: number, accountId: string, scope: Scope) =>
      repository.save({
        shift: {
          shiftId: `s${String(count).padStart(2, '0')}`,
          officer: { accountId, name: accountId },
          scope: scope as never,
          // Two begin at each moment.
          startedAtMs: startMs - 1_000_000 + Math.floor(count / 2),
          state: 'ended',
          revision: 2,
          ended: { atMs: startMs },
        },
        signIn: `${accountId} ${count}`,
        audit: { action: 'shifts:begin', actor: accountId, detail: {} },
      });
    const own = { districts: ['咸安区'], squads: ['wenquan'] };
    const other = { districts: ['赤壁市'], squads: ['yongan'] };
    for (let count = 0; count < 5; count += 1) await save(count, 'county', own);
    for (let count = 5; count < 70; count += 1) await save(count, 'chen', other);
    await save(70, 'city', wholeCity);
    await save(71, 'me', other);
    const listed = async (who: ShiftAsker): Promise<string[]> => {
      const found: string[] = [];
      let cursor: ShiftCursor | undefined;
      do {
        const page = await shifts.list(who, cursor);
        expect(page.shifts.length).toBeLessThanOrEqual(30);
        found.push(...page.shifts.map(({ shiftId }) => shiftId));
        cursor = page.next;
      } while (cursor !== undefined);
      return found;
    };
    expect(await listed(boss)).toHaveLength(72);
    expect(new Set(await listed(boss)).size).toBe(72);
    // The own one, that of the whole city, and those of the district or the squad.
    expect(await listed(asker('me', own))).toEqual(['s71', 's70', 's04', 's03', 's02', 's01', 's00']);
    expect(await listed(asker('x', { districts: [], squads: ['wenquan'] }))).toHaveLength(6);
    expect(await listed(asker('x', { districts: [], squads: [] }))).toEqual(['s70']);
  });
});

describe('a shift', () => {
  it('begins once for an officer, whatever browser they use, and not again after it was handed over', async () => {
    await Promise.all([shifts.deskTaken(wang), shifts.deskTaken(wang)]);
    await shifts.deskTaken(asker('wang', wholeCity, 'another-browser'));
    expect((await shifts.list(wang)).shifts).toHaveLength(1);
    await shifts.deskTaken(li);
    expect((await shifts.list(wang)).shifts).toHaveLength(2);
    const shiftId = await shiftOf(wang);
    expect(await work(boss, shiftId, { type: 'overridden', reason: '换班' })).toMatchObject({ ok: true });
    await shifts.deskTaken(wang);
    await hubStarts();
    await shifts.deskTaken(wang);
    expect(await shiftOf(wang)).toBe('none');
    // By hand, or with the next sign-in, there is another one.
    await shifts.deskTaken(asker('wang', wholeCity, 'next-day'));
    expect(await shiftOf(wang)).not.toBe('none');
    expect(await shifts.begin(wang, 'by-hand')).toMatchObject({ ok: false, reason: 'shifts.has_shift' });
  });

  it('keeps notes that were answered and signatures when the hub ends at once, each note once', async () => {
    await shifts.deskTaken(wang);
    const shiftId = await shiftOf(wang);
    const note = { noteId: 'n1', shiftId, text: '<b>温泉一店</b> 明早复查' };
    const first = await shifts.writeNote(wang, note);
    nowMs += 5_000;
    expect(await shifts.writeNote(wang, { ...note, text: 'again' })).toEqual(first);
    await work(li, shiftId, { type: 'received' });
    await work(li, shiftId, { type: 'signed', seen: [{ key: 'alert:a', state: 'new' }] }, 'once');
    await hubStarts();
    expect(await shifts.writeNote(wang, note)).toEqual(first);
    const again = await work(
      li,
      shiftId,
      { type: 'signed', seen: [{ key: 'alert:a', state: 'new' }] },
      'once',
    );
    expect(again).toMatchObject({ ok: true, data: { revision: 3 } });
    const { notes, items: listed } = await read(li, shiftId);
    expect(notes.map(({ text }) => text)).toEqual([note.text]);
    expect(listed.map(({ signed }) => signed?.by.name)).toEqual(['li', undefined]);
  });

  it('is handed over with a record of every signature, and says what changed since', async () => {
    await shifts.deskTaken(wang);
    const shiftId = await shiftOf(wang);
    await work(li, shiftId, { type: 'received' });
    nowMs += 1_000;
    items = [alert('a', '咸安区', 'acknowledged'), { ...alert('c'), sinceMs: nowMs }];
    const { items: listed, newItems } = await read(li, shiftId);
    expect(listed.map(({ id, present, stateNow }) => [id, present, stateNow])).toEqual([
      ['a', 'changed', 'acknowledged'],
      ['b', 'ended', undefined],
    ]);
    expect(newItems.map(({ id }) => id)).toEqual(['c']);
    expect(await work(li, shiftId, { type: 'completed' })).toMatchObject({
      ok: false,
      reason: 'shifts.unsigned_items',
    });
    await work(li, shiftId, { type: 'listOpened', kind: 'alert' });
    await work(li, shiftId, {
      type: 'kindSigned',
      kind: 'alert',
      seen: [{ key: 'alert:a', state: 'acknowledged' }],
    });
    expect(await work(li, shiftId, { type: 'completed' })).toMatchObject({ ok: true });
    const { rows } = await sql<{ action: string; actor: string; detail: string }>`
      select action, actor, detail from audit_log order by id`.execute(store);
    expect(rows.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      'shifts:begin wang',
      'shifts:receive li',
      'shifts:openList li',
      'shifts:sign li',
      'shifts:complete li',
    ]);
    // The hash of the record stays: it is that of the page that is printed later, after a restart too.
    const { sha256 } = JSON.parse(rows.at(-1)!.detail) as { sha256: string };
    await hubStarts();
    nowMs += 3_600_000;
    items = [];
    expect((await read(boss, shiftId)).hash).toBe(sha256);
  });

  it('signs all of a kind but those that changed meanwhile, and answers which, also when it is asked again', async () => {
    await shifts.deskTaken(wang);
    const shiftId = await shiftOf(wang);
    await work(li, shiftId, { type: 'received' });
    await work(li, shiftId, { type: 'listOpened', kind: 'alert' });
    items = [alert('a'), alert('b', '嘉鱼县', 'acknowledged')];
    const seen = ['alert:a', 'alert:b'].map((key) => ({ key, state: 'new' }));
    for (let time = 0; time < 2; time += 1) {
      const event = { type: 'kindSigned' as const, kind: 'alert' as const, seen, by: li };
      expect(await shifts.work(li, { commandId: 'all', shiftId }, event)).toMatchObject({
        ok: true,
        data: { leftUnsigned: ['alert:b'] },
      });
    }
    const { items: listed } = await read(li, shiftId);
    expect(listed.map(({ signed }) => signed?.by.name)).toEqual(['li', undefined]);
  });

  it('lets nobody sign or end what is of another part of the city', async () => {
    const county = asker('county', { districts: ['咸安区'], squads: [] });
    await shifts.deskTaken(wang);
    const shiftId = await shiftOf(wang);
    await work(county, shiftId, { type: 'received' });
    expect((await read(county, shiftId)).items.map(({ id }) => id)).toEqual(['a']);
    const foreign = { type: 'signed', seen: [{ key: 'alert:b', state: 'new' }] };
    expect(await work(county, shiftId, foreign)).toMatchObject({ ok: false, reason: 'shifts.beyond_scope' });
    await work(county, shiftId, { type: 'listOpened', kind: 'alert' });
    for (const event of [
      { type: 'kindSigned', kind: 'alert', seen: [{ key: 'alert:b', state: 'new' }] },
      { type: 'overridden', reason: '换班' },
    ]) {
      expect(await work(county, shiftId, event)).toMatchObject({ ok: false, reason: 'shifts.beyond_scope' });
    }
    const elsewhere = asker('elsewhere', { districts: ['嘉鱼县'], squads: [] });
    await shifts.deskTaken(county);
    expect(await shifts.read(elsewhere, await shiftOf(county))).toMatchObject({
      ok: false,
      code: 'not_found',
    });
  });

  it('tells nothing of its notes, running or ended, to an officer of another part of the city who knows their ids', async () => {
    const far = asker('far', { districts: ['赤壁市'], squads: [] });
    const near = asker('near', { districts: ['咸安区'], squads: [] });
    await shifts.deskTaken(near);
    await shifts.deskTaken(far);
    const [shiftId, own] = [await shiftOf(near), await shiftOf(far)];
    const note = { noteId: 'n1', shiftId, text: '明早复查' };
    const first = await shifts.writeNote(near, note);
    for (const isEnded of [false, true]) {
      if (isEnded) await work(boss, shiftId, { type: 'overridden', reason: '换班' });
      for (const asked of [note, { ...note, shiftId: own }]) {
        expect(await shifts.writeNote(far, { ...asked, text: 'x' })).toMatchObject({
          ok: false,
          code: 'not_found',
        });
      }
      expect(await shifts.writeNote(near, note)).toEqual(first);
    }
  });

  it('shows an officer of one district the items and the log of that district, and counts the notes of a shift for the whole city', async () => {
    const near = asker('near', { districts: ['咸安区'], squads: [] });
    const raised = (id: string, district: string) => sql`
      insert into alerts (id, class, state, kind_id, raised_at_ms, district, site_name, camera_name, document)
      values (${id}, 1, 'new', 'rat', ${startMs + 1}, ${district}, ${`${district}一店`}, '灶台', '{}')`;
    await raised('a', '咸安区').execute(store);
    await raised('b', '嘉鱼县').execute(store);
    await shifts.deskTaken(wang);
    const shiftId = await shiftOf(wang);
    await shifts.writeNote(wang, { noteId: 'n', shiftId, text: '嘉鱼县一店明早复查' });
    expect(await shifts.writeNote(near, { noteId: 'm', shiftId, text: 'x' })).toMatchObject({
      ok: false,
      reason: 'shifts.beyond_scope',
    });
    for (const isEnded of [false, true]) {
      nowMs += 5_000;
      if (isEnded) await work(boss, shiftId, { type: 'overridden', reason: '换班' });
      const [whole, part] = [await read(boss, shiftId), await read(near, shiftId)];
      expect(JSON.stringify(whole)).toContain('嘉鱼县一店明早复查');
      expect(whole.log.lines).toHaveLength(2);
      expect(part).toMatchObject({ hiddenNotes: 1, notes: [], log: { alerts: [1, 0, 0] }, hash: whole.hash });
      expect(JSON.stringify(part)).not.toContain('嘉鱼县');
      const page = handoverPage(part, {
        language: 'zh-CN',
        printedAt: '',
        shiftName: undefined,
        time: () => '',
      });
      expect(page).not.toContain('嘉鱼县');
      expect(page).toContain('1 条记录');
    }
  });

  it('prints as a page in both languages in which nothing that was written is markup', async () => {
    await shifts.deskTaken(wang);
    const shiftId = await shiftOf(wang);
    items = [{ ...alert('a'), name: '<script>x</script>' }];
    await shifts.writeNote(wang, { noteId: 'n', shiftId, text: '<img src=x onerror=alert(1)> & "' });
    const reading = await read(li, shiftId);
    for (const language of ['zh-CN', 'en'] as const) {
      const page = handoverPage(reading, {
        language,
        printedAt: '2026-11-29 20:00:00',
        shiftName: '白班',
        time: () => '2026-11-29 08:00:00',
      });
      expect(page).not.toMatch(/<script|<img/);
      expect(page).toContain(reading.hash);
      expect(page).toContain('wang');
    }
  });

  it('is removed by its age only when it has ended, with its notes', async () => {
    await shifts.deskTaken(wang);
    await shifts.deskTaken(li);
    const shiftId = await shiftOf(wang);
    for (const id of [shiftId, await shiftOf(li)])
      await shifts.writeNote(boss, { noteId: `n-${id}`, shiftId: id, text: 'x' });
    await work(boss, shiftId, { type: 'overridden', reason: '换班' });
    const archiver = createAuditArchiver(store, '/nonexistent');
    const retention = createRetentionRepository(store, archiver, () => nowMs);
    expect(await retention.count('shifts', startMs)).toBe(0);
    while ((await retention.removeSome('shifts', startMs + 1)) > 0);
    const left = await sql<{ id: string }>`select shift_id as id from shift_notes`.execute(store);
    expect(left.rows).toEqual([{ id: await shiftOf(li) }]);
  });
});
