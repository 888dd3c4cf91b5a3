import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { rtpSequenceNumber, rtpTimestamp } from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An output that nobody consumes yet, fed by a camera of 15 pictures a second. */
function setUp(firstSequence = 1) {
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
  output.setConsumed(false);
  output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
  let sequence = firstSequence;
  let timestamp = 0;
  /** `lose`: the packet of the picture that never comes. */
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
  const pictures = (count: number): void => {
    for (let index = 0; index < count; index += 1) picture(index % 15 === 0 ? 'idr' : 'predicted', 3);
  };
  return { clock, sent, output, picture, pictures };
}

function sequences(packets: Buffer[]): number[] {
  return packets.map(rtpSequenceNumber);
}

function expectUnbroken(packets: Buffer[]): void {
  const numbers = sequences(packets);
  expect(numbers).toEqual(numbers.map((_, index) => ((numbers[0] ?? 0) + index) & 0xffff));
  const times = packets.map(rtpTimestamp);
  expect(times).toEqual([...times].sort((a, b) => a - b));
}

/** Whether a packet carries the parameter sets that go before each key picture. */
function isGroupStart(packet: Buffer | undefined): boolean {
  return packet?.[0] === 0x90;
}

describe('a stream that nobody consumes', () => {
  it('sends nothing, and is measured as any other', () => {
    const { sent, output, pictures } = setUp();
    pictures(60);
    expect(sent).toEqual([]);
    expect(output.statistics()).toMatchObject({
      framesReceived: 60,
      keyPictures: 4,
      packets: 180,
      gopFrames: 15,
    });
    expect(output.keyPicture()?.capturedAtMs).toBe(1_000_000 + 45 * 66);
  });

  it('gives its first viewer a group of 40 s, and spares the next one what would come too late', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 3);
    for (let count = 0; count < 600; count += 1) picture('predicted', 3);
    output.setConsumed(true);
    output.catchUp(0);
    vi.runAllTimers();
    expect(sent).toHaveLength(1 + 601 * 3);
    expectUnbroken(sent);
    // The media worker would take packets that come again 1,500 numbers late for a new stream.
    output.catchUp(0);
    vi.runAllTimers();
    expect(sent).toHaveLength(1 + 601 * 3);
  });

  it('gives its first viewer everything since the last key picture, then what comes, without a gap', () => {
    const { sent, output, picture, pictures } = setUp();
    pictures(20);
    output.setConsumed(true);
    output.catchUp(0);
    vi.runAllTimers();
    // Parameter sets and 5 pictures.
    expect(sent).toHaveLength(1 + 5 * 3);
    expect(isGroupStart(sent[0])).toBe(true);
    picture('predicted', 3);
    picture('idr', 3);
    expect(sent).toHaveLength(1 + 6 * 3 + 1 + 3);
    expectUnbroken(sent);
  });

  it('goes on from the next key picture for a viewer who saw the last one', () => {
    const { clock, sent, output, picture, pictures } = setUp();
    pictures(16);
    output.setConsumed(true);
    output.catchUp(clock.nowMs);
    picture('predicted');
    expect(sent).toEqual([]);
    picture('idr');
    expect(isGroupStart(sent[0])).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it('goes on where it stopped after any time without viewers: numbers without a step, time by the clock', () => {
    const { clock, sent, output, picture, pictures } = setUp(60_000);
    output.setConsumed(true);
    pictures(20);
    for (let visit = 0; visit < 40; visit += 1) {
      output.setConsumed(false);
      const before = sent.length;
      const stoppedAtMs = clock.nowMs;
      // Up to thousands of packets: more than a media worker takes for a loss.
      pictures(visit * 101);
      expect(sent).toHaveLength(before);
      output.setConsumed(true);
      output.catchUp(stoppedAtMs);
      vi.runAllTimers();
      picture('predicted');
      picture('idr');
      picture('predicted');
    }
    expectUnbroken(sent);
    const span = (rtpTimestamp(sent.at(-1)!) - rtpTimestamp(sent[0]!)) / 90;
    expect(Math.abs(span - (clock.nowMs - 1_000_000 - 66))).toBeLessThan(clock.nowMs / 100);
  });

  it('replays pictures that were sent before under new numbers: the next viewer never saw them', () => {
    const { sent, output, pictures } = setUp();
    output.setConsumed(true);
    pictures(8);
    output.setConsumed(false);
    const before = sent.length;
    output.setConsumed(true);
    output.catchUp(0);
    vi.runAllTimers();
    expect(sent).toHaveLength(2 * before);
    expect(sequences(sent)).toEqual(sequences(sent).map((_, index) => sequences(sent)[0]! + index));
    expect(sent.slice(before).map(rtpTimestamp)).toEqual(sent.slice(0, before).map(rtpTimestamp));
  });

  it('leaves the gaps of the camera in what it replays', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 3);
    picture('predicted', 3, 1);
    output.setConsumed(true);
    output.catchUp(0);
    vi.runAllTimers();
    picture('predicted');
    vi.runAllTimers();
    const [first = 0] = sequences(sent);
    expect(sequences(sent).map((number) => number - first)).toEqual([0, 1, 2, 3, 4, 6, 7]);
  });
});

describe('the first viewers of a whole page', () => {
  it('get the key pictures of all its streams first, and the rest of each group behind them, without a gap', () => {
    const streams = Array.from({ length: 16 }, () => setUp());
    for (const { picture } of streams) {
      picture('idr', 5);
      for (let count = 0; count < 8; count += 1) picture('predicted', 2);
    }
    for (const { output } of streams) {
      output.setConsumed(true);
      output.catchUp(0);
      // As the answers of the media worker come.
      vi.advanceTimersByTime(1);
    }
    expect(streams.map(({ sent }) => sent.length)).toEqual(streams.map(() => 1 + 5));
    vi.advanceTimersByTime(45);
    for (const { sent, picture } of streams) {
      picture('predicted', 2);
      expect(sent).toHaveLength(1 + 5 + 9 * 2);
      expectUnbroken(sent);
    }
  });

  it('get key pictures first that are larger than what is sent at once', () => {
    const streams = Array.from({ length: 4 }, () => setUp());
    for (const { picture } of streams) {
      picture('idr', 150);
      for (let count = 0; count < 8; count += 1) picture('predicted', 20);
    }
    for (const { output } of streams) {
      output.setConsumed(true);
      output.catchUp(0);
      vi.advanceTimersByTime(1);
    }
    // 48 at a time, every 2 ms.
    expect(streams.map(({ sent }) => sent.length)).toEqual([144, 96, 96, 48]);
    vi.advanceTimersByTime(6);
    expect(streams.map(({ sent }) => sent.length)).toEqual(streams.map(() => 1 + 150));
    vi.runAllTimers();
    for (const { sent, picture } of streams) {
      picture('predicted');
      expect(sent).toHaveLength(1 + 150 + 160 + 1);
      expectUnbroken(sent);
    }
  });

  it('do not keep a stream waiting for longer than 40 ms', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 5);
    picture('predicted', 2);
    output.setConsumed(true);
    output.catchUp(0);
    for (let ms = 0; ms < 42; ms += 1) {
      const other = setUp();
      other.picture('idr');
      other.picture('predicted');
      other.output.setConsumed(true);
      other.output.catchUp(0);
      vi.advanceTimersByTime(1);
    }
    expect(sent).toHaveLength(1 + 5 + 2);
  });

  it('of one stream have all of it within 8 ms', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 5);
    picture('predicted', 2);
    output.setConsumed(true);
    output.catchUp(0);
    expect(sent).toHaveLength(1 + 5);
    vi.advanceTimersByTime(8);
    picture('predicted');
    expect(sent).toHaveLength(1 + 5 + 2 + 1);
  });
});

describe('while a long group is replayed', () => {
  it('what comes meanwhile goes behind it', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 100);
    output.setConsumed(true);
    output.catchUp(0);
    expect(sent).toHaveLength(48);
    picture('predicted', 3);
    expect(sent).toHaveLength(48);
    vi.runAllTimers();
    picture('predicted', 3);
    expect(sent).toHaveLength(101 + 6);
    expectUnbroken(sent);
  });

  it('a new key picture takes the place of the rest, without a gap', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 100);
    output.setConsumed(true);
    output.catchUp(0);
    picture('idr', 3);
    vi.runAllTimers();
    expect(sent).toHaveLength(48 + 4);
    expect(isGroupStart(sent[48])).toBe(true);
    expectUnbroken(sent);
  });

  it('the rest is sent at once when the group can be kept no longer', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 700);
    output.setConsumed(true);
    output.catchUp(0);
    for (let index = 0; index < 400; index += 1) picture('predicted');
    vi.runAllTimers();
    picture('predicted');
    expect(sent).toHaveLength(701 + 401);
    expectUnbroken(sent);
  });

  it('a viewer who leaves ends it, and the next one gets the whole of it', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 100);
    output.setConsumed(true);
    output.catchUp(0);
    output.setConsumed(false);
    vi.runAllTimers();
    expect(sent).toHaveLength(48);
    output.setConsumed(true);
    output.catchUp(0);
    vi.runAllTimers();
    expect(sent).toHaveLength(48 + 101);
    expect(isGroupStart(sent[48])).toBe(true);
    expect(sequences(sent)).toEqual(sequences(sent).map((_, index) => sequences(sent)[0]! + index));
  });

  it('a second viewer who comes gets the whole of it too', () => {
    const { clock, sent, output, picture } = setUp();
    picture('idr', 100);
    output.setConsumed(true);
    output.catchUp(0);
    output.catchUp(0);
    clock.nowMs += 200;
    vi.runAllTimers();
    expect(sent).toHaveLength(2 * 101);
    expect(sent.slice(101)).toEqual(sent.slice(0, 101));
  });

  it('a source that ends is sent to its end, and the next goes on behind it', () => {
    const { sent, output, picture } = setUp();
    picture('idr', 100);
    output.setConsumed(true);
    output.catchUp(0);
    output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
    expect(sent).toHaveLength(101);
    picture('idr', 2);
    vi.runAllTimers();
    expect(sent).toHaveLength(101 + 3);
    expectUnbroken(sent);
  });
});
