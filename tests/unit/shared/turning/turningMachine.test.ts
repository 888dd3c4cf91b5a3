import { describe, expect, it } from 'vitest';
import { atRest, type Motion } from '../../../../src-shared/turning/motion.ts';
import {
  dueAtMs,
  holdMs,
  secondStopMs,
  silenceMs,
  turn,
  untouched,
  type TurnEffect,
  type TurnEvent,
  type TurnState,
} from '../../../../src-shared/turning/turningMachine.ts';
import fc from '../../../support/properties.ts';

const left: Motion = { ...atRest, pan: -0.5 };
const ann = { holderId: 'a', name: 'Ann' };
const bob = { holderId: 'b', name: 'Bob' };

/** Plays events at their times, with ticks whenever the machine wants one, and answers every effect with its time. */
function play(events: readonly (readonly [atMs: number, event: TurnEvent])[], untilMs = 60_000) {
  let state: TurnState = untouched;
  const effects: (TurnEffect & { atMs: number })[] = [];
  const verdicts: string[] = [];
  const put = (atMs: number, event: TurnEvent): void => {
    const step = turn(state, event, atMs);
    ({ state } = step);
    effects.push(...step.effects.map((effect) => ({ ...effect, atMs })));
    if (event.type !== 'tick') verdicts.push(step.verdict);
  };
  const tickUntil = (atMs: number): void => {
    for (let due = dueAtMs(state); due !== undefined && due < atMs; due = dueAtMs(state))
      put(due, { type: 'tick' });
  };
  for (const [atMs, event] of events) {
    tickUntil(atMs);
    put(atMs, event);
  }
  tickUntil(untilMs);
  return { state, effects, verdicts };
}
const stopsIn = (effects: readonly (TurnEffect & { atMs: number })[]): number[] =>
  effects.filter(({ type }) => type === 'stop').map(({ atMs }) => atMs);

describe('a camera that is turned', () => {
  it('moves while the desk says so, and is stopped twice at the release; the move is one entry', () => {
    const { effects } = play([
      [0, { type: 'move', holder: ann, moveId: 1, motion: left }],
      [200, { type: 'keepMoving', holder: ann, moveId: 1 }],
      [400, { type: 'keepMoving', holder: ann, moveId: 1 }],
      [550, { type: 'stop', holder: ann, moveId: 1 }],
    ]);
    expect(effects.filter(({ type }) => type === 'drive').map(({ atMs }) => atMs)).toEqual([0, 200, 400]);
    expect(stopsIn(effects)).toEqual([550, 550 + secondStopMs]);
    expect(effects.filter(({ type }) => type === 'ended')).toMatchObject([
      { move: { holder: ann, startedAtMs: 0, endedAtMs: 550, end: 'released', motion: left } },
    ]);
    expect(effects.at(-1)).toEqual({ type: 'free', atMs: 550 + holdMs });
  });

  it('stops half a second after the last word; a word that comes later does not move it again', () => {
    const { effects, verdicts } = play([
      [0, { type: 'move', holder: ann, moveId: 1, motion: left }],
      [200, { type: 'keepMoving', holder: ann, moveId: 1 }],
      [200 + silenceMs + 50, { type: 'keepMoving', holder: ann, moveId: 1 }],
      [200 + silenceMs + 60, { type: 'move', holder: ann, moveId: 1, motion: left }],
    ]);
    expect(stopsIn(effects)).toEqual([200 + silenceMs, 200 + silenceMs + secondStopMs]);
    expect(verdicts).toEqual(['done', 'done', 'late', 'late']);
    expect(effects.filter(({ type }) => type === 'drive')).toHaveLength(2);
  });

  it('is not moved by a word that a stop overtook', () => {
    const { effects, verdicts } = play([
      [0, { type: 'move', holder: ann, moveId: 1, motion: left }],
      [10, { type: 'stop', holder: ann, moveId: 2 }],
      [20, { type: 'move', holder: ann, moveId: 2, motion: left }],
    ]);
    expect(verdicts).toEqual(['done', 'done', 'late']);
    expect(stopsIn(effects)).toEqual([10, 10 + secondStopMs]);
  });

  it('is one desk’s at a time, until that desk has been silent for a while', () => {
    const { verdicts } = play([
      [0, { type: 'move', holder: ann, moveId: 1, motion: left }],
      [100, { type: 'move', holder: bob, moveId: 1, motion: left }],
      [150, { type: 'stop', holder: bob, moveId: 1 }],
      [200, { type: 'stop', holder: ann, moveId: 1 }],
      [300, { type: 'use', holder: bob }],
      [200 + holdMs, { type: 'use', holder: bob }],
      [210 + holdMs, { type: 'move', holder: ann, moveId: 2, motion: left }],
    ]);
    expect(verdicts).toEqual(['done', 'held', 'late', 'done', 'held', 'done', 'held']);
  });

  it('stops when it is taken over, when its desk leaves, and when it is closed', () => {
    const started = [0, { type: 'move', holder: ann, moveId: 1, motion: left }] as const;
    const taken = play([started, [100, { type: 'takeOver', holder: bob }]], 1_000);
    expect(stopsIn(taken.effects)).toEqual([100, 100 + secondStopMs]);
    expect(taken.state.holder).toEqual(bob);
    expect(taken.effects.filter(({ type }) => type === 'ended')).toMatchObject([{ move: { end: 'taken' } }]);
    const gone = play([started, [100, { type: 'left', holderId: 'a' }]]);
    expect(stopsIn(gone.effects)).toEqual([100, 100 + secondStopMs]);
    expect(gone.effects).toContainEqual({ type: 'free', atMs: 100 });
    const closed = play([started, [100, { type: 'close' }]]);
    expect(stopsIn(closed.effects)).toEqual([100, 100 + secondStopMs]);
    expect(stopsIn(play([started, [100, { type: 'left', holderId: 'b' }]]).effects)).toEqual([
      silenceMs,
      silenceMs + secondStopMs,
    ]);
  });

  it('is not stopped by the second stop of the move before', () => {
    const { effects } = play(
      [
        [0, { type: 'move', holder: ann, moveId: 1, motion: left }],
        [10, { type: 'stop', holder: ann, moveId: 1 }],
        [50, { type: 'move', holder: ann, moveId: 2, motion: left }],
      ],
      300,
    );
    expect(stopsIn(effects)).toEqual([10]);
  });

  it('always stops, whatever comes: after every drive a stop follows within the silence, and nothing else drives it', () => {
    const motion = fc.record({
      pan: fc.constantFrom(-1, 0, 0.5),
      tilt: fc.constantFrom(0, 1),
      zoom: fc.constantFrom(0, -1),
      focus: fc.constantFrom(0, 1),
    });
    const holder = fc.constantFrom(ann, bob);
    const moveId = fc.integer({ min: 0, max: 3 });
    const event: fc.Arbitrary<TurnEvent> = fc.oneof(
      fc.record({ type: fc.constant('move' as const), holder, moveId, motion }),
      fc.record({ type: fc.constant('keepMoving' as const), holder, moveId }),
      fc.record({ type: fc.constant('stop' as const), holder, moveId }),
      fc.record({ type: fc.constant('use' as const), holder }),
      fc.record({ type: fc.constant('takeOver' as const), holder }),
      fc.record({ type: fc.constant('left' as const), holderId: fc.constantFrom('a', 'b') }),
      fc.record({ type: fc.constant('close' as const) }),
      fc.record({ type: fc.constant('tick' as const) }),
    );
    const timed = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), event), { maxLength: 30 });
    fc.assert(
      fc.property(timed, (steps) => {
        let atMs = 0;
        const { effects, state } = play(steps.map(([waitMs, one]) => [(atMs += waitMs), one] as const));
        let movingSinceMs: number | undefined;
        let open = 0;
        for (const effect of effects) {
          // The last word before a stop is at most the silence old.
          if (movingSinceMs !== undefined) expect(effect.atMs - movingSinceMs).toBeLessThanOrEqual(silenceMs);
          if (effect.type === 'drive') {
            movingSinceMs = effect.atMs;
          } else if (effect.type === 'stop') movingSinceMs = undefined;
          if (effect.type === 'ended') open += 1;
        }
        expect(movingSinceMs).toBeUndefined();
        expect(state.move).toBeUndefined();
        expect(state.holder).toBeUndefined();
        const begun = effects.filter(
          ({ type }, index) =>
            type === 'drive' && !effects.slice(0, index).some((before) => before.type === 'drive'),
        ).length;
        expect(open).toBeGreaterThanOrEqual(begun);
      }),
      { numRuns: 300 },
    );
  });
});
