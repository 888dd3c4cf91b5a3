import { describe, expect, it } from 'vitest';
import { writeRtpHeader } from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import {
  ElementaryPictures,
  type ElementaryPicture,
} from '../../../../../../src-sfu/media/sources/gb28181/elementaryPictures.ts';
import { NalPieces } from '../../../../../../src-sfu/media/sources/gb28181/nalUnit.ts';
import { PictureClock } from '../../../../../../src-sfu/media/sources/gb28181/pictureClock.ts';
import { PsReceiver } from '../../../../../../src-sfu/media/sources/gb28181/psReceiver.ts';
import { RtpFraming } from '../../../../../../src-sfu/media/sources/gb28181/rtpFraming.ts';
import { writePsPicture, writePsSound, type PsHabits } from '../../../../../../src-sim/gb28181/psMuxer.ts';
import fc from '../../../../../support/properties.ts';

const sps = Buffer.from([0x67, 0x42, 0xc0, 0x1e, 0x95, 0xa0]);
const pps = Buffer.from([0x68, 0xce, 0x3c, 0x80]);
/** A slice that is the first of its picture, with so many bytes that hold no start code. */
const slice = (header: number, bytes: number): Buffer =>
  Buffer.from([header, 0x88, ...Array.from({ length: bytes }, (_, index) => 1 + (index % 254))]);

interface Stream {
  pictures: ElementaryPicture[];
  sound: string[];
  gaps: number;
  receiver: PsReceiver;
}

function receive(packets: readonly Buffer[], nowMs = () => 0): Stream {
  const stream: Stream = {
    pictures: [],
    sound: [],
    gaps: 0,
    receiver: new PsReceiver(
      {
        onPicture: (picture) => stream.pictures.push(picture),
        onSound: (codec, bytes) => stream.sound.push(`${codec} ${bytes.length}`),
        onGap: () => (stream.gaps += 1),
      },
      nowMs,
    ),
  };
  for (const packet of packets) stream.receiver.write(packet);
  return stream;
}

function rtp(sequence: number, payload: Buffer, marker: boolean, ssrc = 7): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  writeRtpHeader(packet, 0, 96 | (marker ? 0x80 : 0), sequence, 0, ssrc);
  payload.copy(packet, 12);
  return packet;
}

/** The same bytes alone in their memory, as those of a datagram are. */
function unpooled(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

/** The pictures as RTP packets of at most `size` bytes of payload; the marker stands on the last one of each. */
function packetsOf(pictures: readonly Buffer[], size = 1_400, first = 65_530): Buffer[] {
  const packets: Buffer[] = [];
  for (const bytes of pictures)
    for (let at = 0; at < bytes.length; at += size)
      packets.push(
        rtp((first + packets.length) & 0xffff, bytes.subarray(at, at + size), at + size >= bytes.length),
      );
  return packets;
}

/** A key picture and two others. */
function group(habits: PsHabits = {}, keyBytes = 3_000): Buffer[] {
  const at = (number: number) => number * 6_000;
  return [
    writePsPicture({ nals: [sps, pps, slice(0x65, keyBytes)], isKey: true, ptsTicks: at(1) }, habits),
    writePsPicture({ nals: [slice(0x41, 500)], isKey: false, ptsTicks: at(2) }, habits),
    writePsPicture({ nals: [slice(0x41, 600)], isKey: false, ptsTicks: at(3) }, habits),
  ];
}

const shape = ({ pictures }: Stream) =>
  pictures.map(({ nals, isKey }) => [isKey, ...nals.map(({ length }) => length)]);

describe('a program stream', () => {
  it('is taken apart into pictures, each of them passed on with its last packet', () => {
    const packets = packetsOf(group());
    const stream = receive(packets);
    expect(shape(stream)).toEqual([
      [true, 6, 4, 3_002],
      [false, 502],
      [false, 602],
    ]);
    expect(stream.pictures.map(({ pts }) => pts)).toEqual([6_000, 12_000, 18_000]);
    expect(stream.receiver.codec).toBe('H264');
    expect(stream.receiver.sound).toBe('PCMA');
  });

  it.each<[string, PsHabits, number]>([
    ['22 a key picture of several PES packets', {}, 200_000],
    ['21 no map', { withoutMap: true }, 3_000],
    ['21 a map that says H.265', { saidVideoType: 0x24 }, 3_000],
    ['21 a map whose check sum is wrong', { brokenMap: 'crc' }, 3_000],
    ['21 a map whose lengths are wrong', { brokenMap: 'lengths' }, 3_000],
    ['22 no lengths', { withoutLength: true }, 100_000],
    ['22 lengths modulo 65,536', { wrappedLength: true }, 150_000],
    ['22 headers that say a byte less', { shortHeader: true }, 3_000],
  ])('is taken apart with %s', (_what, habits, keyBytes) => {
    const last = writePsPicture({ nals: [slice(0x41, 10)], isKey: false, ptsTicks: 24_000 });
    const stream = receive(packetsOf([...group(habits, keyBytes), last]));
    expect(shape(stream).slice(0, 3)).toEqual([
      [true, 6, 4, keyBytes + 2],
      [false, 502],
      [false, 602],
    ]);
  });

  it('is the same however it is cut into packets', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom<PsHabits>({}, { withoutLength: true }, { shortHeader: true }),
        (size, habits) => {
          const last = writePsPicture({ nals: [slice(0x41, 10)], isKey: false, ptsTicks: 24_000 });
          const stream = receive(packetsOf([...group(habits), last], size));
          expect(shape(stream).slice(0, 3)).toEqual([
            [true, 6, 4, 3_002],
            [false, 502],
            [false, 602],
          ]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the same whether its packets have memory of their own, which is kept, or share one that is written again', () => {
    const pictures = [...group({}, 20_000), ...group({}, 3_000)];
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 1_460 }), (size) => {
        const packets = packetsOf(pictures, size);
        const own = receive(packets.map((packet) => unpooled(packet)));
        const ring = Buffer.allocUnsafeSlow(64 * 1024);
        const shared = receive([]);
        for (const packet of packets) {
          packet.copy(ring);
          shared.receiver.write(ring.subarray(0, packet.length));
          ring.fill(0xff);
        }
        const bytes = ({ pictures: all }: Stream) => all.map(({ nals }) => nals.map((nal) => nal.bytes));
        expect(bytes(own)).toHaveLength(6);
        expect(bytes(own)[0]?.[2]).toEqual(slice(0x65, 20_000));
        expect(bytes(shared)).toEqual(bytes(own));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps little more memory than its bytes, however small its packets are in theirs', () => {
    const unit = new NalPieces();
    const large = Buffer.allocUnsafeSlow(60_000).fill(1);
    for (let at = 0; at < 2_000; at += 1) unit.add(large.subarray(at, at + 1));
    unit.add(unpooled(Buffer.alloc(1_400, 7)));
    const { pieces, length, bytes } = unit.take();
    expect(length).toBe(3_400);
    expect(bytes).toEqual(Buffer.concat([Buffer.alloc(2_000, 1), Buffer.alloc(1_400, 7)]));
    expect(pieces.length).toBeLessThan(1_000);
    expect(pieces.some(({ buffer }) => buffer === large.buffer)).toBe(false);
    expect(unit.isEmpty).toBe(true);
  });

  it('is understood the same by whoever knows where no start codes are as by whoever searches everywhere', () => {
    const code = Buffer.from([0, 0, 1]);
    const byte = fc.constantFrom(0, 0, 0, 1, 1, 0x41, 0x65, 0x88, 0x9a);
    let shown = 0;
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 600 }),
        fc.array(fc.integer({ min: 1, max: 150 })),
        (noise, cuts) => {
          const bytes = Buffer.concat([
            ...[sps, pps, slice(0x65, 60)].flatMap((nal) => [code, nal]),
            Buffer.from(noise),
          ]);
          const read = (knows: boolean): Buffer[][] => {
            const pictures: Buffer[][] = [];
            const reader = new ElementaryPictures(({ nals }) => pictures.push(nals.map((nal) => nal.bytes)));
            let from = 0;
            for (const cut of [...cuts, bytes.length]) {
              const piece = bytes.subarray(from, from + cut);
              const last = piece.lastIndexOf(code);
              if (knows) reader.write(piece, last === -1 ? 0 : last + 3);
              else reader.write(piece);
              from += piece.length;
            }
            reader.end();
            return pictures;
          };
          const plain = read(false);
          shown += plain.length;
          expect(read(true)).toEqual(plain);
        },
      ),
      { numRuns: 100 },
    );
    expect(shown).toBeGreaterThanOrEqual(100);
  });

  it('21 of H.265 is known by its parameter sets, whatever the map says', () => {
    const nals = [
      Buffer.from([0x40, 1, 12, 1]),
      Buffer.from([0x42, 1, 1, 1]),
      Buffer.from([0x44, 1, 0xc1, 0x72]),
      slice(0x26, 400),
    ];
    (nals[3] as Buffer)[1] = 1;
    const stream = receive(packetsOf([writePsPicture({ nals, isKey: true, ptsTicks: 1, videoType: 0x1b })]));
    expect(stream.pictures.map(({ codec, isKey }) => [codec, isKey])).toEqual([['H265', true]]);
  });

  it('24 passes G.711 on, by the kind that the map names', () => {
    const first = group()[0] as Buffer;
    const stream = receive(
      packetsOf([
        first,
        writePsSound(Buffer.alloc(320, 0), 6_000),
        writePsSound(Buffer.from([0, 0, 1, 0xe0]), 6_100),
      ]),
    );
    expect(stream.sound).toEqual(['PCMA 320', 'PCMA 4']);
    expect(stream.pictures).toHaveLength(1);
  });

  it('25 after a gap passes nothing on but from the next key picture', () => {
    const packets = packetsOf([...group(), ...group()]);
    const lost = packets.filter((_, index) => index !== 1);
    const stream = receive(lost);
    expect(stream.gaps).toBe(1);
    expect(shape(stream)).toEqual([
      [true, 6, 4, 3_002],
      [false, 502],
      [false, 602],
    ]);
  });

  it('takes no packets of a second source, nor doubled ones, while the first one sends', () => {
    const packets = packetsOf(group());
    const foreign = packets.map((packet, index) => rtp(index, packet.subarray(12), false, 9));
    const mixed = packets.flatMap((packet, index) => [packet, packet, foreign[index] as Buffer]);
    const stream = receive(mixed);
    expect(stream.gaps).toBe(0);
    expect(shape(stream)).toEqual(shape(receive(packets)));
  });

  it('goes on with another source once the first one is silent', () => {
    let now = 0;
    const stream = receive(packetsOf(group()), () => now);
    now = 1_000;
    for (const [index, packet] of packetsOf(group()).entries())
      stream.receiver.write(rtp(index, packet.subarray(12), ((packet[1] ?? 0) & 0x80) !== 0, 9));
    expect(stream.pictures).toHaveLength(6);
    // A third one is come upon amid a picture: a key picture must be asked for.
    now = 2_000;
    stream.receiver.write(rtp(0, (packetsOf(group())[1] as Buffer).subarray(12), false, 10));
    expect(stream.gaps).toBe(1);
  });

  it('whose SSRC changes at each group is shown without a picture missing', () => {
    let now = 0;
    const stream = receive([], () => now);
    for (const ssrc of [11, 12, 13, 14])
      for (const [index, packet] of packetsOf(group()).entries()) {
        now += 20;
        stream.receiver.write(rtp(index, packet.subarray(12), ((packet[1] ?? 0) & 0x80) !== 0, ssrc));
      }
    expect(shape(stream).map(([isKey]) => isKey)).toEqual([1, 2, 3, 4].flatMap(() => [true, false, false]));
    // Nothing is missing, so nobody is asked for a key picture.
    expect([stream.gaps, stream.receiver.gaps]).toEqual([0, 0]);
  });

  it('is not disturbed by packets of a call that is over', () => {
    let now = 0;
    const stream = receive([], () => now);
    const old = packetsOf(group());
    for (const [index, packet] of [...packetsOf(group()), ...packetsOf(group(), 1_400, 65_535)].entries()) {
      now += 20;
      stream.receiver.write(packet);
      const late = old[(index + 3) % old.length] as Buffer;
      stream.receiver.write(rtp(index, late.subarray(12), false, 9));
    }
    expect(shape(stream).map(([isKey]) => isKey)).toEqual([true, false, false, true, false, false]);
  });

  it('with a marker on every packet is learned, and costs one picture at most', () => {
    const packets = packetsOf([...group({}, 200_000), ...group({}, 200_000)]);
    for (const packet of packets) packet[1] = 0x80 | 96;
    const stream = receive(packets);
    expect(shape(stream).slice(-3, -1)).toEqual([
      [true, 6, 4, 200_002],
      [false, 502],
    ]);
  });

  it('of any bytes never throws, and takes time in proportion to their number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(4_000), (noise, at) => {
        const [key, ...others] = group() as [Buffer, ...Buffer[]];
        Buffer.from(noise).copy(key, Math.min(at, key.length));
        receive(packetsOf([key, ...others]));
        receive([rtp(0, Buffer.from(noise), true), Buffer.from(noise)]);
      }),
      { numRuns: 1_000 },
    );
    const worst = [
      Buffer.alloc(400_000),
      Buffer.alloc(400_000, Buffer.from([0, 0, 1])),
      Buffer.alloc(400_000, Buffer.from([0, 0, 1, 0xe0])),
      Buffer.alloc(400_000, Buffer.from([0, 0, 1, 0xbc, 0, 8])),
      Buffer.alloc(400_000, Buffer.from([0, 0, 1, 0x67, 0x42])),
      Buffer.concat([group()[0] as Buffer, Buffer.alloc(400_000, Buffer.from([0, 0, 1, 0x41, 0x9a]))]),
    ];
    const beganMs = performance.now();
    for (const bytes of worst) receive(packetsOf([bytes]));
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

describe('RTP over TCP', () => {
  const packets = packetsOf(group({}, 20_000), 1_400);
  const framed = (all: readonly Buffer[], dollar: boolean): Buffer =>
    Buffer.concat(
      all.flatMap((packet) => [
        Buffer.from([...(dollar ? [0x24, 0] : []), packet.length >> 8, packet.length & 0xff]),
        packet,
      ]),
    );
  const read = (bytes: Buffer, size: number): Buffer[] => {
    const got: Buffer[] = [];
    const framing = new RtpFraming((packet) => got.push(Buffer.from(packet)));
    for (let at = 0; at < bytes.length; at += size) framing.write(bytes.subarray(at, at + size));
    return got;
  };

  it.each([
    [false, 1],
    [false, 7],
    [false, 100_000],
    [true, 1],
    [true, 7],
    [true, 100_000],
  ])('is read (with a dollar: %s) in pieces of %i bytes', (dollar, size) => {
    expect(read(framed(packets, dollar), size)).toEqual(packets);
  });

  it.each([0x2400, 0x2480, 256])('18 is not misread with packets of %i bytes', (bytes) => {
    const large = [0, 1, 2, 3].map((number) => rtp(number, Buffer.alloc(bytes - 12, 0x55), false));
    expect(read(framed(large, false), 1_000)).toEqual(large);
  });

  it('19 finds the next packet after one that was cut', () => {
    const bytes = framed(packets, false);
    const broken = Buffer.concat([bytes.subarray(0, 4_000), bytes.subarray(4_300)]);
    const got = read(broken, 1_460);
    expect(got.length).toBeGreaterThanOrEqual(packets.length - 2);
    expect(got.at(-1)).toEqual(packets.at(-1));
  });

  it.each([
    [false, 1],
    [false, 1_460],
    [true, 1_460],
    [false, 100_000],
  ])(
    '15 follows a sender that goes on with another SSRC (dollar: %s, pieces of %i bytes)',
    (dollar, size) => {
      const before = packets.slice(0, 5);
      const after = [0, 1, 2, 3, 4].map((number) => rtp(number, Buffer.alloc(900, 0x90), false, 8));
      expect(read(framed([...before, ...after], dollar), size)).toEqual([...before, ...after]);
      // Also after an overrun at just this point, whose rest looks like anything.
      const rest = Buffer.alloc(333, Buffer.from([0x90, 0x60, 0x84]));
      const broken = Buffer.concat([framed(before, dollar), rest, framed(after, dollar)]);
      const got = read(broken, size);
      expect(got.slice(0, 5)).toEqual(before);
      expect(got.slice(-3)).toEqual(after.slice(-3));
    },
  );

  it('follows nobody for one packet that looks like another SSRC', () => {
    const stray = framed([rtp(9, Buffer.alloc(50, 1), false, 99)], false);
    const bytes = Buffer.concat([framed(packets.slice(0, 5), false), stray, framed(packets.slice(5), false)]);
    expect(read(bytes, 1_460)).toEqual(packets);
  });

  it('of any bytes never throws, and is not slow', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(3_000), (noise, at) => {
        const bytes = framed(packets, false);
        Buffer.from(noise).copy(bytes, at);
        read(bytes, 333);
        read(Buffer.from(noise), 10);
      }),
      { numRuns: 300 },
    );
    const beganMs = performance.now();
    read(Buffer.alloc(2_000_000, 0x24), 1_400);
    read(Buffer.alloc(2_000_000, Buffer.from([0xff, 0xff, 0x80, 0x60])), 1_400);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

describe('the clock of pictures', () => {
  it('23 goes on over wraps at 32 bits, time that stands, jumps and missing time', () => {
    const clock = new PictureClock();
    const first = clock.next(0xffff_f000, 0);
    const steps = [
      [0x0000_0770, 66],
      [0x0000_0770, 132],
      [0x4000_0000, 198],
      [undefined, 264],
      [0x4000_1770, 330],
      [0x4000_2ee0, 396],
    ] as const;
    const ticks = steps.map(([pts, nowMs]) => (clock.next(pts, nowMs) - first) >>> 0);
    expect(ticks).toEqual([6_000, 11_940, 17_880, 23_820, 29_760, 35_760]);
  });
});
