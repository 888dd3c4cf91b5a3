import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  blockSpacingMs,
  freeSpotlight,
  maxWaiting,
  nextSpotlightDeadline,
  spotlightSchema,
  takesBlock,
  transitionSpotlight,
  type SpotlightEvent,
  type SpotlightRequest,
  type SpotlightState,
} from '../../../../src-shared/wall/spotlight.ts';

describe('a free spotlight', () => {
  it('is taken at once for the first event and given back after its least time', () => {
    const state = after([request('smoke', { minShowMs: 20_000 })]);
    expect(shownBy(state)).toBe('smoke');
    expect(nextSpotlightDeadline(state)).toBe(20_000);
    const given = send(state, { type: 'deadlineReached' }, 20_000);
    expect(shownBy(given)).toBeUndefined();
    expect(nextSpotlightDeadline(given)).toBeUndefined();
  });

  it('waits for nothing', () => {
    expect(transitionSpotlight(freeSpotlight, { type: 'deadlineReached' }, 0).ok).toBe(false);
    expect(transitionSpotlight(freeSpotlight, { type: 'handled', eventId: 'rat' }, 0).ok).toBe(false);
  });
});

describe('an event that stays until it is handled', () => {
  it('stays as long as nobody waits', () => {
    const state = after([request('rat', { untilHandled: true })]);
    expect(nextSpotlightDeadline(state)).toBeUndefined();
    expect(shownBy(send(state, { type: 'handled', eventId: 'rat' }, 3))).toBeUndefined();
  });

  it('takes turns with others as urgent, and with no less urgent one', () => {
    const state = after([
      request('rat', { untilHandled: true, priority: 1 }),
      request('fire', { untilHandled: true, priority: 1 }),
      request('hat', { priority: 2 }),
    ]);
    expect(shownBy(state)).toBe('rat');
    const second = send(state, { type: 'deadlineReached' }, 10_000);
    expect(shownBy(second)).toBe('fire');
    const third = send(second, { type: 'deadlineReached' }, 20_000);
    expect(shownBy(third)).toBe('rat');
    const alone = send(third, { type: 'handled', eventId: 'fire' }, 21_000);
    expect(nextSpotlightDeadline(alone)).toBeUndefined();
    expect(shownBy(send(alone, { type: 'handled', eventId: 'rat' }, 22_000))).toBe('hat');
  });
});

describe('the queue', () => {
  it('lets the more urgent through at once and then comes back to who was there', () => {
    const state = after([request('hat', { priority: 2 }), request('rat', { priority: 1 })], 5_000);
    expect(shownBy(state)).toBe('rat');
    const back = send(state, { type: 'handled', eventId: 'rat' }, 9_000);
    expect(shownBy(back)).toBe('hat');
    expect(nextSpotlightDeadline(back)).toBe(19_000);
  });

  it('is in order of urgency, then of arrival', () => {
    let state = after([
      request('first', { priority: 1 }),
      request('late3', { priority: 3 }),
      request('a2', { priority: 2 }),
      request('b2', { priority: 2 }),
      request('b1', { priority: 1 }),
    ]);
    const order: string[] = [];
    for (let nowMs = 10_000; shownBy(state) !== undefined; nowMs += 10_000) {
      order.push(shownBy(state)!);
      state = send(state, { type: 'deadlineReached' }, nowMs);
    }
    expect(order).toEqual(['first', 'b1', 'a2', 'b2', 'late3']);
  });

  it('ignores repeats of an event that is shown, waits or has ended', () => {
    const state = after([request('rat'), request('hat')]);
    const repeat = (from: SpotlightState, eventId: string): boolean =>
      transitionSpotlight(from, { type: 'requested', request: request(eventId) }, 1).ok;
    expect([repeat(state, 'rat'), repeat(state, 'hat'), repeat(state, 'new')]).toEqual([false, false, true]);
    const ended = send(state, { type: 'handled', eventId: 'hat' }, 2);
    expect(repeat(ended, 'hat')).toBe(false);
  });

  it('is bounded: the least urgent goes, the newest of them first, and may ask again', () => {
    let state = after([request('shown', { priority: 1, untilHandled: true })]);
    for (let index = 0; index < maxWaiting; index += 1) {
      state = send(state, { type: 'requested', request: request(`routine-${index}`, { priority: 3 }) }, 0);
    }
    const refusal = transitionSpotlight(
      state,
      { type: 'requested', request: request('one more', { priority: 3 }) },
      0,
    );
    expect(refusal).toEqual({
      ok: false,
      reason: '32 events that are as urgent wait for the spotlight already.',
      cause: { reason: 'wall.too_many_spotlights', limit: 32 },
    });
    state = send(state, { type: 'requested', request: request('urgent', { priority: 2 }) }, 0);
    expect(state.waiting).toHaveLength(maxWaiting);
    expect(state.waiting[0]?.eventId).toBe('urgent');
    expect(state.waiting.some(({ eventId }) => eventId === 'routine-31')).toBe(false);
    const freed = send(state, { type: 'handled', eventId: 'routine-0' }, 0);
    expect(
      send(freed, { type: 'requested', request: request('routine-31', { priority: 3 }) }, 0).waiting,
    ).toHaveLength(32);
  });

  it('keeps its last place in a full queue for who was interrupted, if it is not the least urgent', () => {
    let state = after([request('shown', { priority: 2 })]);
    for (let index = 0; index < maxWaiting; index += 1) {
      state = send(state, { type: 'requested', request: request(`routine-${index}`, { priority: 3 }) }, 0);
    }
    state = send(state, { type: 'requested', request: request('rat', { priority: 1 }) }, 0);
    expect(shownBy(state)).toBe('rat');
    expect(state.waiting[0]?.eventId).toBe('shown');
    expect(state.waiting).toHaveLength(maxWaiting);
  });
});

describe('a block of tiles', () => {
  const urgent = (eventId: string, changes: Partial<SpotlightRequest> = {}): SpotlightRequest =>
    request(eventId, { priority: 1, untilHandled: true, ...changes });

  it('is taken at once by the first event of class 1', () => {
    const state = after([urgent('rat')], 5_000);
    expect(state.shown?.waitsForBlock).toBeUndefined();
    expect(state.lastBlockAtMs).toBe(5_000);
  });

  it('is taken again 10 s later: until then the next event has one tile', () => {
    let state = after([urgent('rat'), urgent('fire')]);
    state = send(state, { type: 'handled', eventId: 'rat' }, 3_000);
    expect(state.shown).toMatchObject({ eventId: 'fire', waitsForBlock: true });
    expect(nextSpotlightDeadline(state)).toBe(10_000);
    expect(transitionSpotlight(state, { type: 'deadlineReached' }, 9_999).ok).toBe(false);
    state = send(state, { type: 'deadlineReached' }, 10_000);
    expect(shownBy(state)).toBe('fire');
    expect(state.shown?.waitsForBlock).toBeUndefined();
    expect(nextSpotlightDeadline(state)).toBeUndefined();
    // Others as urgent wait their turn from when the block was there.
    state = send(state, { type: 'requested', request: urgent('smoke') }, 11_000);
    expect(nextSpotlightDeadline(state)).toBe(20_000);
  });

  it('is not taken by less urgent events or by those that ask for the whole screen', () => {
    const state = after([request('hat', { priority: 2 })]);
    expect([state.lastBlockAtMs, state.shown?.waitsForBlock]).toEqual([undefined, undefined]);
    const whole = send(state, { type: 'requested', request: urgent('fire', { target: 'screen' }) }, 1);
    expect([whole.lastBlockAtMs, shownBy(whole)]).toEqual([undefined, 'fire']);
  });

  it('is not kept from anybody by a clock that was set back', () => {
    let state = after([urgent('rat')], 1_000_000);
    state = send(state, { type: 'handled', eventId: 'rat' }, 1_001_000);
    state = send(state, { type: 'requested', request: urgent('fire') }, 5_000);
    expect(state.shown).toMatchObject({ eventId: 'fire' });
    expect(state.shown?.waitsForBlock).toBeUndefined();
  });

  it('is taken at most once in 10 s whatever comes, and whoever stays long enough has one', () => {
    let blocks = 0;
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 6_000 }),
      type: fc.constantFrom('requested', 'handled', 'withdrawn'),
      event: fc.nat({ max: 20 }),
      priority: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
        let state = freeSpotlight;
        let nowMs = 0;
        const taken: number[] = [];
        const apply = (event: SpotlightEvent): void => {
          const before = blockOf(state);
          const result = transitionSpotlight(state, event, nowMs);
          if (result.ok) state = result.state;
          const now = blockOf(state);
          if (now !== undefined && (now !== before || state.lastBlockAtMs === nowMs)) taken.push(nowMs);
        };
        for (const { afterMs, type, event, priority } of steps) {
          const untilMs = nowMs + afterMs;
          for (let deadline = nextSpotlightDeadline(state); (deadline ?? Infinity) <= untilMs;) {
            nowMs = Math.max(nowMs, deadline!);
            apply({ type: 'deadlineReached' });
            deadline = nextSpotlightDeadline(state);
          }
          nowMs = untilMs;
          const eventId = `event-${event}`;
          apply(
            type === 'requested'
              ? { type, request: urgent(eventId, { priority }) }
              : { type: type as 'handled' | 'withdrawn', eventId },
          );
          const { shown } = state;
          if (shown !== undefined && takesBlock(shown) && nowMs - shown.sinceMs >= blockSpacingMs) {
            expect(shown.waitsForBlock).toBeUndefined();
          }
        }
        const gaps = [...new Set(taken)].slice(1).map((atMs, index) => atMs - [...new Set(taken)][index]!);
        expect(gaps.filter((gap) => gap < blockSpacingMs)).toEqual([]);
        blocks += taken.length;
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(blocks).toBeGreaterThan(500);
  });

  function blockOf({ shown }: SpotlightState): string | undefined {
    return shown !== undefined && takesBlock(shown) && shown.waitsForBlock !== true
      ? shown.eventId
      : undefined;
  }
});

it('never shows an event while a more urgent one waits, and every request is shown or refused with a reason', () => {
  const anyEvent = fc.oneof(
    fc.record({
      type: fc.constant('requested' as const),
      eventId: fc.nat({ max: 60 }),
      priority: fc.integer({ min: 1, max: 3 }),
      untilHandled: fc.boolean(),
    }),
    fc.record({ type: fc.constant('handled' as const), eventId: fc.nat({ max: 60 }) }),
    fc.record({ type: fc.constant('deadlineReached' as const) }),
  );
  let shownTimes = 0;
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 60, maxLength: 120, size: 'max' }), (events) => {
      let state = freeSpotlight;
      let nowMs = 0;
      for (const event of events) {
        nowMs += 1_000;
        if (event.type === 'deadlineReached') nowMs = Math.max(nowMs, nextSpotlightDeadline(state) ?? nowMs);
        const result = transitionSpotlight(state, eventOf(event), nowMs);
        if (result.ok) state = result.state;
        else expect(result.reason).toMatch(/\.$/);
        const { shown, waiting } = state;
        if (shown === undefined) expect(waiting).toEqual([]);
        else expect(waiting.filter(({ priority }) => priority < shown.priority)).toEqual([]);
        shownTimes += shown === undefined ? 0 : 1;
        const ids = [...waiting.map(({ eventId }) => eventId), ...(shown ? [shown.eventId] : [])];
        expect(new Set(ids).size).toBe(ids.length);
        expect(waiting.length).toBeLessThanOrEqual(maxWaiting);
      }
      expect(spotlightSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(shownTimes).toBeGreaterThan(1_000);

  function eventOf(event: typeof anyEvent extends fc.Arbitrary<infer Value> ? Value : never): SpotlightEvent {
    if (event.type === 'deadlineReached') return event;
    const eventId = `event-${event.eventId}`;
    if (event.type === 'handled') return { type: 'handled', eventId };
    const { priority, untilHandled } = event;
    return { type: 'requested', request: request(eventId, { priority, untilHandled }) };
  }
});

function request(eventId: string, changes: Partial<SpotlightRequest> = {}): SpotlightRequest {
  return {
    eventId,
    source: { type: 'camera', cameraId: `camera-of-${eventId}` },
    kind: 'alert',
    priority: 2,
    target: 'tile',
    minShowMs: 10_000,
    untilHandled: false,
    ...changes,
  };
}

/** The spotlight after these were asked for, one after another at the same time. */
function after(requests: SpotlightRequest[], nowMs = 0): SpotlightState {
  return requests.reduce(
    (state, one) => send(state, { type: 'requested', request: one }, nowMs),
    freeSpotlight,
  );
}

function send(state: SpotlightState, event: SpotlightEvent, nowMs: number): SpotlightState {
  const result = transitionSpotlight(state, event, nowMs);
  if (!result.ok) throw new Error(result.reason);
  return result.state;
}

function shownBy(state: SpotlightState): string | undefined {
  return state.shown?.eventId;
}
