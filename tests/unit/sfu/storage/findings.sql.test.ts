import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import {
  createClausesRepository,
  createFindingsRepository,
} from '../../../../src-sfu/storage/findings.sql.ts';
import { findingsFrom } from '../../../../src-sfu/storage/findingsSearch.sql.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import { newFinding } from '../../../../src-shared/findings/finding.ts';
import {
  findingSchema,
  type Finding,
  type FindingCursor,
  type FindingStep,
} from '../../../../src-shared/findings/findings.protocol.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 29);
const by = { id: 'person:wang', name: '王芳' };

let store: Store & { destroy(): Promise<void> };
beforeEach(async () => {
  store = (await openStore(':memory:')) as typeof store;
});
afterEach(() => store.destroy());

function finding(count: number, parts: Partial<Finding> = {}): Finding {
  return findingSchema.parse({
    findingId: `f${count}`,
    number: `F00${count}`,
    place: { siteId: 's1', name: '<b>一店</b>', nameEn: 'First 100%', district: '咸安区', cameraId: 'c1' },
    clauses: ['示例-04'],
    words: '垃圾桶未加盖',
    ...newFinding({ by, class: 2, dueAtMs: nowMs + dayMs }, nowMs),
    ...parts,
  });
}
const step: FindingStep = { atMs: nowMs, happenedAtMs: nowMs, actor: by, action: 'found', revision: 1 };
const audit = { action: 'findings:create', actor: '王芳', detail: {} };
const write = (count: number, one = finding(count)) =>
  createFindingsRepository(store).save({
    finding: one,
    steps: [step],
    count,
    command: { commandId: `person:wang ${one.findingId}`, findingId: one.findingId, atMs: nowMs },
    audit,
  });
const withdrawn = { by, atMs: nowMs, reason: '误报' };

describe('findings in the store', () => {
  it('are there again with their history, the open ones alone at a start', async () => {
    const repository = createFindingsRepository(store);
    await write(1);
    await write(2);
    const ended = finding(2, { state: 'withdrawn', withdrawn, revision: 2 });
    await repository.save({ finding: ended, steps: [{ ...step, action: 'withdrawn', revision: 2 }], audit });
    expect(await repository.loadOpen()).toEqual([finding(1)]);
    expect(await repository.find('f2')).toEqual(ended);
    expect((await repository.steps('f2')).map(({ action }) => action)).toEqual(['found', 'withdrawn']);
    expect(await repository.findCommands(['person:wang f1', 'nobody'])).toMatchObject([{ findingId: 'f1' }]);
    const { rows } = await sql<{ subject: string }>`select subject from audit_log order by id`.execute(store);
    expect(rows.map(({ subject }) => subject)).toEqual(['F001', 'F002', 'F002']);
  });

  it.each([
    [{ siteId: 's1' }, ['F003', 'F002', 'F001']],
    [{ siteId: "s1' or 1=1 --" }, []],
    [{ states: ['withdrawn' as const] }, ['F002']],
    [{ districts: ['赤壁市' as const] }, ['F003']],
    [{ escalation: 3 as const }, ['F003']],
    [{ text: 'f002' }, ['F002']],
    [{ text: '%' }, ['F003', 'F002', 'F001']],
    [{ text: '100_' }, []],
    [{ text: '<b>一' }, ['F003', 'F002', 'F001']],
    [{ fromMs: nowMs + 2, toMs: nowMs + 3 }, ['F002']],
    [{ orderId: 'o1' }, ['F001']],
    [{ alertId: 'a1' }, ['F001']],
  ])('are found by %j', async (filter, numbers) => {
    await write(1, finding(1, { orderId: 'o1', alertId: 'a1', foundAtMs: nowMs + 1 }));
    await write(2, finding(2, { state: 'withdrawn', withdrawn, foundAtMs: nowMs + 2 }));
    const place = { ...finding(3).place, district: '赤壁市' as const };
    await write(3, finding(3, { place, escalation: 4, foundAtMs: nowMs + 3 }));
    const { findings } = await createFindingsRepository(store).search({ filter, limit: 10 });
    expect(findings.map(({ number }) => number)).toEqual(numbers);
  });

  it('are found page by page, each once, and a county’s pages are full whatever others found since', async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
    for (const count of numbers) {
      const isOld = count <= 5;
      const { district: _district, ...nowhere } = finding(count).place;
      const place = isOld
        ? { ...nowhere, district: '赤壁市' as const }
        : count === 25
          ? nowhere
          : finding(count).place;
      // Several are of one moment.
      await write(count, finding(count, { place, foundAtMs: nowMs + Math.floor(count / 3) }));
    }
    const { search } = createFindingsRepository(store);
    const idsOf = async (districts: readonly string[] | undefined, limit = 4): Promise<string[]> => {
      const found: string[] = [];
      let cursor: FindingCursor | undefined;
      do {
        const page = await search({ filter: {}, districts, limit, cursor });
        found.push(...page.findings.map(({ findingId }) => findingId));
        cursor = page.next;
      } while (cursor !== undefined);
      return found;
    };
    const all = await idsOf(undefined);
    expect(all.toSorted()).toEqual(numbers.map((count) => `f${count}`).toSorted());
    expect(all.at(-1)).toMatch(/^f[12]$/);
    expect((await search({ filter: {}, districts: ['赤壁市'], limit: 4 })).findings).toHaveLength(4);
    expect((await idsOf(['赤壁市'])).toSorted()).toEqual(['f1', 'f2', 'f3', 'f4', 'f5']);
    // One without a district is only for those who work for the whole city.
    expect(await idsOf(['咸安区'])).toHaveLength(19);
    expect(await idsOf([])).toEqual([]);
    expect(
      (await search({ filter: { districts: ['咸安区'] }, districts: ['赤壁市'], limit: 4 })).findings,
    ).toEqual([]);
  });

  it('are all read that came from an order or an alert, wherever they are and however many', async () => {
    const { district: _district, siteId: _siteId, ...corner } = finding(1).place;
    await write(1, finding(1, { orderId: 'o1', place: corner }));
    await write(2, finding(2, { alertId: 'a1', state: 'withdrawn', withdrawn }));
    await write(3, finding(3, { orderId: 'o1', alertId: 'a1' }));
    await write(4, finding(4, { orderId: 'o2', alertId: 'a2' }));
    const from = async (orderIds: string[], alertIds: string[]) =>
      (await findingsFrom(store, { orderIds, alertIds })).map(({ findingId }) => findingId);
    expect(await from(['o1'], ['a1'])).toEqual(['f1', 'f2', 'f3']);
    expect(await from(['o1', 'o1', 'o3'], [])).toEqual(['f1', 'f3']);
    expect(await from([], ['a2'])).toEqual(['f4']);
    expect(await from([], [])).toEqual([]);
  });

  it('that are old and ended are removed with all that is theirs, and their numbers never come again', async () => {
    const old = nowMs - 100 * dayMs;
    await write(1, finding(1, { foundAtMs: old }));
    await write(2, finding(2, { foundAtMs: old, state: 'withdrawn', withdrawn }));
    const retention = createRetentionRepository(store, createAuditArchiver(store, '/nowhere'), () => nowMs);
    expect(await retention.count('findings', nowMs - 90 * dayMs)).toBe(3);
    while ((await retention.removeSome('findings', nowMs - 90 * dayMs)) > 0);
    const repository = createFindingsRepository(store);
    expect(await repository.find('f2')).toBeUndefined();
    expect(await repository.steps('f2')).toEqual([]);
    expect(await repository.find('f1')).toBeDefined();
    expect(await repository.lastCount()).toBe(2);
  });
});

describe('clauses in the store', () => {
  it('are changed by their numbers, with a line of the audit log', async () => {
    const repository = createClausesRepository(store);
    const clause = { number: '示例-04', title: '垃圾桶' };
    await repository.save([clause], { atMs: nowMs, actor: '王芳', action: 'findings:saveClause' });
    await repository.save([{ ...clause, isRetired: true }], {
      atMs: nowMs,
      actor: '王芳',
      action: 'findings:saveClause',
    });
    expect(await repository.load()).toEqual([{ ...clause, isRetired: true }]);
  });
});
