import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  acknowledgeTimesFor,
  defaultAcknowledgeRules,
  defaultAcknowledgeTimes,
} from '../../../../src-shared/alerts/acknowledgeTimes.ts';
import {
  acknowledgeDueAtMs,
  alertDeeds,
  alertProgressSchema,
  falseAlarmReasons,
  isClosed,
  nextAlertDeadline,
  raiseAlert,
  transitionAlert,
  type AlertEvent,
  type AlertProgress,
} from '../../../../src-shared/alerts/alert.ts';
import { hub, noonMs, officer, raised } from './alertBuilders.ts';

function after(state: AlertProgress, event: AlertEvent, nowMs = noonMs + 1_000): AlertProgress {
  const moved = transitionAlert(state, event, nowMs);
  if (!moved.ok) throw new Error(`refused: ${moved.reason}`);
  return moved.state;
}

function refusal(state: AlertProgress, event: AlertEvent, nowMs = noonMs + 1_000): string | undefined {
  const moved = transitionAlert(state, event, nowMs);
  return moved.ok ? undefined : moved.reason;
}

describe('an alert being worked', () => {
  it('is acknowledged by the first officer, and the second one is refused', () => {
    const taken = after(raised(1), { type: 'acknowledged', by: officer('a') });
    expect(taken).toMatchObject({ state: 'acknowledged', acknowledged: { by: { id: 'a' } } });
    expect(refusal(taken, { type: 'acknowledged', by: officer('b') })).toBe('taken');
    expect(refusal(taken, { type: 'acknowledged', by: officer('a') })).toBe('yours_already');
  });

  it('is acknowledged by whoever goes on with it', () => {
    for (const event of [
      { type: 'dispatched', by: officer('a') },
      { type: 'resolved', by: officer('a') },
      { type: 'calledFalse', by: officer('a'), reason: 'nothing_there' },
      { type: 'calledDuplicate', by: officer('a'), of: 'other' },
    ] satisfies AlertEvent[]) {
      expect(after(raised(2), event).acknowledged).toEqual({ by: officer('a'), atMs: noonMs + 1_000 });
    }
  });

  it('keeps who acknowledged it when another one closes it', () => {
    const taken = after(raised(2), { type: 'acknowledged', by: officer('a') });
    const closed = after(taken, { type: 'resolved', by: officer('b') }, noonMs + 9_000);
    expect(closed).toMatchObject({ acknowledged: { by: { id: 'a' } }, closed: { by: { id: 'b' } } });
  });

  it('stays closed, whatever is asked', () => {
    const closed = after(raised(1), { type: 'calledFalse', by: officer('a'), reason: 'other' });
    expect(refusal(closed, { type: 'acknowledged', by: officer('b') })).toBe('closed');
    expect(refusal(closed, { type: 'resolved', by: officer('b') })).toBe('closed');
    expect(refusal(closed, { type: 'deadlineReached', by: hub }, noonMs + 90_000)).toBe('closed');
  });

  it('is closed as recovered by the hub although nobody acknowledged it', () => {
    const closed = after(raised(3), { type: 'recovered', by: hub });
    expect(closed).toMatchObject({ state: 'resolved', closed: { resolution: 'recovered' } });
    expect(closed.acknowledged).toBeUndefined();
  });
});

describe('escalation', () => {
  it('comes 15 s and 60 s after a class 1 was raised', () => {
    expect(nextAlertDeadline(raised(1))).toBe(noonMs + 15_000);
    expect(refusal(raised(1), { type: 'deadlineReached', by: hub }, noonMs + 14_999)).toBe('too_early');
    const first = after(raised(1), { type: 'deadlineReached', by: hub }, noonMs + 15_000);
    expect(first).toMatchObject({ state: 'new', escalation: 1, raisedAtMs: noonMs });
    expect(nextAlertDeadline(first)).toBe(noonMs + 60_000);
    const second = after(first, { type: 'deadlineReached', by: hub }, noonMs + 60_000);
    expect(second.escalation).toBe(2);
    expect(nextAlertDeadline(second)).toBeUndefined();
  });

  it('skips the first step when the hub was away for longer', () => {
    expect(after(raised(1), { type: 'deadlineReached', by: hub }, noonMs + 300_000).escalation).toBe(2);
  });

  it('ends when somebody takes it', () => {
    const taken = after(raised(1), { type: 'acknowledged', by: officer('a') });
    expect(nextAlertDeadline(taken)).toBeUndefined();
  });

  it('is not for class 2 and 3: they expire without an acknowledgement, counted from the last repeat', () => {
    const alert = raised(2, 60_000);
    expect(nextAlertDeadline(alert)).toBe(noonMs + 60_000);
    const again = after(alert, { type: 'repeated', times: 2 }, noonMs + 50_000);
    expect(again).toMatchObject({ count: 3, raisedAtMs: noonMs });
    expect(nextAlertDeadline(again)).toBe(noonMs + 110_000);
    const expired = after(again, { type: 'deadlineReached', by: hub }, noonMs + 110_000);
    expect(expired).toMatchObject({ state: 'resolved', closed: { resolution: 'expired' } });
    expect(nextAlertDeadline(raised(1, 60_000))).toBe(noonMs + 15_000);
  });
});

describe('the time to acknowledge', () => {
  const times = { supervisorMs: 30_000, againMs: 120_000 };
  const timed = (alertClass: 1 | 2, expiresAfterMs?: number) =>
    raiseAlert({ class: alertClass, acknowledgeTimes: times, expiresAfterMs }, noonMs);

  it.each([1, 2] as const)('escalates a class %d when the alert’s own times have passed', (alertClass) => {
    const alert = timed(alertClass);
    expect(acknowledgeDueAtMs(alert)).toBe(noonMs + 30_000);
    expect(refusal(alert, { type: 'deadlineReached', by: hub }, noonMs + 29_999)).toBe('too_early');
    const first = after(alert, { type: 'deadlineReached', by: hub }, noonMs + 30_000);
    expect(first).toMatchObject({ state: 'new', escalation: 1 });
    expect(nextAlertDeadline(first)).toBe(noonMs + 120_000);
    expect(after(first, { type: 'deadlineReached', by: hub }, noonMs + 120_000).escalation).toBe(2);
  });

  it('counts on from when the alert was raised, whatever is reported again', () => {
    const late = after(timed(2), { type: 'deadlineReached', by: hub }, noonMs + 30_000);
    const again = after(late, { type: 'repeated', times: 3 }, noonMs + 60_000);
    expect(again).toMatchObject({ escalation: 1, raisedAtMs: noonMs });
    expect([acknowledgeDueAtMs(again), nextAlertDeadline(again)]).toEqual([
      noonMs + 30_000,
      noonMs + 120_000,
    ]);
  });

  it('ends with the acknowledgement, and with the end of an alert that expires before', () => {
    const taken = after(timed(2), { type: 'acknowledged', by: officer('a') });
    expect([acknowledgeDueAtMs(taken), nextAlertDeadline(taken)]).toEqual([undefined, undefined]);
    const expired = after(timed(2, 10_000), { type: 'deadlineReached', by: hub }, noonMs + 40_000);
    expect(expired).toMatchObject({ state: 'resolved', closed: { resolution: 'expired' } });
  });

  it('is that of the kind, otherwise of the class, and class 2 may wait where nothing is set', () => {
    const rules = [...defaultAcknowledgeRules, { alertKindId: 'smoking', times }];
    const found = (alertClass: 1 | 2, kindId: string) =>
      acknowledgeTimesFor(rules, { class: alertClass, kindId });
    expect([found(1, 'rat'), found(2, 'smoking'), found(2, 'no_hat')]).toEqual([
      defaultAcknowledgeTimes,
      times,
      undefined,
    ]);
    expect([acknowledgeDueAtMs(raised(1)), acknowledgeDueAtMs(raised(2))]).toEqual([
      noonMs + 15_000,
      undefined,
    ]);
  });
});

const anyOfficer = fc.constantFrom(officer('a'), officer('b'), officer('c'));
const anyEvent: fc.Arbitrary<AlertEvent> = fc.oneof(
  fc.record({ type: fc.constant('repeated' as const), times: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('acknowledged' as const), by: anyOfficer }),
  fc.record({ type: fc.constant('dispatched' as const), by: anyOfficer }),
  fc.record({ type: fc.constant('resolved' as const), by: anyOfficer }),
  fc.record({
    type: fc.constant('orderEnded' as const),
    by: anyOfficer,
    orderId: fc.constantFrom('o1', 'o2'),
  }),
  fc.record({
    type: fc.constant('calledFalse' as const),
    by: anyOfficer,
    reason: fc.constantFrom(...falseAlarmReasons),
  }),
  fc.record({ type: fc.constant('calledDuplicate' as const), by: anyOfficer, of: fc.constant('other') }),
  fc.constant({ type: 'recovered' as const, by: hub }),
  fc.constant({ type: 'deadlineReached' as const, by: hub }),
);
const anyHistory = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 40_000 })), { maxLength: 30 });

const anyTimes = fc.option(fc.constant({ supervisorMs: 20_000, againMs: 45_000 }), { nil: undefined });

describe('whatever happens to an alert', () => {
  it('never loses count, time raised, taker or judgement, and escalation never falls', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3), anyTimes, anyHistory, (alertClass, acknowledgeTimes, history) => {
        let state = raiseAlert(
          { class: alertClass as 1 | 2 | 3, expiresAfterMs: 30_000, acknowledgeTimes },
          noonMs,
        );
        let nowMs = noonMs;
        for (const [event, laterMs] of history) {
          nowMs += laterMs;
          const before = state;
          const moved = transitionAlert(state, event, nowMs);
          if (!moved.ok) continue;
          state = moved.state;
          expect(alertProgressSchema.safeParse(state).success).toBe(true);
          expect(state.raisedAtMs).toBe(noonMs);
          expect(state.count).toBeGreaterThanOrEqual(before.count);
          expect(state.escalation).toBeGreaterThanOrEqual(before.escalation);
          if (before.acknowledged !== undefined) expect(state.acknowledged).toEqual(before.acknowledged);
          if (isClosed(before)) expect(state.closed).toEqual(before.closed);
          expect(isClosed(state)).toBe(state.closed !== undefined);
        }
      }),
    );
  });

  it('enables exactly the buttons that would do something', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        let state = raised(2);
        for (const [event] of history) {
          const moved = transitionAlert(state, event, noonMs);
          if (moved.ok) state = moved.state;
        }
        const by = officer('somebody else');
        const deeds = alertDeeds(state);
        const works = (event: AlertEvent): boolean => transitionAlert(state, event, noonMs).ok;
        expect(deeds.acknowledge).toBe(works({ type: 'acknowledged', by }));
        expect(deeds.dispatch).toBe(works({ type: 'dispatched', by }));
        expect(deeds.close).toBe(works({ type: 'resolved', by }));
      }),
    );
  });
});
