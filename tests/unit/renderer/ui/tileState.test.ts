import { describe, expect, it } from 'vitest';
import type { StreamStatus } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { sameTileState, tileState, type TileFacts } from '../../../../src-renderer/ui/tile/tileState.ts';

const nowMs = 1_800_000_000_000;
const ago = (ms: number): number => nowMs - ms;
const status = (state: StreamStatus['state'], more: Partial<StreamStatus> = {}): StreamStatus => ({
  state,
  sinceMs: ago(60_000),
  ...more,
});
const stateOf = (facts: Partial<TileFacts>) => tileState({ hasCamera: true, ...facts }, nowMs);

describe('the state of a tile', () => {
  it('has no camera when none is assigned, whatever else is known', () => {
    expect(stateOf({ hasCamera: false, lastFrameAtMs: nowMs })).toEqual({ kind: 'no_camera' });
  });

  it('is connecting before the hub answered', () => {
    expect(stateOf({})).toEqual({ kind: 'connecting' });
  });

  it('is connecting with the age of the key picture until live frames come', () => {
    expect(stateOf({ status: status('live'), stillAtMs: ago(700) })).toEqual({
      kind: 'connecting',
      pictureAtMs: ago(700),
    });
  });

  it.each([0, 66, 500, 1_000])('is live when the newest picture is %d ms old', (ageMs) => {
    expect(stateOf({ status: status('live'), lastFrameAtMs: ago(ageMs) })).toEqual({ kind: 'live' });
  });

  it('is not live when the hub says live but no picture ever advanced', () => {
    expect(stateOf({ status: status('live') }).kind).toBe('connecting');
  });

  it.each([1_001, 1_500, 1_700])('is waiting, not live, when the newest picture is %d ms old', (ageMs) => {
    expect(stateOf({ status: status('live'), lastFrameAtMs: ago(ageMs) })).toEqual({
      kind: 'waiting',
      pictureAtMs: ago(ageMs),
    });
  });

  it('is frozen since the last picture after two seconds without one', () => {
    expect(stateOf({ status: status('live'), lastFrameAtMs: ago(1_701) })).toEqual({
      kind: 'frozen',
      sinceMs: ago(1_701),
      pictureAtMs: ago(1_701),
    });
  });

  it('is connecting, not frozen, while a stream that began again owes its first picture', () => {
    const old = { lastFrameAtMs: ago(20_000), stillAtMs: ago(20_000) };
    const began = { status: status('live', { sinceMs: ago(800) }), ...old };
    expect(stateOf(began)).toEqual({ kind: 'connecting', pictureAtMs: ago(20_000) });
    const newTrack = { status: status('live'), playingSinceMs: ago(800), ...old };
    expect(stateOf(newTrack)).toEqual({ kind: 'connecting', pictureAtMs: ago(20_000) });
    const tooLong = { status: status('live'), playingSinceMs: ago(5_001), ...old };
    expect(stateOf(tooLong)).toMatchObject({ kind: 'frozen', sinceMs: ago(20_000) });
  });

  it('is frozen when the hub saw the same picture over and over, though frames advance', () => {
    const frozenSinceMs = ago(9_000);
    expect(stateOf({ status: status('live', { frozenSinceMs }), lastFrameAtMs: ago(40) })).toEqual({
      kind: 'frozen',
      sinceMs: frozenSinceMs,
      pictureAtMs: frozenSinceMs,
    });
  });

  it('takes the earlier time when both saw the freeze', () => {
    const state = stateOf({
      status: status('live', { frozenSinceMs: ago(5_000) }),
      lastFrameAtMs: ago(4_000),
    });
    expect(state).toMatchObject({ kind: 'frozen', sinceMs: ago(5_000) });
  });

  it('is offline since the outage began, with the next attempt and the old picture', () => {
    const state = stateOf({
      status: status('retrying', { retryAtMs: nowMs + 9_000, message: 'No answer.' }),
      outageSinceMs: ago(30_000),
      lastFrameAtMs: ago(31_000),
    });
    expect(state).toEqual({
      kind: 'offline',
      sinceMs: ago(30_000),
      cause: 'camera',
      retryAtMs: nowMs + 9_000,
      message: 'No answer.',
      pictureAtMs: ago(31_000),
    });
  });

  it('does not name a next attempt that is only moments away', () => {
    const state = stateOf({
      status: status('retrying', { retryAtMs: nowMs + 900 }),
      outageSinceMs: ago(5_000),
    });
    expect(state).toEqual({ kind: 'offline', sinceMs: ago(5_000), cause: 'camera' });
  });

  it('stays offline while an attempt runs, instead of flickering', () => {
    const state = stateOf({ status: status('starting', { sinceMs: ago(100) }), outageSinceMs: ago(30_000) });
    expect(state).toEqual({ kind: 'offline', sinceMs: ago(30_000), cause: 'camera' });
  });

  it('is connecting, not offline, on the first attempt at a camera', () => {
    expect(stateOf({ status: status('starting') })).toEqual({ kind: 'connecting' });
  });

  it('is not live in the second after the camera went away', () => {
    const facts = { status: status('retrying'), outageSinceMs: ago(1_500), lastFrameAtMs: ago(1_600) };
    expect(stateOf(facts).kind).toBe('offline');
  });

  it('says when the camera refuses the password, and since when', () => {
    expect(stateOf({ status: status('unauthorized') })).toEqual({
      kind: 'unauthorized',
      sinceMs: ago(60_000),
    });
  });

  it('names a codec that cannot be shown', () => {
    expect(stateOf({ status: status('unsupported', { codec: 'H265' }) })).toEqual({
      kind: 'unsupported',
      sinceMs: ago(60_000),
      codec: 'H265',
    });
  });

  it('blames the lost hub when pictures stopped with it', () => {
    const facts = { status: status('live'), hubLostSinceMs: ago(3_000), lastFrameAtMs: ago(3_100) };
    expect(stateOf(facts)).toEqual({
      kind: 'offline',
      sinceMs: ago(3_000),
      cause: 'hub',
      pictureAtMs: ago(3_100),
    });
  });

  it('stays live without the hub as long as pictures advance', () => {
    const facts = { status: status('live'), hubLostSinceMs: ago(500), lastFrameAtMs: ago(60) };
    expect(stateOf(facts)).toEqual({ kind: 'live' });
  });

  it('shows a refusal of the hub as such', () => {
    const problem = { message: 'There is no camera c1.', sinceMs: ago(2_000) };
    expect(stateOf({ problem })).toEqual({
      kind: 'offline',
      sinceMs: ago(2_000),
      cause: 'problem',
      message: 'There is no camera c1.',
    });
  });

  it('prefers the still that is shown over an older live picture for the age', () => {
    const state = stateOf({ status: status('live'), lastFrameAtMs: ago(8_000), stillAtMs: ago(1_200) });
    expect(state).toMatchObject({ pictureAtMs: ago(1_200) });
  });

  describe('of a slow camera', () => {
    const slow = status('live', { pictureIntervalMs: 5_000 });

    it.each([100, 1_500, 5_000, 7_900])('is live when its newest picture is %d ms old', (ageMs) => {
      expect(stateOf({ status: slow, lastFrameAtMs: ago(ageMs) }).kind).toBe('live');
    });

    it('is frozen when three of its pictures are missing', () => {
      expect(stateOf({ status: slow, lastFrameAtMs: ago(15_400) }).kind).toBe('waiting');
      expect(stateOf({ status: slow, lastFrameAtMs: ago(15_600) }).kind).toBe('frozen');
    });

    it('never flaps between two pictures of a second or of five', () => {
      for (const intervalMs of [1_000, 2_000, 5_000]) {
        const itsStatus = status('live', { pictureIntervalMs: intervalMs });
        for (let ageMs = 0; ageMs <= intervalMs * 1.12; ageMs += 100)
          expect(stateOf({ status: itsStatus, lastFrameAtMs: ago(ageMs) }).kind).toBe('live');
      }
    });

    it('waits after the first picture, and is neither live for long nor frozen', () => {
      const first = status('live', { pictureIntervalMs: 'unknown' });
      expect(stateOf({ status: first, lastFrameAtMs: ago(900) }).kind).toBe('live');
      expect(stateOf({ status: first, lastFrameAtMs: ago(1_100) }).kind).toBe('waiting');
      expect(stateOf({ status: first, lastFrameAtMs: ago(16_000) }).kind).toBe('waiting');
      expect(stateOf({ status: first, lastFrameAtMs: ago(21_000) }).kind).toBe('frozen');
    });

    it('is not live while the hub connects again', () => {
      const retrying = status('retrying', { pictureIntervalMs: 5_000 });
      expect(stateOf({ status: retrying, outageSinceMs: ago(900), lastFrameAtMs: ago(1_500) }).kind).toBe(
        'offline',
      );
    });
  });

  describe('that has no picture yet', () => {
    it.each(['answer', 'firstPacket', 'keyPicture'] as const)(
      'says that it awaits the camera: %s',
      (waitingFor) => {
        expect(stateOf({ status: status('starting', { waitingFor }) })).toEqual({
          kind: 'connecting',
          awaits: waitingFor,
        });
      },
    );

    it('awaits the next key picture where the stream runs and the browser has its track', () => {
      const facts = { status: status('live'), playingSinceMs: ago(1_600), stillAtMs: ago(18_000) };
      expect(stateOf(facts)).toEqual({ kind: 'connecting', awaits: 'keyPicture', pictureAtMs: ago(18_000) });
      expect(stateOf({ ...facts, playingSinceMs: ago(1_400) })).not.toHaveProperty('awaits');
    });

    it('awaits it for as long as the camera’s groups are', () => {
      const facts = { playingSinceMs: ago(20_000), lastFrameAtMs: ago(25_000) };
      expect(stateOf({ ...facts, status: status('live') }).kind).toBe('frozen');
      expect(stateOf({ ...facts, status: status('live', { groupMs: 32_000 }) })).toMatchObject({
        kind: 'connecting',
        awaits: 'keyPicture',
      });
    });
  });

  it('says of pictures that come out of order that they jump', () => {
    const jumping = status('live', { isReordered: true });
    expect(stateOf({ status: jumping, lastFrameAtMs: ago(50) })).toEqual({ kind: 'live', jumps: true });
    expect(stateOf({ status: jumping, lastFrameAtMs: ago(5_000) }).kind).toBe('frozen');
  });

  it('says that data comes of which the browser makes no picture', () => {
    const facts = { status: status('live'), playingSinceMs: ago(9_000), undecodableSinceMs: ago(3_000) };
    expect(stateOf(facts)).toEqual({ kind: 'undecodable', sinceMs: ago(3_000) });
    expect(stateOf({ ...facts, lastFrameAtMs: ago(10) }).kind).toBe('live');
    expect(stateOf({ ...facts, status: status('retrying'), outageSinceMs: ago(5_000) }).kind).toBe('offline');
  });

  it('compares states by what they say', () => {
    expect(sameTileState({ kind: 'live' }, { kind: 'live' })).toBe(true);
    expect(sameTileState({ kind: 'frozen', sinceMs: 1 }, { kind: 'frozen', sinceMs: 2 })).toBe(false);
  });
});
