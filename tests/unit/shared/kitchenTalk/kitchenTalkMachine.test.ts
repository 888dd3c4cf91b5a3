import { describe, expect, it } from 'vitest';
import {
  dueAtMs,
  longestMs,
  sentenceReserveMs,
  quietKitchen,
  silenceMs,
  talkStep,
  type KitchenTalkEffect,
  type KitchenTalkEvent,
  type KitchenTalkState,
} from '../../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';
import fc from '../../../support/properties.ts';

const ann = { speakerId: 'a', name: 'Ann' };
const bob = { speakerId: 'b', name: 'Bob' };
type Timed = KitchenTalkEffect & { atMs: number };

/** Plays events at their times, with ticks whenever the machine wants one, and answers every effect with its time. */
function play(events: readonly (readonly [atMs: number, event: KitchenTalkEvent])[], untilMs = 300_000) {
  let state: KitchenTalkState = quietKitchen;
  const effects: Timed[] = [];
  const verdicts: string[] = [];
  const put = (atMs: number, event: KitchenTalkEvent): void => {
    const step = talkStep(state, event, atMs);
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
const begin = (speaker = ann, commandId = '1'): KitchenTalkEvent => ({
  type: 'begin',
  speaker,
  commandId,
  cameraId: 'c',
});
const ends = (effects: readonly Timed[]) =>
  effects.flatMap((effect) => (effect.type === 'ended' ? [effect] : []));

describe('a desk that speaks into a kitchen', () => {
  it('is heard after the tone, and until its key is up', () => {
    const { effects, verdicts } = play([
      [0, begin()],
      [200, { type: 'opened', commandId: '1', toneMs: 360 }],
      [400, { type: 'keep', speakerId: 'a', commandId: '1' }],
      [800, { type: 'end', speakerId: 'a', commandId: '1' }],
    ]);
    expect(effects.map(({ type, atMs, talk }) => [type, atMs, talk.phase])).toEqual([
      ['open', 0, 'opening'],
      ['phase', 200, 'tone'],
      ['phase', 560, 'speaking'],
      ['ended', 800, 'speaking'],
    ]);
    expect(ends(effects)).toMatchObject([{ end: 'released', endedAtMs: 800 }]);
    expect(verdicts).toEqual(['done', 'done', 'done', 'done']);
  });

  it('ends when it says nothing any more, also while the camera is being asked, and a late word does not undo it', () => {
    const { effects, verdicts } = play([
      [0, begin()],
      [400, { type: 'keep', speakerId: 'a', commandId: '1' }],
      [400 + silenceMs, { type: 'keep', speakerId: 'a', commandId: '1' }],
      [400 + silenceMs + 1, { type: 'opened', commandId: '1', toneMs: 360 }],
    ]);
    expect(ends(effects)).toMatchObject([{ end: 'silence', atMs: 400 + silenceMs }]);
    expect(verdicts).toEqual(['done', 'done', 'over', 'over']);
  });

  it('has the kitchen alone; a supervisor takes it, and the other sees by whom', () => {
    const { effects, verdicts } = play(
      [
        [0, begin()],
        [10, begin(bob, '2')],
        [20, { type: 'takeOver', speaker: bob, commandId: '3', cameraId: 'c' }],
        [30, { type: 'end', speakerId: 'a', commandId: '1' }],
        [40, { type: 'left', speakerId: 'a' }],
      ],
      100,
    );
    expect(verdicts).toEqual(['done', 'busy', 'done', 'done', 'done']);
    expect(ends(effects)).toMatchObject([{ end: 'taken', by: 'Bob', talk: { speaker: ann }, atMs: 20 }]);
    expect(effects.at(-1)).toMatchObject({ type: 'open', talk: { speaker: bob, commandId: '3' } });
  });

  it('begins nothing by a press that came after its own release, and nothing twice', () => {
    const { effects, verdicts } = play([
      [0, { type: 'end', speakerId: 'a', commandId: '1' }],
      [1, begin()],
      [2, begin(ann, '2')],
      [3, begin(ann, '2')],
    ]);
    expect(verdicts).toEqual(['done', 'over', 'done', 'done']);
    expect(effects.filter(({ type }) => type === 'open')).toHaveLength(1);
  });

  it('is ended by a call for help, by leaving, and by the longest time of one press', () => {
    for (const type of ['emergency', 'left'] as const)
      expect(
        ends(
          play([
            [0, begin()],
            [5, { type, speakerId: 'a' }],
          ]).effects,
        ),
      ).toMatchObject([{ end: type, atMs: 5 }]);
    const held = Array.from(
      { length: 400 },
      (_unused, index) => [index * 400, { type: 'keep', speakerId: 'a', commandId: '1' }] as const,
    );
    expect(ends(play([[0, begin()], ...held]).effects)).toMatchObject([{ end: 'limit', atMs: longestMs }]);
  });

  it('has a stored sentence said without a held key, until it was said whole, at the latest so long after it as it is long', () => {
    const sentence = { name: '请戴好帽子', sound: new Uint8Array(40_000) };
    const plays = (speaker = ann, commandId = '1'): KitchenTalkEvent => ({
      ...{ type: 'begin', speaker, commandId, cameraId: 'c', sentence },
    });
    const opened = [2_000, { type: 'opened', commandId: '1', toneMs: 360 }] as const;
    const whole = play([[0, plays()], opened, [7_400, { type: 'played', commandId: '1' }]]);
    expect(ends(whole.effects)).toMatchObject([{ end: 'played', atMs: 7_400, talk: { sentence } }]);
    expect(ends(play([[0, plays()], opened]).effects)).toMatchObject([
      { end: 'limit', atMs: 2_360 + 5_000 + sentenceReserveMs },
    ]);
    expect(ends(play([[0, plays()]]).effects)).toMatchObject([{ end: 'limit', atMs: longestMs }]);
    const met = play([
      [0, plays()],
      opened,
      [3_000, begin(bob, '2')],
      [3_100, plays(bob, '3')],
      [3_200, { ...begin(bob, '4'), type: 'takeOver' } as KitchenTalkEvent],
      [3_300, { type: 'played', commandId: '1' }],
    ]);
    expect(met.verdicts).toEqual(['done', 'done', 'busy', 'busy', 'done', 'over']);
    expect(ends(met.effects)[0]).toMatchObject({ end: 'taken', by: 'Bob', atMs: 3_200 });
  });

  it('whatever comes: never two at once, every talk that was opened ends once, and in time', () => {
    const speaker = fc.constantFrom(ann, bob);
    const commandId = fc.constantFrom('1', '2', '3', '4');
    const speakerId = fc.constantFrom('a', 'b');
    const event: fc.Arbitrary<KitchenTalkEvent> = fc.oneof(
      fc.record({
        type: fc.constantFrom('begin' as const, 'takeOver' as const),
        speaker,
        commandId,
        cameraId: fc.constant('c'),
      }),
      fc.record({ type: fc.constantFrom('keep' as const, 'end' as const), speakerId, commandId }),
      fc.record({ type: fc.constant('opened' as const), commandId, toneMs: fc.constant(360) }),
      fc.record({ type: fc.constant('failed' as const), commandId }),
      fc.record({ type: fc.constantFrom('left' as const, 'emergency' as const), speakerId }),
      fc.constant({ type: 'close' as const }),
    );
    const run = fc.array(fc.tuple(fc.nat(900), event), { maxLength: 40 });
    fc.assert(
      fc.property(run, (steps) => {
        let atMs = 0;
        const { effects, state } = play(
          steps.map(([waitMs, one]) => [(atMs += waitMs), one] as const),
          1_000_000,
        );
        const open: string[] = [];
        const begun = new Set<string>();
        for (const effect of effects) {
          if (effect.type === 'open') {
            expect(open).toEqual([]);
            expect(begun.has(effect.talk.commandId)).toBe(false);
            begun.add(effect.talk.commandId);
            open.push(effect.talk.commandId);
          } else expect(open).toEqual([effect.talk.commandId]);
          if (effect.type === 'ended') open.pop();
          expect(effect.atMs - effect.talk.lastWordAtMs).toBeLessThanOrEqual(silenceMs);
        }
        expect(open).toEqual([]);
        expect(state.talk).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});
