import { describe, expect, it } from 'vitest';
import { ageMs, type Moment } from '../../../../../src-renderer/features/field/moment.ts';
import { Outbox } from '../../../../../src-renderer/features/field/outbox.ts';
import { isWorthTelling } from '../../../../../src-renderer/features/field/positionRate.ts';
import { ok, refuse } from '../../../../../src-shared/protocol/define.ts';

const place = { latitude: 29.84, longitude: 114.32 };
const duty = { status: 'available', sinceMs: 0 } as const;

/** A phone whose hub answers as `answer` says. */
function phone(kept = new Map<string, string>(), isUnreadable: (input: object) => boolean = () => false) {
  const sent: { name: string; input: Record<string, never[]> }[] = [];
  const clock: Moment = { wallMs: 1_000_000, runningMs: 5_000, pageId: 'one' };
  let ids = 0;
  let isHeard = true;
  let memberId = 'ann';
  let wake = (): void => undefined;
  const refused: string[] = [];
  const outbox = new Outbox({
    request: (async (name: string, input: { changes?: { changeId: string }[] }) => {
      sent.push({ name, input: input as never });
      if (!isHeard) return refuse('timeout', 'not in time', { reason: 'session.no_answer' });
      if (isUnreadable(input))
        return refuse('bad_request', 'unreadable', { reason: 'session.not_understood' });
      return ok({
        duty,
        results: (input.changes ?? []).map(({ changeId }) => ({
          changeId,
          applied: changeId !== 'id-refused',
          refusal: changeId === 'id-refused' ? 'overtaken' : undefined,
        })),
      });
    }) as never,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    memberId: () => memberId,
    moment: () => ({ ...clock }),
    delay: () => new Promise<void>((resolve) => (wake = resolve)),
    newId: () => (ids === 99 ? 'id-refused' : `id-${++ids}`),
    onWaiting: () => undefined,
    onDuty: () => undefined,
    onRefused: (status, refusal) => refused.push(`${status}: ${refusal}`),
  });
  return {
    outbox,
    sent,
    clock,
    kept,
    refused,
    /** The time until the next try is over. */
    tryAgain: () => wake(),
    setHeard: (value: boolean) => (isHeard = value),
    refuseNext: () => (ids = 99),
    setMember(value: string) {
      memberId = value;
      outbox.ownerChanged();
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('what a phone has to say', () => {
  it('waits for the network, in its order, and says how old it is', async () => {
    const { outbox, sent, clock } = phone();
    outbox.addStatus('en_route');
    clock.wallMs += 4_000;
    clock.runningMs += 4_000;
    outbox.addStatus('on_scene');
    expect(sent).toEqual([]);
    outbox.connected(true);
    await settled();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.input).toEqual({
      changes: [
        { changeId: 'id-1', status: 'en_route', ageMs: 4_000 },
        { changeId: 'id-2', status: 'on_scene', ageMs: 0 },
      ],
    });
    expect(outbox.waiting.statuses).toEqual([]);
  });

  it('is said again with the same id when the answer was lost', async () => {
    const { outbox, sent, setHeard, tryAgain } = phone();
    setHeard(false);
    outbox.connected(true);
    outbox.addStatus('on_scene');
    await settled();
    expect(outbox.waiting.statuses).toHaveLength(1);
    setHeard(true);
    tryAgain();
    await settled();
    const ids = sent.map(({ input }) => (input.changes?.[0] as { changeId?: string } | undefined)?.changeId);
    expect(ids).toEqual(['id-1', 'id-1']);
    expect(outbox.waiting.statuses).toEqual([]);
  });

  it('outlives the page', () => {
    const kept = new Map<string, string>();
    phone(kept).outbox.addStatus('on_scene');
    expect(phone(kept).outbox.waiting.statuses).toMatchObject([{ reportId: 'id-1', status: 'on_scene' }]);
  });

  it('begins again when what was kept is damaged', () => {
    const kept = new Map([['mingchu.fieldOutbox', '{"statuses": 5']]);
    expect(phone(kept).outbox.waiting).toEqual({ statuses: [], positions: [] });
  });

  it('keeps the entries beside a damaged one', () => {
    const at = { wallMs: 1, runningMs: 1, pageId: 'one' };
    const kept = new Map([
      [
        'mingchu.fieldStatuses',
        JSON.stringify([
          { reportId: 'a', status: 'flying', at },
          7,
          { reportId: 'b', status: 'on_scene', at },
        ]),
      ],
      [
        'mingchu.fieldOutbox',
        JSON.stringify({ positions: [{ place, at }, { place: { latitude: 'north' }, at }, null] }),
      ],
    ]);
    expect(phone(kept).outbox.waiting).toEqual({
      statuses: [{ reportId: 'b', status: 'on_scene', at }],
      positions: [{ place, at }],
    });
  });

  it('stays on the phone for a member who signs out, and is sent when that member is back', async () => {
    const kept = new Map<string, string>();
    const { outbox, sent, setMember } = phone(kept);
    outbox.addStatus('on_scene');
    setMember('');
    outbox.connected(true);
    setMember('bo');
    outbox.addStatus('available');
    await settled();
    const changes = () =>
      sent.flatMap(({ input }) => (input.changes ?? []) as { changeId: string; status: string }[]);
    expect(changes()).toMatchObject([{ changeId: 'id-2', status: 'available' }]);
    expect(outbox.waiting.statuses).toEqual([]);
    expect(phone(kept).outbox.waiting.statuses).toMatchObject([{ reportId: 'id-1', memberId: 'ann' }]);
    setMember('ann');
    await settled();
    expect(changes().map(({ changeId }) => changeId)).toEqual(['id-2', 'id-1']);
    expect(kept.size).toBe(0);
  });

  it('is taken over from a version that kept both under one name', () => {
    const at = { wallMs: 1, runningMs: 1, pageId: 'one' };
    const former = { statuses: [{ changeId: 'a', status: 'on_scene', at }], positions: [{ place, at }] };
    const kept = new Map([['mingchu.fieldOutbox', JSON.stringify(former)]]);
    const waiting = { statuses: [{ reportId: 'a', status: 'on_scene', at }], positions: [{ place, at }] };
    expect(phone(kept).outbox.waiting).toEqual(waiting);
    // Nothing is taken over twice.
    expect(phone(kept).outbox.waiting).toEqual(waiting);
  });

  it('loses one status and one position when the hub cannot read these two, and reports the status', async () => {
    const isUnreadable = (input: object): boolean => /"id-2"|"latitude":1\b/u.test(JSON.stringify(input));
    const { outbox, sent, refused } = phone(new Map(), isUnreadable);
    for (const status of ['en_route', 'on_scene', 'returning'] as const) outbox.addStatus(status);
    for (let count = 0; count < 100; count += 1) {
      outbox.addPosition(count === 37 ? { ...place, latitude: 1 } : place);
    }
    outbox.connected(true);
    await settled();
    expect(outbox.waiting).toEqual({ statuses: [], positions: [] });
    expect(refused).toEqual(['on_scene: undefined']);
    const answered = sent.filter(({ input }) => !isUnreadable(input)).map(({ input }) => input);
    const changes = answered.flatMap((input) => input.changes ?? []) as { changeId: string }[];
    expect(changes.map(({ changeId }) => changeId)).toEqual(['id-1', 'id-3']);
    expect(answered.flatMap((input) => input.positions ?? [])).toHaveLength(99);
    // The position is found by halves.
    expect(sent.filter(({ name }) => name === 'squads:reportPositions').length).toBeLessThan(30);
  });

  it('drops no status, however many wait', async () => {
    const { outbox, sent } = phone();
    for (let count = 0; count < 70; count += 1) outbox.addStatus(count % 2 === 0 ? 'en_route' : 'on_scene');
    outbox.connected(true);
    await settled();
    const ids = (sent.flatMap(({ input }) => input.changes ?? []) as { changeId: string }[]).map(
      ({ changeId }) => changeId,
    );
    expect(ids).toEqual(Array.from({ length: 70 }, (_, index) => `id-${index + 1}`));
  });

  it('is left to another page of the phone that took its place', async () => {
    const kept = new Map<string, string>();
    const { outbox, sent } = phone(kept);
    outbox.addStatus('on_scene');
    outbox.addPosition(place);
    const before = new Map(kept);
    outbox.setAside();
    outbox.connected(true);
    outbox.forgetPositions();
    await settled();
    expect(sent).toEqual([]);
    expect(kept).toEqual(before);
  });

  it('stays when the page is set aside while the hub answers', async () => {
    const kept = new Map<string, string>();
    const { outbox } = phone(kept);
    outbox.connected(true);
    outbox.addStatus('on_scene');
    outbox.addPosition(place);
    const before = new Map(kept);
    outbox.setAside();
    await settled();
    expect(before.size).toBe(2);
    expect(kept).toEqual(before);
  });

  it('says what the hub did not apply', async () => {
    const { outbox, refused, refuseNext } = phone();
    refuseNext();
    outbox.connected(true);
    outbox.addStatus('returning');
    await settled();
    expect(refused).toEqual(['returning: overtaken']);
    expect(outbox.waiting.statuses).toEqual([]);
  });

  it('keeps a bounded trail of positions, and forgets it when the position is not shared any more', () => {
    const { outbox } = phone();
    for (let count = 0; count < 2_000; count += 1) outbox.addPosition(place);
    expect(outbox.waiting.positions.length).toBeLessThanOrEqual(400);
    outbox.forgetPositions();
    expect(outbox.waiting.positions).toEqual([]);
  });
});

describe('the age of what waited', () => {
  const then: Moment = { wallMs: 1_000_000, runningMs: 1_000, pageId: 'one' };
  it.each([
    ['by the running clock', { wallMs: 1_005_000, runningMs: 6_000, pageId: 'one' }, 5_000],
    ['with the time asleep', { wallMs: 4_600_000, runningMs: 3_000, pageId: 'one' }, 3_600_000],
    ['not by a date put right by years', { wallMs: 9e11, runningMs: 3_000, pageId: 'one' }, 2_000],
    ['not by a date put back', { wallMs: 500_000, runningMs: 3_000, pageId: 'one' }, 2_000],
    ['by the date on another page', { wallMs: 1_060_000, runningMs: 10, pageId: 'two' }, 60_000],
    ['never of the future', { wallMs: 900_000, runningMs: 10, pageId: 'two' }, 0],
  ])('is shown as %s', (_what, now, age) => {
    expect(ageMs(then, now)).toBe(age);
  });
});

describe('a position', () => {
  it.each([
    ['the first one', undefined, place, 0, true],
    ['standing, soon', place, place, 10_000, false],
    ['standing, after half a minute', place, place, 30_000, true],
    ['walking', place, { ...place, speedMps: 1.4 }, 4_000, true],
    ['driving', place, { ...place, speedMps: 12 }, 2_000, true],
    ['driving, too soon', place, { ...place, speedMps: 12 }, 1_000, false],
    ['a jump within its accuracy', place, { ...place, latitude: 29.8403, accuracyM: 60 }, 5_000, false],
    ['a move beyond its accuracy', place, { ...place, latitude: 29.8403, accuracyM: 10 }, 5_000, true],
  ])('is worth telling or not: %s', (_what, last, next, sinceMs, isTold) => {
    expect(isWorthTelling(last, next, sinceMs)).toBe(isTold);
  });
});
