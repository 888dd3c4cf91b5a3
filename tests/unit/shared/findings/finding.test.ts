import { describe, expect, test } from 'vitest';
import fc from '../../../support/properties.ts';
import {
  findingCard,
  findingDeeds,
  findingProgressSchema,
  findingStates,
  isFindingEnded,
  mayReview,
  newFinding,
  transitionFinding,
  type FindingActor,
  type FindingEvent,
  type FindingProgress,
} from '../../../../src-shared/findings/finding.ts';
import {
  defaultFindingTimes,
  isWithSite,
  nextFindingDeadline,
} from '../../../../src-shared/findings/findingTimes.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const ann: FindingActor = { id: 'member:ann', name: '李强' };
const cook: FindingActor = { id: 'site:s', name: '张师傅' };
const wang: FindingActor = { id: 'person:wang', name: '王芳' };
const chen: FindingActor = { id: 'person:chen', name: '陈静' };

const found = newFinding({ by: ann, class: 2, dueAtMs: 72 * hourMs }, 0);

function after(events: readonly FindingEvent[], from = found, atMs = 1_000): FindingProgress {
  return events.reduce((state, event, index) => {
    const moved = transitionFinding(state, event, atMs + index);
    if (!moved.ok) throw new Error(`${event.type}: ${moved.reason}`);
    return moved.state;
  }, from);
}
const reached = (state: FindingProgress, nowMs: number): FindingProgress => {
  const moved = transitionFinding(state, { type: 'deadlineReached' }, nowMs);
  if (!moved.ok) throw new Error(moved.reason);
  return moved.state;
};

const corrected: FindingEvent = { type: 'answered', by: cook, kind: 'corrected' };
const plan: FindingEvent = { type: 'answered', by: cook, kind: 'plan', planAtMs: dayMs };
const start = (by: FindingActor): FindingEvent => ({ type: 'reviewStarted', by });
const close = (by: FindingActor): FindingEvent => ({ type: 'closed', by });
const sendBack = (by: FindingActor, dueAtMs = 4 * dayMs): FindingEvent => ({
  type: 'sentBack',
  by,
  reason: '地面仍有油污',
  dueAtMs,
});
const appealed: FindingEvent = { type: 'appealed', by: cook, reason: '是猫' };

describe('the way of a finding', () => {
  test('found, planned, corrected, reviewed by another, closed', () => {
    expect(after([plan, corrected, start(wang), close(wang)])).toMatchObject({
      state: 'closed',
      revision: 5,
      foundBy: ann,
      answer: { by: cook, kind: 'corrected', atMs: 1_001 },
      closed: { by: wang, atMs: 1_003 },
    });
  });

  test('a review that needs no time is one step', () => {
    expect(after([corrected, close(wang)]).state).toBe('closed');
  });

  test('sent back it begins again with a new date, and is answered again', () => {
    const state = after([corrected, start(wang), sendBack(wang)]);
    expect(state).toMatchObject({ state: 'again', rounds: 1, dueAtMs: 4 * dayMs });
    expect(state.reviewer).toBeUndefined();
    expect(after([corrected, close(wang)], state).state).toBe('closed');
  });

  test('an appeal that is upheld withdraws it; one that is declined leaves it where it was, with its time', () => {
    const upheld = after([appealed, { type: 'upheld', by: wang }]);
    expect(upheld).toMatchObject({
      state: 'withdrawn',
      appeal: { decided: { upheld: true, by: wang } },
      withdrawn: { reason: '是猫' },
    });
    const before = after([plan]);
    const declined = after([appealed, { type: 'declined', by: wang, reason: '照片清楚' }], before, dayMs);
    expect(declined).toMatchObject({ state: 'answered', dueAtMs: before.dueAtMs, sinceMs: before.sinceMs });
  });

  test.each<[string, FindingEvent[], FindingEvent, string]>([
    ['close what nobody answered', [], close(wang), 'not_from_here'],
    ['close on a plan', [plan], close(wang), 'not_from_here'],
    ['review on a plan', [plan], start(wang), 'not_from_here'],
    ['send back what nobody answered', [], sendBack(wang), 'not_from_here'],
    ['plan after it is corrected', [corrected], plan, 'not_from_here'],
    ['answer while it is reviewed', [corrected, start(wang)], corrected, 'not_from_here'],
    ['answer while an appeal waits', [appealed], corrected, 'not_from_here'],
    ['appeal twice', [appealed, { type: 'declined', by: wang, reason: 'x' }], appealed, 'appealed_before'],
    ['appeal while it is reviewed', [corrected, start(wang)], appealed, 'not_from_here'],
    ['uphold what was not appealed', [], { type: 'upheld', by: wang }, 'not_from_here'],
    ['plan in the past', [], { ...plan, planAtMs: 5 } as FindingEvent, 'date_passed'],
    ['send back into the past', [corrected], sendBack(wang, 5), 'date_passed'],
    [
      'move the date into the past',
      [],
      { type: 'dueMoved', by: wang, reason: 'x', dueAtMs: 9 },
      'date_passed',
    ],
    ['anything after the end', [corrected, close(wang)], corrected, 'ended'],
    [
      'withdraw twice',
      [{ type: 'withdrawn', by: wang, reason: 'x' }],
      { type: 'withdrawn', by: wang, reason: 'x' },
      'ended',
    ],
    ['close for another who reviews it', [corrected, start(wang)], close(chen), 'reviewed_by_another'],
  ])('cannot %s', (_what, before, event, reason) => {
    expect(transitionFinding(after(before), event, 9_000)).toEqual({ ok: false, reason });
  });

  test('another takes the review over, and the first cannot close it any more', () => {
    const state = after([corrected, start(wang), start(chen)]);
    expect(transitionFinding(state, close(wang), 9_000)).toEqual({
      ok: false,
      reason: 'reviewed_by_another',
    });
    expect(after([close(chen)], state).closed?.by).toEqual(chen);
  });
});

describe('who may review', () => {
  const officerAnswered: FindingEvent = { ...corrected, by: chen } as FindingEvent;
  test.each<[string, FindingEvent[], FindingActor]>([
    ['who found it', [corrected], ann],
    ['who answered for the site', [officerAnswered], chen],
    ['who answered in an earlier round', [officerAnswered, sendBack(wang), corrected], chen],
    ['the same name with another account', [corrected], { id: 'person:li', name: ' 李 强' }],
    ['the site itself', [corrected], cook],
  ])('not %s', (_who, before, by) => {
    const state = after(before);
    const withdraw: FindingEvent = { type: 'withdrawn', by, reason: 'r' };
    const moveDue: FindingEvent = { type: 'dueMoved', by, reason: 'r', dueAtMs: 4 * dayMs };
    for (const event of [start(by), close(by), sendBack(by), withdraw, moveDue]) {
      expect(transitionFinding(state, event, 9_000)).toEqual({ ok: false, reason: 'same_person' });
    }
    const none = { review: false, startReview: false, withdraw: false, moveDue: false };
    expect(findingDeeds(state, by)).toMatchObject(none);
    // A supervisor withdraws what was written by mistake, and does nothing else with it.
    expect(findingDeeds(state, by, true)).toEqual({ ...findingDeeds(state, by), withdraw: true });
    expect(after([{ ...withdraw, bySupervisor: true }], state).state).toBe('withdrawn');
  });

  test('nor may any of them decide an appeal', () => {
    const state = after([appealed]);
    for (const by of [ann, cook]) {
      expect(transitionFinding(state, { type: 'upheld', by }, 9_000)).toEqual({
        ok: false,
        reason: 'same_person',
      });
    }
  });
});

describe('dates and cards', () => {
  test('unanswered after 2 h, overdue, yellow after 5 days, red after 10: each when it comes', () => {
    let state = found;
    const expected: [number, number, string | undefined][] = [
      [2 * hourMs, 1, undefined],
      [72 * hourMs, 2, undefined],
      [72 * hourMs + 5 * dayMs, 3, 'yellow'],
      [72 * hourMs + 10 * dayMs, 4, 'red'],
    ];
    for (const [atMs, escalation, card] of expected) {
      expect(nextFindingDeadline(state, defaultFindingTimes)).toBe(atMs);
      expect(transitionFinding(state, { type: 'deadlineReached' }, atMs - 1)).toEqual({
        ok: false,
        reason: 'too_early',
      });
      state = reached(state, atMs);
      expect([state.escalation, findingCard(state)]).toEqual([escalation, card]);
    }
    expect(nextFindingDeadline(state, defaultFindingTimes)).toBeUndefined();
  });

  test('class 3 is routine: no answer is awaited within 2 h', () => {
    const routine = newFinding({ by: ann, class: 3, dueAtMs: 7 * dayMs }, 0);
    expect(nextFindingDeadline(routine, defaultFindingTimes)).toBe(7 * dayMs);
  });

  test('after a standstill of the hub the last step is reached at once', () => {
    expect(reached(found, 30 * dayMs).escalation).toBe(4);
  });

  test('a plan stops no clock; a correction, a review and an appeal do', () => {
    expect(nextFindingDeadline(after([plan]), defaultFindingTimes)).toBe(72 * hourMs);
    for (const events of [[corrected], [corrected, start(wang)], [appealed]]) {
      expect(nextFindingDeadline(after(events), defaultFindingTimes)).toBeUndefined();
    }
  });

  test('a new date takes no card back; the end does', () => {
    const yellow = reached(found, 9 * dayMs);
    const moved = after(
      [{ type: 'dueMoved', by: wang, reason: '设备在途', dueAtMs: 20 * dayMs }],
      yellow,
      9 * dayMs,
    );
    expect(findingCard(moved)).toBe('yellow');
    expect(nextFindingDeadline(moved, defaultFindingTimes)).toBe(30 * dayMs);
    const again = after([corrected, sendBack(wang, 20 * dayMs)], yellow, 9 * dayMs);
    expect(findingCard(again)).toBe('yellow');
    expect(findingCard(after([corrected, close(wang)], yellow, 9 * dayMs))).toBeUndefined();
  });
});

const anybody = fc.constantFrom(ann, cook, wang, chen);
const someEvent: fc.Arbitrary<FindingEvent> = fc.oneof(
  fc.record({
    type: fc.constant('answered' as const),
    by: anybody,
    kind: fc.constantFrom('plan' as const, 'corrected' as const, 'corrected_on_spot' as const),
    planAtMs: fc.option(fc.integer({ min: 0, max: 40 * dayMs }), { nil: undefined }),
  }),
  fc.record({
    type: fc.constantFrom('reviewStarted' as const, 'closed' as const, 'upheld' as const),
    by: anybody,
  }),
  fc.record({
    type: fc.constantFrom('appealed' as const, 'declined' as const, 'withdrawn' as const),
    by: anybody,
    reason: fc.constant('r'),
  }),
  fc.record({
    type: fc.constantFrom('sentBack' as const, 'dueMoved' as const),
    by: anybody,
    reason: fc.constant('r'),
    dueAtMs: fc.integer({ min: 0, max: 40 * dayMs }),
  }),
  fc.constant({ type: 'deadlineReached' as const }),
);
const someHistory = fc.array(
  fc.record({ event: someEvent, afterMs: fc.integer({ min: 0, max: 3 * dayMs }) }),
  { maxLength: 25 },
);

describe('whatever happens', () => {
  test('every state is valid, escalation never falls, nothing follows an end, and only others end it by review', () => {
    fc.assert(
      fc.property(
        someHistory,
        fc.constantFrom(1 as const, 2 as const, 3 as const),
        (history, findingClass) => {
          let state = newFinding(
            { by: ann, class: findingClass, dueAtMs: defaultFindingTimes.dueMs[findingClass] },
            0,
          );
          let nowMs = 0;
          for (const { event, afterMs } of history) {
            nowMs += afterMs;
            const before = structuredClone(state);
            const moved = transitionFinding(state, event, nowMs);
            expect(state).toEqual(before);
            if (!moved.ok) continue;
            expect(isFindingEnded(before)).toBe(false);
            const next = findingProgressSchema.parse(moved.state);
            expect(next).toEqual(moved.state);
            expect(next.revision).toBe(before.revision + 1);
            expect(next.escalation).toBeGreaterThanOrEqual(before.escalation);
            expect([next.foundAtMs, next.foundBy, next.class]).toEqual([
              before.foundAtMs,
              before.foundBy,
              before.class,
            ]);
            if (next.state === 'closed' || next.state === 'again') {
              if (
                before.state !== 'appealed' &&
                event.type !== 'dueMoved' &&
                event.type !== 'deadlineReached'
              ) {
                expect('by' in event && mayReview(before, event.by)).toBe(true);
              }
            }
            if (next.state === 'under_review') expect(next.reviewer).toBeDefined();
            else expect(next.reviewer).toBeUndefined();
            state = next;
          }
        },
      ),
    );
  });

  test('the keys that are offered are exactly the steps that are taken', () => {
    fc.assert(
      fc.property(someHistory, anybody, (history, by) => {
        let state = found;
        let nowMs = 0;
        for (const { event, afterMs } of history) {
          nowMs += afterMs;
          const moved = transitionFinding(state, event, nowMs);
          if (moved.ok) state = moved.state;
        }
        const isTaken = (event: FindingEvent): boolean => transitionFinding(state, event, nowMs).ok;
        expect(findingDeeds(state, by)).toEqual({
          answer: isTaken({ type: 'answered', by, kind: 'corrected' }),
          appeal: isTaken({ type: 'appealed', by, reason: 'r' }),
          startReview: isTaken(start(by)),
          review: isTaken(close(by)),
          decide: isTaken({ type: 'upheld', by }),
          withdraw: isTaken({ type: 'withdrawn', by, reason: 'r' }),
          moveDue: isTaken({ type: 'dueMoved', by, reason: 'r', dueAtMs: nowMs + 1 }),
        });
        expect(nextFindingDeadline(state, defaultFindingTimes) !== undefined).toBe(
          isWithSite(state) && state.escalation < 4,
        );
      }),
    );
  });

  test('every state is reached', () => {
    const seen = new Set<string>();
    for (const events of [
      [],
      [plan],
      [corrected, start(wang)],
      [appealed],
      [corrected, sendBack(wang)],
      [corrected, close(wang)],
      [{ type: 'withdrawn', by: wang, reason: 'r' } as const],
    ]) {
      seen.add(after(events).state);
    }
    expect([...seen].sort()).toEqual([...findingStates].sort());
  });
});
