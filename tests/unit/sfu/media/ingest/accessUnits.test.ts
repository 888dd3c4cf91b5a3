import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { aggregate, fragments, nalUnits, pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const delimiter = Buffer.from([0x09, 0xf0]);
const information = Buffer.from([0x06, 5, 1, 0, 0x80]);
const filler = 12;
const pictureCount = 40;

/** Bits as text, with Exp-Golomb codes (H.264, 9.1) by `ue`, as bytes behind a NAL header. */
const ue = (value: number): string => {
  const digits = (value + 1).toString(2);
  return '0'.repeat(digits.length - 1) + digits;
};
function nalOfBits(header: number, bits: string): Buffer {
  const padded = `${bits}1`.padEnd(Math.ceil((bits.length + 1) / 8) * 8, '0');
  return Buffer.from([header, ...(padded.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))]);
}
/** Main profile, 320×192, pictures coded as fields, order count type 2. */
const interlacedSps = nalOfBits(
  0x67,
  [
    (77).toString(2).padStart(8, '0'),
    '0'.repeat(8),
    (30).toString(2).padStart(8, '0'),
    [ue(0), ue(0), ue(2), ue(1), '0', ue(19), ue(5), '0', '0', '1', '0', '0'].join(''),
  ].join(''),
);
let sentPictures = 0;
/** A slice of one field: first macroblock 0, frame number in four bits, then whatever. */
function fieldSlice(isKey: boolean, frameNumber: number, bottom: boolean): Buffer {
  const bits = [
    ue(0),
    ue(isKey ? 7 : 5),
    ue(0),
    frameNumber.toString(2).padStart(4, '0'),
    '1',
    bottom ? '1' : '0',
  ];
  const head = nalOfBits(isKey ? 0x65 : 0x41, `${bits.join('')}${isKey ? ue(0) : ''}10110`);
  return Buffer.concat([head, Buffer.alloc(200, 0x5a + frameNumber)]);
}

interface SourcePacket {
  payload: Buffer;
  /** Whether the packet ends a NAL unit, and the picture. */
  endsNal: boolean;
  endsPicture: boolean;
  isSlice: boolean;
}

/** A picture as a camera packs it, without markers. */
function pack(nals: readonly Buffer[], fragmentBytes: number): SourcePacket[] {
  const packets = nals.flatMap((nal) => {
    const pieces = nal.length > fragmentBytes ? fragments(nal, fragmentBytes) : [nal];
    const type = (nal[0] ?? 0) & 0x1f;
    return pieces.map((payload, index) => ({
      payload,
      endsNal: index === pieces.length - 1,
      endsPicture: false,
      isSlice: type === 1 || type === 5,
    }));
  });
  packets.at(-1)!.endsPicture = true;
  return packets;
}

type Marks = (packet: SourcePacket, picture: number, place: number) => boolean;

/** What cameras make of RFC 6184, 5.1. */
const habits: Record<string, Marks> = {
  'on the last packet, as it should be': ({ endsPicture }) => endsPicture,
  never: () => false,
  'on every NAL unit': ({ endsNal }) => endsNal,
  'on every packet, fragments included': () => true,
  'on the first packet alone': (_packet, _picture, place) => place === 0,
  'on parameter sets alone': ({ isSlice }) => !isSlice,
  'on parameter sets, and on the last packet': ({ isSlice, endsPicture }) => !isSlice || endsPicture,
  'but forgets it on every seventh picture': ({ endsPicture }, picture) => endsPicture && picture % 7 !== 3,
  'but forgets it once': ({ endsPicture }, picture) => endsPicture && picture !== 5,
  'on every second packet': (_packet, _picture, place) => place % 2 === 1,
};
const shapes: Record<string, (picture: number) => number> = {
  'one slice': () => 1,
  'four slices': () => 4,
  'one to five slices, never the same': (picture) => 1 + ((picture * 7) % 5),
};
const clocks: Record<string, (picture: number) => number> = {
  'a time for each picture': (picture) => picture * 6000,
  'one time for all pictures': () => 90_000,
  'one time for two pictures': (picture) => Math.floor(picture / 2) * 12_000,
  'a time that falls back by 3 s': (picture) => picture * 6000 - (picture >= 20 ? 270_000 : 0),
  'a time that falls back a little again and again': (picture) =>
    (picture + [0, 2, 0, -2][picture % 4]!) * 6000,
};

interface Source {
  marks: Marks;
  slices(picture: number): number;
  time(picture: number): number;
  /** What stands before the slices of a picture. */
  head?(picture: number): Buffer[];
  /** Milliseconds between two packets of a picture. */
  packetGapMs?: number;
  /** Index of a packet, counted over all, that never arrives. */
  lose?(index: number): boolean;
  packets?(nals: Buffer[]): SourcePacket[];
}

/** Sends the pictures of a source through an output; `expected` has the slices of each. */
function play(source: Source): { sent: Buffer[]; expected: Buffer[][] } {
  const sent: Buffer[] = [];
  const output = createMediaOutput({
    videoSsrc: 1,
    videoPayloadType: 102,
    audioSsrc: 2,
    audioPayloadType: 8,
    sendVideo: (packet) => sent.push(Buffer.from(packet)),
    sendAudio: () => undefined,
    nowMs: () => Date.now(),
  });
  output.beginSource({ videoClockRate: 90_000 });
  const expected: Buffer[][] = [];
  let sequence = 0;
  for (let picture = 0; picture < pictureCount; picture += 1) {
    const isKey = picture % 10 === 0;
    const slices = Array.from({ length: source.slices(picture) }, (_, index) =>
      slice(isKey ? 'idr' : 'predicted', 700 + 90 * index, {
        first: index === 0,
        seed: picture * 8 + index + 1,
      }),
    );
    expected.push(slices);
    const head = source.head?.(picture) ?? (isKey ? [sps640x360, pps] : []);
    const packets = source.packets?.([...head, ...slices]) ?? pack([...head, ...slices], 500);
    for (const [place, packet] of packets.entries()) {
      const marker = source.marks(packet, picture, place);
      const { payload } = packet;
      if (source.lose?.(sequence) !== true)
        output.writeVideo(rtp({ sequence, timestamp: source.time(picture), payload, marker }));
      sequence += 1;
      vi.advanceTimersByTime(source.packetGapMs ?? 0);
    }
    vi.advanceTimersByTime(66);
  }
  vi.advanceTimersByTime(1_000);
  output.close();
  return { sent, expected };
}

/** The packets as a receiver takes them: one time, one picture. */
function received(sent: readonly Buffer[]): Buffer[][] {
  const pictures: Buffer[][] = [];
  for (const packet of sent) {
    const last = pictures.at(-1)?.[0];
    if (last !== undefined && last.readUInt32BE(4) === packet.readUInt32BE(4)) pictures.at(-1)!.push(packet);
    else pictures.push([packet]);
  }
  return pictures;
}

const isMarked = (packet: Buffer): boolean => ((packet[1] ?? 0) & 0x80) !== 0;
const slicesOf = (packets: readonly Buffer[]): Buffer[] =>
  nalUnits(packets).filter((nal) => [1, 5].includes((nal[0] ?? 0) & 0x1f));

/** Each picture has a time of its own, later than the one before; its slices are whole; the last packet alone is marked. */
function expectWholePictures({ sent, expected }: ReturnType<typeof play>): void {
  const pictures = received(sent);
  expect(pictures.map((packets) => slicesOf(packets).length)).toEqual(
    expected.map((slices) => slices.length),
  );
  for (const [index, packets] of pictures.entries()) {
    expect(slicesOf(packets)).toEqual(expected[index]);
    expect(packets.map(isMarked)).toEqual(packets.map((_, place) => place === packets.length - 1));
    const before = pictures[index - 1]?.[0]?.readUInt32BE(4);
    if (before !== undefined) expect((packets[0]!.readUInt32BE(4) - before) | 0).toBeGreaterThan(0);
  }
  const numbers = sent.map((packet) => packet.readUInt16BE(2));
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0]! + index) & 0xffff));
}

describe('what goes to viewers has one marker a picture, on its last packet', () => {
  for (const [clock, time] of Object.entries(clocks)) {
    for (const [shape, slices] of Object.entries(shapes)) {
      it.each(Object.entries(habits))(
        `with ${clock} and ${shape}, when a camera sets it %s`,
        (_habit, marks) => {
          expectWholePictures(play({ marks, slices, time }));
        },
      );
    }
  }

  const time = clocks['a time for each picture']!;
  it.each([
    ['delimiters', () => [delimiter]],
    ['delimiters and information', () => [delimiter, information]],
    ['information alone', () => [information]],
  ])('with pictures parted by %s and all packets marked', (_what, head) => {
    const withSets = (picture: number): Buffer[] =>
      picture % 10 === 0 ? [...head(), sps640x360, pps] : head();
    for (const slices of Object.values(shapes)) {
      for (const clock of Object.values(clocks)) {
        expectWholePictures(play({ marks: () => true, slices, time: clock, head: withSets }));
        expectWholePictures(play({ marks: () => false, slices, time: clock, head: withSets }));
      }
    }
  });

  it('with a picture’s slices gathered in one STAP-A', () => {
    const packets = (nals: Buffer[]): SourcePacket[] => pack([aggregate(...nals)], 5_000);
    for (const marks of [() => true, () => false])
      expectWholePictures(play({ marks, slices: () => 4, time, packets }));
  });

  it.each([30, 70])(
    'when the slices of a picture arrive %d ms apart, after the network was learned',
    (packetGapMs) => {
      const whole = pack([slice('predicted', 700)], 5_000).length;
      expect(whole).toBe(1);
      const played = play({
        marks: () => false,
        slices: () => 3,
        time,
        packetGapMs,
        packets: (nals) => pack(nals, 5_000),
      });
      const last = received(played.sent).slice(-10);
      expect(last.map((packets) => packets.map(isMarked))).toEqual(
        last.map((packets) => packets.map((_, place) => place === packets.length - 1)),
      );
      expect(last.map((packets) => slicesOf(packets).length)).toEqual(last.map(() => 3));
    },
  );

  it.each([true, false])(
    'with two fields that share a time, which are one picture (marked: %s)',
    (marked) => {
      const { sent } = play({
        marks: ({ endsPicture }) => marked && endsPicture,
        slices: () => 1,
        time,
        packets(nals) {
          const slices = nals.filter((nal) => [1, 5].includes((nal[0] ?? 0) & 0x1f));
          const isKey = nals.length > slices.length;
          const number = sentPictures++ % 10;
          const fields = [false, true].map((bottom) => fieldSlice(isKey && !bottom, number, bottom));
          return pack([...(isKey ? [interlacedSps, pps] : []), ...fields], 500);
        },
      });
      for (const packets of received(sent)) {
        expect(slicesOf(packets)).toHaveLength(2);
        expect(packets.map(isMarked)).toEqual(packets.map((_, place) => place === packets.length - 1));
      }
      expect(received(sent)).toHaveLength(pictureCount);
    },
  );
});

describe('a viewer waits for nothing more than the picture', () => {
  /** How long after the last packet of a picture its marker left, for the last pictures of a source. */
  function delaysMs(marks: Marks, slices: (picture: number) => number): number[] {
    const delays: number[] = [];
    let lastAtMs = 0;
    const output = createMediaOutput({
      videoSsrc: 1,
      videoPayloadType: 102,
      audioSsrc: 2,
      audioPayloadType: 8,
      sendVideo: (packet) => void (isMarked(packet) && delays.push(Date.now() - lastAtMs)),
      sendAudio: () => undefined,
      nowMs: () => Date.now(),
    });
    output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
    let sequence = 0;
    for (let picture = 0; picture < pictureCount; picture += 1) {
      const nals = Array.from({ length: slices(picture) }, (_, index) =>
        slice(picture % 10 === 0 ? 'idr' : 'predicted', 300, {
          first: index === 0,
          seed: picture + index + 1,
        }),
      );
      lastAtMs = Date.now();
      for (const [place, packet] of pack(nals, 5_000).entries()) {
        const marker = marks(packet, picture, place);
        output.writeVideo(rtp({ sequence, timestamp: picture * 6000, payload: packet.payload, marker }));
        sequence += 1;
      }
      vi.advanceTimersByTime(66);
    }
    return delays;
  }

  it('none at all once the markers of a camera proved right', () => {
    expect(new Set(delaysMs(habits['on the last packet, as it should be']!, () => 1).slice(2))).toEqual(
      new Set([0]),
    );
  });

  it('none at all where each picture has the same number of slices', () => {
    const delays = delaysMs(
      () => false,
      () => 2,
    );
    expect(delays).toHaveLength(pictureCount);
    expect(new Set(delays.slice(31))).toEqual(new Set([0]));
  });

  it('10 ms where nothing but silence tells that a picture is over', () => {
    const delays = delaysMs(
      () => false,
      (picture) => 1 + ((picture * 7) % 5),
    );
    expect(delays).toHaveLength(pictureCount);
    // And the turn of the event loop in which what was waiting to be read is read.
    expect(Math.max(...delays)).toBeLessThanOrEqual(11);
  });
});

describe('packets lost at the end of a picture', () => {
  it.each(Object.entries(habits))(
    'leave a gap, and the pictures after it whole: marker %s',
    (_habit, marks) => {
      const { sent, expected } = play({
        marks,
        slices: () => 1,
        time: (picture) => picture * 6000,
        packets: (nals) => pack(nals, 500),
        // The last packet of the picture in the middle of the second group.
        lose: (index) => index === 35,
      });
      const numbers = sent.map((packet) => packet.readUInt16BE(2));
      const gaps = numbers.filter(
        (number, index) => index > 0 && number !== ((numbers[index - 1]! + 1) & 0xffff),
      );
      expect(gaps).toHaveLength(1);
      const pictures = received(sent);
      expect(pictures).toHaveLength(expected.length);
      const whole = pictures.filter((packets, index) => {
        const isWhole = slicesOf(packets).every((nal, at) => expected[index]![at]?.equals(nal));
        return isWhole && packets.filter(isMarked).length === 1 && isMarked(packets.at(-1)!);
      });
      expect(whole.length).toBeGreaterThanOrEqual(expected.length - 1);
    },
  );
});

it('a forgotten marker is sent behind the picture, on a NAL unit that says nothing', () => {
  const { sent } = play({
    marks: habits['but forgets it once']!,
    slices: () => 1,
    time: (picture) => picture * 6000,
  });
  expect(nalUnits(sent).filter((nal) => ((nal[0] ?? 0) & 0x1f) === filler)).toHaveLength(1);
});
