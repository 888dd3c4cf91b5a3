import fc from '../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { splitByteStream } from '../../../../../src-sfu/media/ingest/annexBSplitter.ts';
import { PacketRepair } from '../../../../../src-sfu/media/ingest/packetRepair.ts';
import { aggregate, fragments, pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

const code4 = Buffer.from([0, 0, 0, 1]);
const code3 = Buffer.from([0, 0, 1]);

/** A repair and copies of what it sent. */
function repaired(packets: Buffer[], isReliable = true): Buffer[] {
  const sent: Buffer[] = [];
  const repair = new PacketRepair((packet) => sent.push(Buffer.from(packet)), { splits: true });
  for (const packet of packets) repair.write(Buffer.from(packet), isReliable);
  return sent;
}

function packetsOf(payloads: Buffer[], firstSequence = 100): Buffer[] {
  return payloads.map((payload, index) =>
    rtp({ sequence: firstSequence + index, timestamp: 9, payload, marker: index === payloads.length - 1 }),
  );
}

/**
 * NAL units as browsers put them together: fragments go on until the next NAL unit begins. Where a start code stands at
 * the very beginning of a fragment, the end bit of the NAL unit before it is missing, which none of them reads.
 */
function nalUnits(packets: Buffer[]): Buffer[] {
  const units: Buffer[] = [];
  for (const packet of packets) {
    const payload = packet.subarray(12);
    const bits = payload[1] ?? 0;
    if (((payload[0] ?? 0) & 0x1f) !== 28) units.push(payload);
    else if ((bits & 0x80) === 0)
      units.push(Buffer.concat([units.pop() ?? Buffer.alloc(0), payload.subarray(2)]));
    else
      units.push(
        Buffer.concat([Buffer.from([((payload[0] ?? 0) & 0xe0) | (bits & 0x1f)]), payload.subarray(2)]),
      );
  }
  return units;
}

const numbersOf = (packets: Buffer[]): number[] => packets.map((packet) => packet.readUInt16BE(2));
const isMarked = (packet: Buffer): boolean => ((packet[1] ?? 0) & 0x80) !== 0;

/** NAL units as a byte stream, the first without a start code as it stands for a NAL unit. */
function joined(nals: Buffer[], code: Buffer): Buffer {
  return Buffer.concat(nals.flatMap((nal, index) => (index === 0 ? [nal] : [code, nal])));
}

describe('NAL units that a camera sends as one, with start codes between them', () => {
  const picture = [sps640x360, pps, slice('idr', 5_000)];

  it.each([
    ['4 bytes', code4],
    ['3 bytes', code3],
  ])('are taken apart in fragments of any size (start codes of %s)', (_name, code) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_500 }), (dataBytes) => {
        const sent = repaired(packetsOf(fragments(joined(picture, code), dataBytes)));
        expect(nalUnits(sent)).toEqual(picture);
        expect(sent.filter(isMarked)).toEqual([sent.at(-1)]);
      }),
      { numRuns: 150 },
    );
  });

  it('are taken apart in a single packet, with a start code before the first one or without', () => {
    const small = [sps640x360, pps, slice('idr', 600)];
    for (const payload of [
      joined(small, code4),
      Buffer.concat([code4, joined(small, code3)]),
      Buffer.concat([code3, joined(small, code4)]),
    ]) {
      const sent = repaired(packetsOf([payload]));
      expect(nalUnits(sent)).toEqual(small);
      expect(sent.filter(isMarked)).toEqual([sent.at(-1)]);
    }
  });

  it('are taken apart in fragments that begin with a start code', () => {
    for (const code of [code3, code4]) {
      const sent = repaired(packetsOf(fragments(Buffer.concat([code, joined(picture, code4)]), 700)));
      expect(nalUnits(sent)).toEqual(picture);
    }
  });

  it('are taken apart within an aggregate', () => {
    const sent = repaired(packetsOf([aggregate(joined([sps640x360, pps], code4), slice('idr', 300))]));
    expect(nalUnits(sent)).toEqual([sps640x360, pps, slice('idr', 300)]);
  });

  it('are taken apart when they are several slices of one picture', () => {
    const slices = [slice('predicted', 900), slice('predicted', 800, { first: false, seed: 2 })];
    expect(nalUnits(repaired(packetsOf([joined(slices, code4)])))).toEqual(slices);
    expect(nalUnits(repaired(packetsOf(fragments(joined(slices, code3), 500))))).toEqual(slices);
  });

  it('are counted on, without a gap, over TCP and over UDP', () => {
    for (const isReliable of [true, false]) {
      const packets = [
        ...packetsOf([joined([sps640x360, pps], code4)], 100),
        ...packetsOf([slice('idr', 100)], 101),
      ];
      const numbers = numbersOf(repaired(packets, isReliable));
      expect(numbers).toEqual([0, 1, 2].map((step) => (numbers[0] ?? 0) + step));
    }
  });

  it('leave well-made packets as they are', () => {
    const packets = packetsOf([
      sps640x360,
      pps,
      ...fragments(slice('idr', 4_000), 1_200),
      aggregate(sps640x360, pps),
    ]);
    expect(repaired(packets)).toEqual(packets);
  });

  it('of any bytes come out as whole packets', () => {
    const piece = fc.oneof(
      fc.constantFrom(code3, code4, Buffer.from([0]), Buffer.from([0x7c, 0x85]), sps640x360),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    );
    const payload = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (payloads) => {
        for (const packet of repaired(packetsOf(payloads))) expect(packet.length).toBeGreaterThanOrEqual(12);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are taken apart where a description announces them', () => {
    expect(splitByteStream(Buffer.concat([code4, sps640x360, code4, pps]))).toEqual([sps640x360, pps]);
    expect(splitByteStream(pps)).toEqual([pps]);
  });
});

describe('numbers of packets over TCP', () => {
  const payload = slice('predicted', 100);
  const at = (sequences: number[]): Buffer[] =>
    sequences.map((sequence) => rtp({ sequence, timestamp: sequence, payload }));
  const gapsOf = (numbers: number[]): number =>
    numbers.slice(1).filter((number, index) => number !== (((numbers[index] ?? 0) + 1) & 0xffff)).length;

  it('have no gaps once it shows that the camera counts something else along', () => {
    const everySecond = Array.from({ length: 200 }, (_none, index) => 65_400 + index * 2);
    const numbers = numbersOf(repaired(at(everySecond)));
    expect(gapsOf(numbers.slice(16))).toBe(0);
    expect(gapsOf(numbersOf(repaired(at(everySecond), false)))).toBe(199);
  });

  it('have no gaps once the numbers of the sound were found in them, however rare it is', () => {
    const sent: Buffer[] = [];
    const video = new PacketRepair((packet) => sent.push(Buffer.from(packet)), { splits: true });
    const audio = new PacketRepair(() => undefined, { splits: false });
    for (let sequence = 0; sequence < 1_000; sequence += 1) {
      const [packet] = at([sequence]);
      if (packet === undefined) continue;
      if (sequence % 40 === 20) audio.write(packet, true, video);
      else video.write(packet, true, audio);
    }
    expect(gapsOf(numbersOf(sent).slice(150))).toBe(0);
  });

  /** What is sent of the picture by a camera that numbers both tracks together; `isSound` says whose number it is. */
  const sharedBy = (
    isSound: (sequence: number) => boolean,
    { lost = new Set<number>(), soundDelay = 0, first = 65_300 } = {},
  ): Buffer[] => {
    const sent: Buffer[] = [];
    const video = new PacketRepair((packet) => sent.push(Buffer.from(packet)), { splits: true });
    const audio = new PacketRepair(() => undefined, { splits: false });
    const late: { packet: Buffer; dueAt: number }[] = [];
    for (let index = 0; index < 2_000; index += 1) {
      while ((late[0]?.dueAt ?? Infinity) <= index) audio.write(late.shift()!.packet, true, video);
      const [packet] = at([first + index]);
      if (packet === undefined || lost.has(index)) continue;
      if (isSound(index)) late.push({ packet, dueAt: index + soundDelay });
      else video.write(packet, true, audio);
      if (soundDelay === 0 && isSound(index)) audio.write(late.pop()!.packet, true, video);
    }
    return sent;
  };

  it.each([7, 13, 20, 33, 50, 100])(
    'have no gap from the first on where the sound took the missing ones, of %d packets one',
    (each) => {
      expect(gapsOf(numbersOf(sharedBy((index) => index % each === 3)))).toBe(0);
      // Two and three packets of sound in a row.
      expect(gapsOf(numbersOf(sharedBy((index) => index % each === 3 || index % each === 4)))).toBe(0);
      expect(gapsOf(numbersOf(sharedBy((index) => [2, 3, 4].includes(index % each))))).toBe(0);
    },
  );

  it('keep each gap that the sound does not fill, though it fills the others', () => {
    const lost = new Set([500, 801, 802, 1_203]);
    expect(gapsOf(numbersOf(sharedBy((index) => index % 25 === 3, { lost })))).toBe(3);
    // Of two that are missing, the sound had one.
    expect(gapsOf(numbersOf(sharedBy((index) => index % 25 === 3, { lost: new Set([504]) })))).toBe(1);
  });

  it('have no gaps in the end where the sound comes later than its number', () => {
    const sent = sharedBy((index) => index % 40 === 3, { soundDelay: 10 });
    expect(gapsOf(numbersOf(sent).slice(200))).toBe(0);
  });

  it('keep the gaps of a recorder that loses one packet of seven, or a burst', () => {
    const seventh = Array.from({ length: 700 }, (_none, index) => index).filter((index) => index % 7 !== 3);
    expect(gapsOf(numbersOf(repaired(at(seventh))))).toBe(100);
    // Eight gaps among twenty packets, and later one more.
    const lost = new Set([100, 102, 104, 107, 109, 112, 114, 117, 400]);
    const burst = Array.from({ length: 600 }, (_none, index) => index).filter((index) => !lost.has(index));
    expect(gapsOf(numbersOf(repaired(at(burst))))).toBe(9);
  });

  it('keep a gap where the sound counts on its own and comes near by chance', () => {
    const sent: Buffer[] = [];
    const video = new PacketRepair((packet) => sent.push(Buffer.from(packet)), { splits: true });
    const audio = new PacketRepair(() => undefined, { splits: false });
    for (let index = 0; index < 600; index += 1) {
      const [ofVideo, ofAudio] = at([index, 5_000 + index]);
      if (index % 50 !== 7) video.write(ofVideo!, true, audio);
      audio.write(ofAudio!, true, video);
    }
    expect(gapsOf(numbersOf(sent))).toBe(12);
  });

  it('are the camera’s own again once they have no gaps for a while', () => {
    const sequences = [
      ...Array.from({ length: 100 }, (_none, index) => index * 2),
      ...Array.from({ length: 1_000 }, (_none, index) => 200 + index),
      ...Array.from({ length: 100 }, (_none, index) => 1_201 + index),
    ];
    const numbers = numbersOf(repaired(at(sequences)));
    expect(gapsOf(numbers.slice(16))).toBe(1);
  });

  it('keep the rare gap of a recorder that lost a packet itself', () => {
    const sequences = Array.from({ length: 600 }, (_none, index) => index + Math.floor(index / 33));
    expect(gapsOf(numbersOf(repaired(at(sequences))))).toBe(18);
  });

  it('show a gap where a frame was cut short, though they are no longer the camera’s', () => {
    const sent: Buffer[] = [];
    const repair = new PacketRepair((packet) => sent.push(Buffer.from(packet)), { splits: true });
    for (const packet of at(Array.from({ length: 100 }, (_none, index) => index * 2)))
      repair.write(packet, true);
    sent.length = 0;
    repair.write(at([200])[0] ?? Buffer.alloc(0), true);
    repair.noteLoss();
    repair.write(at([202])[0] ?? Buffer.alloc(0), true);
    expect(gapsOf(numbersOf(sent))).toBe(1);
  });
});
