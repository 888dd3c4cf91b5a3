import { describe, expect, it } from 'vitest';
import {
  opensMicrophone,
  quietTalkKey,
  transitionTalkKey,
  type TalkKeyEvent,
  type TalkKeyState,
} from '../../../../../src-renderer/features/talk/talkKey.ts';

const groupId = 'squad:wenquan';
const pressed: TalkKeyEvent = { type: 'pressed', press: 1, groupId };
const grant = { state: 'granted', epoch: 7, grantedAtMs: 0, endsAtMs: 30_000 } as const;
const answered: TalkKeyEvent = { type: 'answered', press: 1, answer: grant };
const queued: TalkKeyEvent = {
  type: 'answered',
  press: 1,
  answer: { state: 'queued', position: 2, size: 3 },
};

/** The state after these events, and everything that was to be done on the way. */
function after(...events: TalkKeyEvent[]) {
  let state: TalkKeyState = quietTalkKey;
  const effects = [];
  for (const event of events) {
    const step = transitionTalkKey(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
const tones = (result: ReturnType<typeof after>) =>
  result.effects.flatMap((effect) => (effect.type === 'tone' ? [effect.tone] : []));

describe('the talk key', () => {
  it('asks for the floor with the press, and says by a tone that it was granted', () => {
    const result = after(pressed, answered);
    expect(result.state).toMatchObject({ phase: 'has_permission', epoch: 7, endsAtMs: 30_000 });
    expect(result.effects[0]).toEqual({ type: 'request', press: 1, groupId });
    expect(tones(result)).toEqual(['granted']);
  });

  it('asks with the priority of the press', () => {
    const result = after({ type: 'pressed', press: 1, groupId, priority: 'override' });
    expect(result.effects).toEqual([{ type: 'request', press: 1, groupId, priority: 'override' }]);
  });

  it('gives the floor back when it is released', () => {
    const result = after(pressed, answered, { type: 'letGo' });
    expect(result.state.phase).toBe('pending_release');
    expect(result.effects.at(-1)).toEqual({ type: 'release', press: 1, groupId });
    expect(transitionTalkKey(result.state, { type: 'released', press: 1 }).state).toEqual(quietTalkKey);
  });

  it('opens the microphone from the press on, and never while waiting or after', () => {
    expect(opensMicrophone(after(pressed).state)).toBe(true);
    expect(opensMicrophone(after(pressed, queued).state)).toBe(false);
    expect(opensMicrophone(after(pressed, answered).state)).toBe(true);
    expect(opensMicrophone(after(pressed, answered, { type: 'letGo' }).state)).toBe(false);
  });

  it('does not speak by a grant that came after it was released, and notifies the hub again', () => {
    const result = after(pressed, { type: 'letGo' }, answered, {
      type: 'granted',
      groupId,
      press: 1,
      epoch: 7,
      priority: 'normal',
      endsAtMs: 30_000,
    });
    expect(opensMicrophone(result.state)).toBe(false);
    expect(result.effects.filter(({ type }) => type === 'release')).toHaveLength(2);
  });

  it('confirms a grant from the queue while it is held', () => {
    const result = after(
      pressed,
      queued,
      { type: 'queueMoved', press: 1, position: 1, size: 1 },
      { type: 'granted', groupId, press: 1, epoch: 9, priority: 'normal', endsAtMs: 40_000 },
    );
    expect(result.state).toMatchObject({ phase: 'has_permission', epoch: 9 });
    expect(result.effects).toContainEqual({ type: 'confirm', groupId, epoch: 9 });
    expect(tones(result)).toEqual(['queued', 'granted']);
  });

  it('takes no word about another press or another grant for its own', () => {
    const { state } = after(pressed, answered);
    for (const event of [
      { type: 'revoked', epoch: 6, cause: 'limit' },
      { type: 'denied', press: 2, cause: 'queue_full' },
      { type: 'limitNear', epoch: 8, endsAtMs: 1 },
      { type: 'answered', press: 2, answer: { state: 'denied', cause: 'queue_full' } },
      { type: 'unanswered', press: 1 },
      { type: 'pressed', press: 2, groupId },
    ] as const) {
      expect(transitionTalkKey(state, event)).toEqual({ state, effects: [] });
    }
  });

  it('says the limit before it comes, and stops when the floor is taken', () => {
    const result = after(
      pressed,
      answered,
      { type: 'limitNear', epoch: 7, endsAtMs: 30_000 },
      { type: 'revoked', epoch: 7, cause: 'limit' },
    );
    expect(result.state).toEqual({ phase: 'has_no_permission', ended: 'limit' });
    expect(tones(result)).toEqual(['granted', 'limit', 'lost']);
    expect(result.effects).toContainEqual({ type: 'release', press: 1, groupId });
  });

  it('is abandoned when nobody answers, and when the connection is lost', () => {
    expect(after(pressed, { type: 'unanswered', press: 1 }).state).toMatchObject({ ended: 'no_answer' });
    const lost = after(pressed, answered, { type: 'connectionLost' });
    expect(lost.state).toMatchObject({ ended: 'connection_lost' });
    expect(tones(lost)).toEqual(['granted', 'lost']);
  });

  it('keeps the microphone of an emergency open without a key', () => {
    const result = after(
      { type: 'granted', groupId, press: 4, epoch: 11, priority: 'emergency', endsAtMs: 10_000 },
      { type: 'letGo' },
    );
    expect(result.state).toMatchObject({ phase: 'has_permission', priority: 'emergency' });
    expect(result.effects.some(({ type }) => type === 'confirm')).toBe(false);
  });
});
