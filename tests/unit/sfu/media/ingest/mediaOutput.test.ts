import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { aggregate, fragments, nalUnits, pps, rtp, slice, sps640x360, teachMarkers } from './rtpBuilders.ts';

const maxPayloadBytes = 1400;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An output, its clock, and copies of all it sent. */
function setUp() {
  const clock = { nowMs: 1_000_000 };
  const video: Buffer[] = [];
  const audio: Buffer[] = [];
  const output = createMediaOutput({
    videoSsrc: 0x11223344,
    videoPayloadType: 102,
    audioSsrc: 0x55667788,
    audioPayloadType: 8,
    sendVideo: (packet) => video.push(Buffer.from(packet)),
    sendAudio: (packet) => audio.push(Buffer.from(packet)),
    nowMs: () => clock.nowMs,
  });
  let sequence = 65_530;
  let timestamp = 4_294_960_000;
  return {
    clock,
    video,
    audio,
    output,
    begin(parameterSets: Buffer[] = [sps640x360, pps]) {
      output.beginSource({ videoClockRate: 90_000, parameterSets });
    },
    /** One picture in these payloads, a packet each, the last with the marker. */
    picture(payloads: Buffer[], options: { lose?: number[]; marker?: boolean } = {}) {
      for (const [index, payload] of payloads.entries()) {
        const marker = options.marker ?? index === payloads.length - 1;
        if (!(options.lose ?? []).includes(index)) {
          output.writeVideo(rtp({ sequence, timestamp, payload, marker }));
        }
        sequence += 1;
      }
      timestamp += 6000;
      clock.nowMs += 66;
      vi.advanceTimersByTime(66);
    },
    restartNumbers(nextSequence: number, nextTimestamp: number) {
      sequence = nextSequence;
      timestamp = nextTimestamp;
    },
  };
}

const sequenceOf = (packet: Buffer): number => packet.readUInt16BE(2);
const timestampOf = (packet: Buffer): number => packet.readUInt32BE(4);
const markerOf = (packet: Buffer): boolean => ((packet[1] ?? 0) & 0x80) !== 0;
const typesOf = (packets: Buffer[]): number[] => nalUnits(packets).map((nal) => (nal[0] ?? 0) & 0x1f);

describe('rewriting', () => {
  it('gives every packet one SSRC, one payload type and rising numbers, over the wrap of the camera’s', () => {
    const { begin, picture, video } = setUp();
    begin();
    picture([slice('idr', 800)]);
    for (let count = 0; count < 12; count += 1) picture([slice('predicted', 200, { seed: count })]);
    expect(video).toHaveLength(14);
    for (const [index, packet] of video.entries()) {
      expect(packet.readUInt32BE(8)).toBe(0x11223344);
      expect((packet[1] ?? 0) & 0x7f).toBe(102);
      const previous = video[index - 1];
      if (previous !== undefined) expect(sequenceOf(packet)).toBe((sequenceOf(previous) + 1) & 0xffff);
    }
    const steps = video.slice(2).map((packet, index) => timestampOf(packet) - timestampOf(video[index + 1]!));
    expect(new Set(steps)).toEqual(new Set([6000]));
  });

  it('takes CSRCs, header extensions and padding off', () => {
    const { begin, output, video } = setUp();
    begin();
    const payload = slice('idr', 300);
    output.writeVideo(
      rtp({ sequence: 1, timestamp: 1, payload, marker: true, csrcs: 3, extensionWords: 4, paddingBytes: 9 }),
    );
    vi.runAllTimers();
    expect(video[1]?.[0]).toBe(0x80);
    expect(video[1]?.subarray(12)).toEqual(payload);
  });

  it('leaves a gap where packets were lost, and drops late and doubled ones', () => {
    const { begin, picture, output, video } = setUp();
    begin();
    picture([slice('idr', 300)]);
    picture(
      [
        slice('predicted', 100),
        slice('predicted', 100, { first: false }),
        slice('predicted', 90, { first: false }),
      ],
      {
        lose: [1],
      },
    );
    const numbers = video.map(sequenceOf);
    expect(numbers.at(-1)! - numbers.at(-2)!).toBe(2);
    output.writeVideo(rtp({ sequence: 65_530, timestamp: 4_294_960_000, payload: slice('idr', 300) }));
    expect(video).toHaveLength(numbers.length);
    expect(output.statistics().lostPackets).toBe(1);
  });

  it('carries on over a reconnect: numbers without a step, time by the clock', () => {
    const { begin, picture, restartNumbers, clock, video } = setUp();
    begin();
    picture([slice('idr', 300)]);
    picture([slice('predicted', 100)]);
    const before = video.at(-1)!;
    clock.nowMs += 5_000 - 66;
    restartNumbers(17, 12_345);
    begin();
    picture([slice('idr', 300, { seed: 2 })]);
    const after = video[3]!;
    expect(sequenceOf(after)).toBe(sequenceOf(before) + 1);
    expect(timestampOf(after) - timestampOf(before)).toBe(5_000 * 90);
  });

  it('carries on when a camera restarts its counters in the middle', () => {
    const { begin, picture, restartNumbers, video } = setUp();
    begin();
    picture([slice('idr', 300)]);
    restartNumbers(30_000, 1_000_000_000);
    picture([slice('predicted', 100)]);
    expect(sequenceOf(video.at(-1)!) - sequenceOf(video.at(-2)!)).toBe(1);
    expect(timestampOf(video.at(-1)!) - timestampOf(video.at(-2)!)).toBe(66 * 90);
  });
});

describe('payloads', () => {
  it('puts parameter sets from the description before every key picture', () => {
    const { begin, picture, video } = setUp();
    begin();
    picture([slice('idr', 300)]);
    picture([slice('predicted', 100)]);
    picture([slice('idr', 310)]);
    expect(typesOf(video)).toEqual([7, 8, 5, 1, 7, 8, 5]);
    expect(new Set([timestampOf(video[0]!), timestampOf(video[1]!)]).size).toBe(1);
    expect(markerOf(video[0]!)).toBe(false);
  });

  it('takes parameter sets out of the stream and sends them once per key picture', () => {
    const { begin, picture, video } = setUp();
    begin([]);
    picture([sps640x360, pps, slice('idr', 300)]);
    picture([aggregate(sps640x360, pps, slice('idr', 310))]);
    expect(typesOf(video)).toEqual([7, 8, 5, 7, 8, 5]);
    expect(markerOf(video.at(-1)!)).toBe(true);
  });

  it('sends nothing before a key picture that can be decoded', () => {
    const { begin, picture, video, output } = setUp();
    begin([]);
    picture([slice('predicted', 100)]);
    picture([slice('idr', 300)]);
    picture([slice('predicted', 100)]);
    expect(video).toHaveLength(0);
    expect(output.statistics().framesReceived).toBe(3);
    picture([sps640x360, pps, slice('idr', 300)]);
    expect(typesOf(video)).toEqual([7, 8, 5]);
  });

  it('leaves out delimiters, SEI and filler, but not the mark at a picture’s end', () => {
    const { begin, picture, video, output } = setUp();
    teachMarkers(output);
    video.length = 0;
    begin();
    picture([Buffer.from([0x09, 0x10]), Buffer.from([0x06, 5, 1, 0, 0x80]), slice('idr', 300)]);
    picture([slice('predicted', 100), Buffer.from([0x0c, 0xff, 0x80])]);
    expect(typesOf(video)).toEqual([7, 8, 5, 1, 12]);
    expect(markerOf(video.at(-1)!)).toBe(true);
  });

  it.each([
    ['a single NAL unit of 60 KB', (nal: Buffer) => [nal]],
    ['FU-A fragments of 30 KB', (nal: Buffer) => fragments(nal, 30_000)],
    ['FU-A fragments of 1,401 bytes', (nal: Buffer) => fragments(nal, 1399)],
    ['STAP-A with sets', (nal: Buffer) => [aggregate(sps640x360, pps, nal)]],
    ['FU-A fragments that fit', (nal: Buffer) => fragments(nal, 1200)],
  ])('sends %s in packets that fit, whole when put together', (_name, packetise) => {
    const { begin, picture, video } = setUp();
    begin();
    const nal = slice('idr', 60_000, { seed: 7 });
    picture(packetise(nal));
    expect(nalUnits(video)).toEqual([sps640x360, pps, nal]);
    expect(Math.max(...video.map((packet) => packet.length))).toBeLessThanOrEqual(12 + maxPayloadBytes);
    expect(video.map(markerOf).lastIndexOf(true)).toBe(video.length - 1);
    expect(video.filter(markerOf)).toHaveLength(1);
  });

  it('cuts sound that is too long for one packet, with the time going on', () => {
    const { output, audio, begin } = setUp();
    begin();
    output.writeAudio(rtp({ sequence: 5, timestamp: 100, payload: Buffer.alloc(3000, 7), payloadType: 8 }));
    output.writeAudio(rtp({ sequence: 6, timestamp: 3100, payload: Buffer.alloc(160, 7), payloadType: 8 }));
    expect(audio.map((packet) => packet.length - 12)).toEqual([1200, 1200, 600, 160]);
    const times = audio.map(timestampOf);
    expect(times.map((time) => time - times[0]!)).toEqual([0, 1200, 2400, 3000]);
  });
});

describe('the last key picture', () => {
  it('is kept whole, of all its slices, with what a decoder must know', () => {
    const { begin, picture, output } = setUp();
    begin();
    const slices = [slice('idr', 3000), slice('idr', 2500, { first: false, seed: 3 })];
    picture(slices.flatMap((nal) => fragments(nal, 1000)));
    picture([slice('predicted', 100)]);
    const startCode = Buffer.from([0, 0, 0, 1]);
    expect(output.keyPicture()).toMatchObject({ width: 640, height: 360, codecString: 'avc1.42c016' });
    expect(output.keyPicture()?.annexB).toEqual(
      Buffer.concat([sps640x360, pps, ...slices].flatMap((nal) => [startCode, nal])),
    );
    expect(output.statistics()).toMatchObject({ keyPictures: 1, framesReceived: 2 });
  });

  it.each([0, 1, 2])('is not replaced by one that lost packet %i', (lost) => {
    const { begin, picture, output } = setUp();
    begin();
    picture(fragments(slice('idr', 3000), 1000));
    const before = output.keyPicture()?.annexB;
    picture(fragments(slice('idr', 3000, { seed: 9 }), 1000), { lose: [lost] });
    picture([slice('predicted', 100)]);
    expect(output.keyPicture()?.annexB.equals(before!)).toBe(true);
    picture(fragments(slice('idr', 3000, { seed: 10 }), 1000));
    expect(output.keyPicture()?.annexB.equals(before!)).toBe(false);
  });

  it('is found where no packet carries a marker, and where every one does', () => {
    const without = setUp();
    without.begin();
    without.picture([slice('idr', 900), slice('idr', 700, { first: false })], { marker: false });
    without.picture([slice('predicted', 100)], { marker: false });
    expect(without.output.keyPicture()?.annexB.length).toBe(sps640x360.length + pps.length + 1600 + 4 * 4);

    const all = setUp();
    all.begin();
    for (let count = 0; count < 3; count += 1) {
      all.picture([slice('idr', 900), slice('idr', 700, { first: false, seed: count })], { marker: true });
    }
    expect(all.output.keyPicture()?.annexB.length).toBe(sps640x360.length + pps.length + 1600 + 4 * 4);
  });

  it('is left out above 1 MiB, and a later, smaller one is kept again', () => {
    const { begin, picture, output } = setUp();
    begin();
    picture(fragments(slice('idr', 1_200_000), 60_000));
    expect(output.keyPicture()?.width).toBeUndefined();
    picture(fragments(slice('idr', 5000), 1000));
    expect(output.keyPicture()?.width).toBe(640);
  });
});

describe('statistics', () => {
  it('report rate and group of pictures', () => {
    const { begin, picture, output } = setUp();
    begin();
    for (let count = 0; count < 60; count += 1) {
      picture([slice(count % 15 === 0 ? 'idr' : 'predicted', 500, { seed: count })]);
    }
    const { estimatedFps, gopFrames, framesReceived } = output.statistics();
    expect(estimatedFps).toBeCloseTo(1000 / 66, 0);
    expect(gopFrames).toBe(15);
    expect(framesReceived).toBe(60);
  });

  it('see a stuck encoder, a stuck recorder and a still scene apart', () => {
    const stuckSince = (
      drive: (picture: (type: 'idr' | 'predicted', bytes: number, seed: number) => void) => void,
    ) => {
      const { begin, picture, output, clock } = setUp();
      begin();
      drive((type, bytes, seed) => picture([slice(type, bytes, { seed })]));
      return clock.nowMs - (output.statistics().lastPictureChangeAtMs ?? 0);
    };
    // All-skip pictures of 40 bytes, key pictures of the same size with another counter.
    const encoder = stuckSince((add) => {
      for (let count = 0; count < 90; count += 1)
        add(count % 15 === 0 ? 'idr' : 'predicted', count % 15 === 0 ? 9000 : 40, count);
    });
    expect(encoder).toBeGreaterThan(5_000);
    // The same second of coded pictures, again and again.
    const recorder = stuckSince((add) => {
      for (let count = 0; count < 90; count += 1) {
        const place = count % 15;
        add(place === 0 ? 'idr' : 'predicted', place === 0 ? 9000 : 600 + place, place + 1);
      }
    });
    expect(recorder).toBeGreaterThan(4_500);
    // A dark kitchen: predicted pictures all but empty, key pictures that differ by the sensor's noise.
    const still = stuckSince((add) => {
      for (let count = 0; count < 90; count += 1) {
        add(
          count % 15 === 0 ? 'idr' : 'predicted',
          count % 15 === 0 ? 9000 + ((count * 37) % 200) : 40,
          count + 1,
        );
      }
    });
    expect(still).toBeLessThan(1_100);
  });
});
