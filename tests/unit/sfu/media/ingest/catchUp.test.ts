import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { rtpPayloadStart } from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { pps, rtp, slice, sps640x360, teachMarkers } from './rtpBuilders.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An output that a camera feeds, with copies of all that left it. */
function setUp() {
  const clock = { nowMs: 1_000_000 };
  const sent: Buffer[] = [];
  const output = createMediaOutput({
    videoSsrc: 7,
    videoPayloadType: 102,
    audioSsrc: 8,
    audioPayloadType: 8,
    sendVideo: (packet) => sent.push(Buffer.from(packet)),
    sendAudio: () => undefined,
    nowMs: () => clock.nowMs,
  });
  teachMarkers(output);
  sent.length = 0;
  output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
  let sequence = 1;
  let timestamp = 0;
  const picture = (type: 'idr' | 'predicted', packets = 1, lose?: number): void => {
    for (let index = 0; index < packets; index += 1) {
      const payload = slice(type, 400, { first: index === 0, seed: sequence });
      if (index !== lose)
        output.writeVideo(rtp({ sequence, timestamp, payload, marker: index === packets - 1 }));
      sequence += 1;
    }
    timestamp += 6_000;
    clock.nowMs += 66;
  };
  /** What a catch-up sends. */
  const caughtUp = (sinceMs = 0): Buffer[] => {
    const before = sent.length;
    output.catchUp(sinceMs);
    vi.runAllTimers();
    return sent.slice(before);
  };
  return { clock, sent, output, picture, caughtUp };
}

describe('catching up', () => {
  it('sends everything since the last key picture again, parameter sets first, with the same numbers', () => {
    const { sent, picture, caughtUp } = setUp();
    picture('idr');
    picture('predicted');
    const from = sent.length;
    picture('idr', 3);
    picture('predicted');
    picture('predicted', 2);
    const group = sent.slice(from);
    const again = caughtUp();
    expect(again).toEqual(group);
    expect(again[0]![rtpPayloadStart(again[0]!)]! & 0x1f).toBe(24);
  });

  it('asks receivers with each key picture to show pictures as soon as they are decoded: playout delay 0', () => {
    const { sent, picture } = setUp();
    picture('idr');
    picture('predicted');
    expect(sent.map((packet) => packet[0])).toEqual([0x90, 0x80, 0x80]);
    expect(sent[0]!.subarray(12, 20).toString('hex')).toBe('bede000112000000');
  });

  it('sends nothing to a viewer who saw the key picture, nor before there is one', () => {
    const { clock, picture, caughtUp } = setUp();
    expect(caughtUp()).toEqual([]);
    picture('idr');
    expect(caughtUp(clock.nowMs + 1)).toEqual([]);
  });

  it('sends nothing of a group whose key picture is damaged, and goes on with the next', () => {
    const { picture, caughtUp } = setUp();
    picture('idr');
    picture('idr', 3, 1);
    picture('predicted');
    expect(caughtUp()).toEqual([]);
    picture('idr');
    expect(caughtUp()).toHaveLength(2);
  });

  it('sends nothing of a source that ended', () => {
    const { output, picture, caughtUp } = setUp();
    picture('idr');
    output.beginSource({ videoClockRate: 90_000 });
    expect(caughtUp()).toEqual([]);
  });

  it('keeps no group that is too long to be sent again', () => {
    const { picture, caughtUp } = setUp();
    picture('idr');
    for (let count = 0; count < 1_600; count += 1) picture('predicted');
    expect(caughtUp()).toEqual([]);
    picture('idr');
    expect(caughtUp()).toHaveLength(2);
  });

  it('keeps the whole group of a slow camera whose key pictures are 40 s apart', () => {
    const { sent, picture, caughtUp } = setUp();
    picture('idr');
    const from = sent.length;
    picture('idr', 20);
    for (let count = 0; count < 600; count += 1) picture('predicted', 2);
    const group = sent.slice(from);
    expect(group.length).toBeGreaterThan(1_200);
    expect(caughtUp()).toEqual(group);
  });

  it('keeps the whole group of a camera that sends much at its beginning and had a long one before', () => {
    const { clock, sent, picture, caughtUp } = setUp();
    picture('idr');
    clock.nowMs += 30_000;
    const from = sent.length;
    picture('idr', 900);
    picture('predicted', 200);
    const group = sent.slice(from);
    expect(group).toHaveLength(1_101);
    expect(caughtUp()).toEqual(group);
  });

  it('is repeated for a viewer who lost something of a long group, a few times, and never for a usual one', () => {
    const { clock, sent, output, picture } = setUp();
    const wanted = (afterMs: number): Buffer[] => {
      clock.nowMs += afterMs;
      const before = sent.length;
      output.keyPictureWanted();
      output.keyPictureWanted();
      vi.runAllTimers();
      return sent.slice(before);
    };
    const from = sent.length;
    picture('idr', 3);
    picture('predicted');
    // The next key picture of a usual camera is as near.
    expect(wanted(2_000)).toEqual([]);
    for (let count = 0; count < 60; count += 1) picture('predicted');
    const group = sent.slice(from);
    expect(wanted(0)).toEqual(group);
    // What was just sent again is not sent again at once, however often it is asked for.
    expect(wanted(1_000)).toEqual([]);
    expect(wanted(1_000)).toEqual(group);
    expect(wanted(2_000)).toEqual(group);
    expect(wanted(2_000)).toEqual([]);
    expect(wanted(60_000)).toEqual([]);
    // The group before was long, so this one may be.
    const next = sent.length;
    picture('idr', 3);
    const second = sent.slice(next);
    expect(wanted(2_000)).toEqual(second);
    output.setConsumed(false);
    expect(wanted(2_000)).toEqual([]);
  });

  it('is repeated at once where the viewer of a long group reports a loss, and later only what it asks for', () => {
    const { clock, sent, output, picture, caughtUp } = setUp();
    const lost = (): Buffer[] => {
      const before = sent.length;
      output.packetsLost();
      vi.runAllTimers();
      return sent.slice(before);
    };
    picture('idr', 3);
    expect(caughtUp()).toHaveLength(4);
    // The media worker makes good what is so young.
    expect(lost()).toEqual([]);
    for (let count = 0; count < 120; count += 1) picture('predicted');
    const group = caughtUp();
    expect(group).toHaveLength(124);
    expect(lost()).toEqual(group);
    // Reported while it is being sent: once more, when that is over.
    const before = sent.length;
    output.catchUp(0);
    vi.advanceTimersByTime(110);
    output.packetsLost();
    output.packetsLost();
    vi.runAllTimers();
    expect(sent.slice(before)).toEqual([...group, ...group]);
    clock.nowMs += 3_001;
    expect(lost()).toEqual([]);
  });

  it('of a long group for viewers who come meanwhile begins when the one before is over', () => {
    const { clock, sent, output, picture } = setUp();
    picture('idr', 3);
    for (let count = 0; count < 120; count += 1) picture('predicted');
    const group = sent.slice(-124);
    const before = sent.length;
    output.catchUp(0);
    for (let viewer = 0; viewer < 3; viewer += 1) {
      clock.nowMs += 200;
      vi.advanceTimersByTime(10);
      output.catchUp(0);
    }
    vi.runAllTimers();
    expect(sent.slice(before)).toEqual([...group, ...group]);
  });

  it('keeps no more than before of a fast stream, and of one that was away for long', () => {
    const { clock, output, picture, caughtUp } = setUp();
    const fastGroup = (): void => {
      picture('idr', 300);
      for (let count = 0; count < 20; count += 1) picture('predicted', 40);
    };
    fastGroup();
    expect(caughtUp()).toEqual([]);
    fastGroup();
    expect(caughtUp()).toEqual([]);
    clock.nowMs += 3_600_000;
    output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
    fastGroup();
    expect(caughtUp()).toEqual([]);
  });

  it('sends one group for many viewers who come at once, and another for one who comes while it is under way', () => {
    const { clock, sent, output, picture } = setUp();
    picture('idr', 100);
    const before = sent.length;
    for (let viewer = 0; viewer < 50; viewer += 1) output.catchUp(0);
    clock.nowMs += 200;
    vi.runAllTimers();
    expect(sent.length - before).toBe(2 * 101);
  });

  it('stops sending the old group where a new key picture begins meanwhile', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 200);
    const before = sent.length;
    output.catchUp(0);
    expect(sent.length - before).toBe(48);
    picture('idr');
    vi.runAllTimers();
    expect(sent.length - before).toBe(48 + 2);
  });

  it('keeps the groups of many streams apart while they give room back to each other', () => {
    const cities = Array.from({ length: 8 }, () => setUp());
    for (let round = 0; round < 40; round += 1) {
      for (const [index, { picture }] of cities.entries()) {
        picture((round + index) % 5 === 0 ? 'idr' : 'predicted', 1 + ((round * 7 + index) % 9));
      }
    }
    for (const { sent, caughtUp } of cities) {
      const begins = sent.findLastIndex((packet) => packet[0] === 0x90);
      const group = sent.slice(begins);
      expect(caughtUp()).toEqual(group);
    }
  });

  it('sends a key picture again that is larger than what is sent at once before what is behind it', () => {
    const streams = Array.from({ length: 4 }, () => setUp());
    for (const { picture } of streams) {
      picture('idr', 150);
      for (let count = 0; count < 8; count += 1) picture('predicted', 20);
    }
    const groups = streams.map(({ sent }) => sent.splice(0));
    for (const { output } of streams) {
      output.catchUp(0);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(6);
    expect(streams.map(({ sent }) => sent.length)).toEqual(streams.map(() => 1 + 150));
    vi.runAllTimers();
    expect(streams.map(({ sent }) => sent)).toEqual(groups);
  });

  it('keeps nothing once it is closed', () => {
    const { output, picture, caughtUp } = setUp();
    picture('idr');
    output.close();
    expect(caughtUp()).toEqual([]);
  });
});
