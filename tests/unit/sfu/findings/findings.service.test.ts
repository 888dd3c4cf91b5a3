import { afterEach, describe, expect, test, vi } from 'vitest';
import fc from '../../../support/properties.ts';
import { createFindingsInMemory } from '../../../../src-sfu/features/findings/findings.repository.ts';
import { createFindingsService } from '../../../../src-sfu/features/findings/findings.service.ts';
import { defaultFindingTimes } from '../../../../src-shared/findings/findingTimes.ts';
import {
  findingSchema,
  findingStepSchema,
  maxFindingsInSnapshot,
  type Finding,
  type FindingContent,
} from '../../../../src-shared/findings/findings.protocol.ts';
import type { OrderPlace } from '../../../../src-shared/orders/orders.protocol.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const site: OrderPlace = { siteId: 's1', name: '温泉一小食堂', district: '咸安区' };
const content: FindingContent = { class: 2, clauses: ['示例-04'], words: '垃圾桶未加盖' };
const wang = { id: 'person:wang', name: '王芳' };
const chen = { id: 'person:chen', name: '陈静' };
const cook = { id: 'site:s1', name: '张师傅' };
const ann = { memberId: 'ann', name: '李强' };

afterEach(() => vi.useRealTimers());

async function stage() {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const repository = createFindingsInMemory();
  const sites = new Map([
    ['s1', site],
    ['s2', { siteId: 's2', name: '二店', district: '赤壁市' } as OrderPlace],
  ]);
  /** As an administrator set them. */
  const set = { times: defaultFindingTimes };
  const make = () =>
    createFindingsService({
      repository,
      sources: {
        site: (siteId) => sites.get(siteId),
        siteOfCamera: (cameraId) => ({ c1: 's1', c2: 's2' })[cameraId],
        order: (orderId) =>
          Promise.resolve(
            orderId === 'o1'
              ? { place: { ...site, cameraId: 'c1' }, alertId: 'a1', memberIds: ['ann'], createdAtMs: 0 }
              : undefined,
          ),
        alert: (alertId) =>
          Promise.resolve(alertId === 'a1' ? { place: { ...site, cameraId: 'c1' } } : undefined),
      },
      hasClause: (number) => number === '示例-04',
      times: () => set.times,
      logger: { error: vi.fn() } as never,
      nowMs: () => performance.now(),
    });
  const findings = make();
  await findings.load();
  const changes: Finding[] = [];
  findings.onChanged((finding) => void changes.push(finding));
  const create = async (parts: object = {}, by = chen) => {
    const answer = await findings.create({ findingId: 'f1', siteId: 's1', content, ...parts }, by);
    if (!answer.ok) throw new Error(answer.reason);
    return findingSchema.parse(answer.data.finding);
  };
  const work = async (
    deed: Parameters<typeof findings.work>[0]['deed'],
    by: { id: string; name: string },
    parts: { revision?: number; commandId?: string } = {},
  ) => {
    const { revision = (await findings.find('f1'))?.revision ?? 0, commandId = `${deed.type}${revision}` } =
      parts;
    const answer = await findings.work({ commandId, findingId: 'f1', revision, deed }, by);
    return answer.ok ? answer.data.finding.state : answer.reason;
  };
  const report = async (report: object = {}, member = ann) =>
    (await findings.report(member, [{ findingId: 'p1', orderId: 'o1', content, ageMs: 0, ...report }]))
      .results[0];
  return { set, findings, repository, make, changes, create, work, report, sites };
}

describe('writing a finding', () => {
  test('it has a number of its own, its site as the registry knows it, and a date by its class', async () => {
    const { create } = await stage();
    expect(await create()).toMatchObject({
      number: 'F001',
      place: site,
      state: 'open',
      dueAtMs: 72 * hourMs,
      foundBy: chen,
    });
    expect(await create({ findingId: 'f2' })).toMatchObject({ number: 'F002' });
  });

  test('a repeat is answered the same, and writes nothing', async () => {
    const { create, repository } = await stage();
    const first = await create();
    expect(await create()).toEqual(first);
    expect(repository.changes).toHaveLength(1);
  });

  test('from an order it has its place and its alert; from an alert its camera', async () => {
    const { create } = await stage();
    expect(await create({ siteId: undefined, orderId: 'o1' })).toMatchObject({
      orderId: 'o1',
      alertId: 'a1',
      place: { siteId: 's1', cameraId: 'c1' },
    });
    expect(await create({ findingId: 'f2', alertId: 'a1' })).toMatchObject({
      alertId: 'a1',
      place: { cameraId: 'c1' },
    });
  });

  test('corrected on the spot it waits for review at once', async () => {
    const { create, repository } = await stage();
    const finding = await create({ content: { ...content, correctedOnSpot: '已加盖' } });
    expect(finding).toMatchObject({
      state: 'answered',
      answer: { kind: 'corrected_on_spot', words: '已加盖' },
    });
    const steps = await repository.steps('f1');
    expect(steps.map(({ action, revision }) => [action, revision])).toEqual([
      ['found', 1],
      ['answered', 2],
    ]);
    for (const step of steps) expect(findingStepSchema.parse(step)).toEqual(step);
  });

  test.each<[string, object, string]>([
    ['a site that was removed', { siteId: 'gone' }, 'findings.no_such_site'],
    ['nothing at all', { siteId: undefined }, 'findings.no_such_site'],
    ['an order that is not there', { orderId: 'gone' }, 'findings.no_such_order'],
    ['an alert that is not there', { alertId: 'gone' }, 'findings.no_such_alert'],
    ['an alert of another site', { siteId: 's2', alertId: 'a1' }, 'findings.places_differ'],
    ['a camera of another site', { cameraId: 'c2' }, 'findings.places_differ'],
    [
      'a clause that is not in the list',
      { content: { ...content, clauses: ['9'] } },
      'findings.no_such_clause',
    ],
    ['a date that has passed', { content: { ...content, dueAtMs: 0 } }, 'findings.date_passed'],
  ])('refused: %s', async (_what, input, reason) => {
    const { findings, repository } = await stage();
    const answer = await findings.create({ findingId: 'f1', siteId: 's1', content, ...input }, chen);
    expect(answer).toMatchObject({ ok: false, reason });
    expect(repository.changes).toEqual([]);
  });

  test('words are kept as they were written, whatever they look like', async () => {
    const { create } = await stage();
    const words = '<img src=x onerror=alert(1)> & "油污"';
    expect((await create({ content: { ...content, words } })).words).toBe(words);
  });

  test('500 at once have 500 numbers', async () => {
    const { findings } = await stage();
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        findings.create({ findingId: `f${index}`, siteId: 's1', content }, chen),
      ),
    );
    const numbers = answers.map((answer) => (answer.ok ? answer.data.finding.number : answer.reason));
    expect(new Set(numbers).size).toBe(500);
    expect(numbers.at(-1)).toBe('F500');
  });

  test('a desk gets the most urgent first, and not more than fit', async () => {
    const { findings, create } = await stage();
    for (let index = 0; index < maxFindingsInSnapshot + 5; index += 1) {
      await create({ findingId: `r${index}`, content: { ...content, class: 3 } });
    }
    await create({ findingId: 'late', content: { ...content, class: 1 } });
    const first = findings.mostUrgent(() => true);
    expect(first).toHaveLength(maxFindingsInSnapshot);
    expect(first[0]?.findingId).toBe('late');
  });
});

describe('working on a finding', () => {
  test('the site answers, another reviews, and it is closed with its history', async () => {
    const { create, work, repository, findings } = await stage();
    await create();
    expect(await work({ type: 'answer', answer: { kind: 'plan', planAtMs: dayMs } }, cook)).toBe('answered');
    expect(await work({ type: 'answer', answer: { kind: 'corrected', words: '已整改' } }, cook)).toBe(
      'answered',
    );
    expect(await work({ type: 'start' }, wang)).toBe('under_review');
    expect(await work({ type: 'close' }, wang)).toBe('closed');
    expect(
      (await repository.steps('f1')).map(({ action, actor, revision }) => [action, actor.name, revision]),
    ).toEqual([
      ['found', '陈静', 1],
      ['answered', '张师傅', 2],
      ['answered', '张师傅', 3],
      ['reviewStarted', '王芳', 4],
      ['closed', '王芳', 5],
    ]);
    expect(findings.open()).toEqual([]);
  });

  test('who found it, and who answered for the site, cannot review it', async () => {
    const { create, work } = await stage();
    await create();
    await work({ type: 'answer', answer: { kind: 'corrected' } }, wang);
    expect(await work({ type: 'close' }, chen)).toBe('findings.same_person');
    // Each deed has words of its own.
    const dueAtMs = Date.UTC(2100, 0, 1);
    expect(await work({ type: 'withdraw', reason: '误报' }, chen, { commandId: 'w' })).toBe(
      'findings.own_not_withdrawn',
    );
    expect(await work({ type: 'moveDue', reason: '停业', dueAtMs }, wang, { commandId: 'm' })).toBe(
      'findings.own_not_moved',
    );
    expect(await work({ type: 'close' }, wang, { commandId: 'other' })).toBe('findings.same_person');
  });

  test('of two reviewers at once the second is refused, with who was first', async () => {
    const { create, work, findings } = await stage();
    await create();
    await work({ type: 'answer', answer: { kind: 'corrected' } }, cook);
    const review = (by: typeof wang) =>
      findings.work(
        {
          commandId: 'k',
          findingId: 'f1',
          revision: 2,
          deed: { type: 'sendBack', reason: 'r', dueAtMs: dayMs },
        },
        by,
      );
    const [first, second] = await Promise.all([review(wang), review({ id: 'person:zhou', name: '周敏' })]);
    expect(first).toMatchObject({ ok: true, data: { finding: { state: 'again' } } });
    expect(second).toMatchObject({
      ok: false,
      reason: 'findings.changed_meanwhile',
      parameters: {
        number: 'F001',
        who: '王芳',
        action: 'sentBack',
        atMs: expect.any(Number),
        revision: 3,
      },
    });
  });

  test('a command that is repeated is carried out once', async () => {
    const { create, work, repository } = await stage();
    await create();
    const deed = { type: 'appeal', reason: '是猫' } as const;
    expect(await work(deed, cook, { revision: 1, commandId: 'k' })).toBe('appealed');
    expect(await work(deed, cook, { revision: 1, commandId: 'k' })).toBe('appealed');
    expect(repository.changes).toHaveLength(2);
  });

  test.each([
    [{ type: 'answer', answer: { kind: 'plan', planAtMs: 0 } }, 'findings.date_passed'],
    [{ type: 'close' }, 'findings.step_cannot_follow'],
    [{ type: 'moveDue', reason: 'r', dueAtMs: 0 }, 'findings.date_passed'],
  ] as const)('%j of an open finding is refused: %s', async (deed, reason) => {
    const { create, work } = await stage();
    await create();
    expect(await work(deed, wang)).toBe(reason);
  });
});

describe('dates', () => {
  test('escalate by themselves, also those that passed while the hub was off', async () => {
    const { create, make, findings, changes } = await stage();
    await create();
    await vi.advanceTimersByTimeAsync(72 * hourMs + 1_000);
    expect(changes.map(({ escalation }) => escalation)).toEqual([0, 1, 2]);
    findings.close();
    const again = make();
    vi.setSystemTime(0);
    await again.load();
    await vi.advanceTimersByTimeAsync(10 * dayMs + 1_000);
    expect(again.open()[0]?.escalation).toBe(4);
    again.close();
  });
});

describe('what a phone found', () => {
  test('is written once however often it comes, with when it was', async () => {
    const { report, findings, repository } = await stage();
    await vi.advanceTimersByTimeAsync(hourMs);
    expect(await report({ ageMs: 60_000 })).toEqual({ findingId: 'p1', number: 'F001' });
    expect(await report({ ageMs: 90_000 })).toEqual({ findingId: 'p1', number: 'F001' });
    expect(repository.changes).toHaveLength(1);
    expect(await findings.find('p1')).toMatchObject({
      foundBy: { id: 'member:ann', name: '李强' },
      foundAtMs: hourMs - 60_000,
      orderId: 'o1',
      alertId: 'a1',
    });
  });

  test.each<[string, object, typeof ann, string]>([
    ['an order that is not there', { orderId: 'gone' }, ann, 'no_such_order'],
    ['an order of others', {}, { memberId: 'zhang', name: '张' }, 'not_yours'],
    ['a date before it was found', { content: { ...content, dueAtMs: -5 } }, ann, 'date_passed'],
  ])('refused, and again the same: %s', async (_what, input, member, refusal) => {
    const { report } = await stage();
    expect(await report(input, member)).toMatchObject({ refusal });
    expect(await report(input, member)).toMatchObject({ refusal });
  });

  test('on a phone whose date is a day wrong is not found before its order was written, nor overdue by that', async () => {
    const { report, findings } = await stage();
    await vi.advanceTimersByTimeAsync(hourMs);
    await report({ ageMs: 7 * dayMs });
    expect(await findings.find('p1')).toMatchObject({ foundAtMs: 0, dueAtMs: defaultFindingTimes.dueMs[2] });
  });

  test('waits for one of the findings that a desk writes at the same moment, not for all', async () => {
    const { report, create, findings } = await stage();
    const flood = Array.from({ length: 50 }, (_, index) => create({ findingId: `n${index}` }));
    await report();
    expect(findings.open().length).toBeLessThan(5);
    await Promise.all(flood);
    expect(findings.open()).toHaveLength(51);
  });

  test('a clause that is not in the list any more keeps nothing from being written', async () => {
    const { report } = await stage();
    expect(await report({ content: { ...content, clauses: ['旧-1'] } })).toEqual({
      findingId: 'p1',
      number: 'F001',
    });
  });

  test('somebody else cannot take what a phone found by its id', async () => {
    const { create, report } = await stage();
    await create({ findingId: 'p1' });
    expect(await report()).toMatchObject({ refusal: 'not_yours' });
  });

  test('the same items ten times in any order make each finding once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          Array.from({ length: 30 }, (_, index) => index % 3),
          { minLength: 30 },
        ),
        async (order) => {
          const { findings, repository } = await stage();
          const answers = await Promise.all(
            order.map((item) =>
              findings.report(ann, [{ findingId: `p${item}`, orderId: 'o1', content, ageMs: item }]),
            ),
          );
          expect(repository.changes).toHaveLength(3);
          const numbers = new Map<string, string | undefined>();
          for (const { results } of answers) {
            for (const { findingId, number } of results) {
              expect(numbers.get(findingId) ?? number).toBe(number);
              numbers.set(findingId, number);
            }
          }
          expect([...numbers.values()].sort()).toEqual(['F001', 'F002', 'F003']);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('times that an administrator changes', () => {
  test('are those of findings that are written afterwards, and of no others', async () => {
    const { set, create, findings } = await stage();
    const before = await create();
    set.times = {
      answerMs: hourMs,
      yellowMs: dayMs,
      redMs: 2 * dayMs,
      dueMs: { 1: hourMs, 2: 2 * hourMs, 3: dayMs },
    };
    const after = await create({ findingId: 'f2' });
    expect([before.dueAtMs, after.dueAtMs - after.foundAtMs]).toEqual([72 * hourMs, 2 * hourMs]);
    const card = async (findingId: string) => (await findings.find(findingId))?.escalation;
    await vi.advanceTimersByTimeAsync(2 * hourMs + dayMs + hourMs);
    expect([await card('f1'), await card('f2')]).toEqual([1, 3]);
    await vi.advanceTimersByTimeAsync(dayMs);
    expect([await card('f1'), await card('f2')]).toEqual([1, 4]);
    await vi.advanceTimersByTimeAsync(6 * dayMs);
    expect(await card('f1')).toBe(3);
  });
});
