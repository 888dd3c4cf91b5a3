import { describe, expect, it } from 'vitest';
import {
  rtpMarker,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
} from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { NalUnit } from '../../../../../../src-sfu/media/sources/gb28181/nalUnit.ts';
import { PicturePackets } from '../../../../../../src-sfu/media/sources/gb28181/picturePackets.ts';
import fc from '../../../../../support/properties.ts';

const unitOf = (...pieces: Buffer[]): NalUnit =>
  new NalUnit(
    pieces,
    pieces.reduce((sum, { length }) => sum + length, 0),
  );

/** The packets without what is chosen at random: their first number and their source. */
function packed(codec: 'H264' | 'H265', nals: readonly NalUnit[]): Buffer[] {
  const packets: Buffer[] = [];
  new PicturePackets(96, (packet) => packets.push(Buffer.from(packet))).picture(codec, nals, 90);
  for (const [index, packet] of packets.entries()) {
    packet.writeUInt16BE(index, 2);
    packet.fill(0, 8, 12);
  }
  return packets;
}

describe('pictures as RTP packets', () => {
  it('are the same in however many pieces their bytes came', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('H264' as const, 'H265' as const),
        fc.integer({ min: 16, max: 9_000 }),
        fc.array(fc.integer({ min: 1, max: 1_600 }), { maxLength: 12 }),
        (codec, length, cuts) => {
          const nal = Buffer.from(Array.from({ length }, (_, index) => 0x65 ^ ((index * 7) % 251)));
          const pieces: Buffer[] = [];
          let from = 0;
          for (const cut of [16, ...cuts]) {
            if (from < length) pieces.push(nal.subarray(from, from + cut));
            from += cut;
          }
          if (from < length) pieces.push(nal.subarray(from));
          const set = unitOf(Buffer.from([0x67, 1]));
          expect(packed(codec, [set, unitOf(...pieces)])).toEqual(packed(codec, [set, unitOf(nal)]));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['H264', Buffer.alloc(5_000, 0x65), 1, 2],
    ['H265', Buffer.concat([Buffer.from([0x26, 1]), Buffer.alloc(5_000, 0x55)]), 2, 3],
  ] as const)('of %s are whole again when their fragments are joined', (codec, nal, headerBytes, skipped) => {
    const packets: Buffer[] = [];
    const packer = new PicturePackets(96, (packet) => packets.push(Buffer.from(packet)));
    packer.picture(codec, [unitOf(Buffer.from([0x67, 1])), unitOf(nal)], 90);
    const [small, ...fragments] = packets as [Buffer, ...Buffer[]];
    expect(small.subarray(rtpPayloadStart(small))).toEqual(Buffer.from([0x67, 1]));
    const joined = Buffer.concat(fragments.map((packet) => packet.subarray(12 + skipped)));
    expect(joined.equals(nal.subarray(headerBytes))).toBe(true);
    expect(packets.map(rtpMarker)).toEqual(packets.map((_, index) => index === packets.length - 1));
    expect(packets.every((packet) => rtpTimestamp(packet) === 90 && packet.length <= 1_400)).toBe(true);
    const numbers = packets.map(rtpSequenceNumber);
    expect(
      numbers.every((number, index) => index === 0 || number === (((numbers[index - 1] ?? 0) + 1) & 0xffff)),
    ).toBe(true);
  });
});
