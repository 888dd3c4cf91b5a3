import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChannelLines } from '../../../../../../src-sfu/media/sources/gb28181/channelLines.ts';
import type { CallWish } from '../../../../../../src-sfu/media/sources/gb28181/gbCall.ts';
import type { LearnedHabits } from '../../../../../../src-sfu/features/recorders/recorders.ports.ts';
import { SourceError } from '../../../../../../src-sfu/media/sources/streamSource.ts';
import { doorInMemory } from '../../../../../support/recorderDoor.ts';

const target = { recorderId: '42120000001180000001', channelId: '42120000001320000001' };
const packet = Buffer.alloc(20);

interface Stage {
  lines: ChannelLines;
  wishes: CallWish[];
  closed: number;
  learned: LearnedHabits;
  /** What the device does when it is called. */
  device: (wish: CallWish) => void;
}

let stage: Stage;
beforeEach(async () => {
  vi.useFakeTimers();
  const { recorders } = await doorInMemory(Date.now);
  stage = {
    wishes: [],
    closed: 0,
    learned: {},
    device: () => undefined,
    lines: new ChannelLines({
      directory: {
        ...recorders.directory,
        learnedOf: () => stage.learned,
        learn: (_id, habits) => void Object.assign(stage.learned, habits),
      },
      nowMs: Date.now,
      call(wish) {
        stage.wishes.push(wish);
        stage.device(wish);
        return Promise.resolve({
          inform: () => Promise.resolve(200),
          close: () => (stage.closed += 1),
        });
      },
    }),
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const listener = () => ({ onPacket: vi.fn(), onRestart: vi.fn(), onEnded: vi.fn() });
const join = (stream: 'main' | 'sub' = 'main', one = listener()) =>
  stage.lines.join({ ...target, stream }, one, 4_000);
const sendsBy =
  (...ways: string[]) =>
  (wish: CallWish): void => {
    if (ways.includes(wish.way)) setTimeout(() => wish.events.onPacket(packet), 50);
  };

describe('the ways of media', () => {
  it('20 are tried 3 s each, and all of them within 10 s', async () => {
    const joined = join().then(
      () => 'joined',
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(2_900);
    expect(stage.wishes.map(({ way }) => way)).toEqual(['udp']);
    await vi.advanceTimersByTimeAsync(7_100);
    expect(stage.wishes.map(({ way }) => way)).toEqual(['udp', 'tcpPassive', 'tcpActive']);
    expect(await joined).toMatchObject({ failure: 'timeout' });
    expect(stage.closed).toBe(3);
  });

  it('20 begin with the one that was learned', async () => {
    stage.learned = { way: 'tcpActive' };
    stage.device = sendsBy('tcpActive');
    const joined = join();
    await vi.advanceTimersByTimeAsync(60);
    await joined;
    expect(stage.wishes.map(({ way }) => way)).toEqual(['tcpActive']);
  });

  it('20 are learned from packets, not from what a device agreed to', async () => {
    stage.device = sendsBy('tcpPassive');
    const joined = join();
    await vi.advanceTimersByTimeAsync(3_100);
    await joined;
    expect(stage.learned).toEqual({ way: 'tcpPassive' });
  });

  it('26 are not tried at all while the recorder says 486, for longer each time', async () => {
    stage.device = () => {
      throw new SourceError('refused', 'busy', 486);
    };
    const failed = async (): Promise<number> => {
      await expect(join()).rejects.toMatchObject({ status: 486 });
      return stage.wishes.length;
    };
    expect(await failed()).toBe(1);
    expect(await failed()).toBe(1);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(await failed()).toBe(2);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(await failed()).toBe(2);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(await failed()).toBe(3);
  });
});

describe('a channel', () => {
  it('27 has one call for all who join it, which ends with the last', async () => {
    stage.device = sendsBy('udp');
    const all = [listener(), listener(), listener()];
    const joining = Promise.all(all.map((one) => join('main', one)));
    await vi.advanceTimersByTimeAsync(100);
    const places = await joining;
    expect(stage.wishes).toHaveLength(1);
    stage.wishes[0]?.events.onPacket(packet);
    for (const { onPacket } of all) expect(onPacket).toHaveBeenCalled();
    for (const [index, place] of places.entries()) {
      expect(stage.closed).toBe(0);
      place.leave();
      place.leave();
      if (index === 2) expect(stage.closed).toBe(1);
    }
  });

  it('says to all of its listeners once that the recorder ended it', async () => {
    stage.device = sendsBy('udp');
    const all = [listener(), listener()];
    const joining = Promise.all(all.map((one) => join('main', one)));
    await vi.advanceTimersByTimeAsync(100);
    await joining;
    const ended = new SourceError('closedByCamera', 'The recorder ended the picture.');
    stage.wishes[0]?.events.onEnded(ended);
    stage.wishes[0]?.events.onEnded(ended);
    for (const { onEnded } of all) expect(onEnded).toHaveBeenCalledTimes(1);
  });

  it('17 is asked for its sub stream by one line after another, and without one where it refuses', async () => {
    stage.device = (wish) => {
      if (wish.line !== undefined) throw new SourceError('refused', 'no', 400);
      sendsBy('udp')(wish);
    };
    const joined = join('sub');
    await vi.advanceTimersByTimeAsync(100);
    expect((await joined).word).toBeUndefined();
    expect(stage.wishes.map(({ line }) => line)).toEqual([
      'streamnumber:1',
      'streamnumber:1',
      'streamnumber:1',
      undefined,
    ]);
    expect(stage.lines.subStreams.wordFor(target.recorderId, target.channelId)).toBe('streamprofile');
  });

  it('27 goes back to the sub stream some seconds after the last who wanted the main one left, unless one comes back', async () => {
    stage.device = sendsBy('udp');
    stage.learned = { subStream: 'streamprofile' };
    const small = listener();
    const opened = async (stream: 'main' | 'sub', one = listener()) => {
      const joining = join(stream, one);
      await vi.advanceTimersByTimeAsync(100);
      return joining;
    };
    await opened('sub', small);
    const main = await opened('main');
    const lines = () => stage.wishes.map(({ line }) => line);
    expect(lines()).toEqual(['streamprofile:1', undefined]);
    main.leave();
    await vi.advanceTimersByTimeAsync(5_000);
    // Somebody opens it large once more: nothing is interrupted.
    const again = await opened('main');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(lines()).toHaveLength(2);
    again.leave();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(lines()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(lines()).toEqual(['streamprofile:1', undefined, 'streamprofile:1']);
    expect(small.onEnded).not.toHaveBeenCalled();
    small.onPacket.mockClear();
    stage.wishes[2]?.events.onPacket(packet);
    expect(small.onPacket).toHaveBeenCalledTimes(1);
  });

  it('stays with the main stream where the recorder has no other', async () => {
    stage.device = sendsBy('udp');
    stage.learned = { subStream: 'none' };
    const joining = Promise.all([join('sub'), join('main')]);
    await vi.advanceTimersByTimeAsync(200);
    const [, main] = await joining;
    const asked = stage.wishes.length;
    main.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stage.wishes).toHaveLength(asked);
  });
});
