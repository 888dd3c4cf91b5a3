import fc from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  addressPackets,
  packetiseUnit,
  preparePackets,
  splitDatagrams,
} from '../../../src-sim/rtsp/packetiser.ts';

/** Puts H.264 FU-A fragments together again, as RFC 6184 section 5.8 says. */
function reassemble(payloads: readonly Buffer[]): Buffer {
  const [first] = payloads;
  if (!first || (first.readUInt8(0) & 0x1f) !== 28) return first ?? Buffer.alloc(0);
  const header = (first.readUInt8(0) & 0xe0) | (first.readUInt8(1) & 0x1f);
  return Buffer.concat([Buffer.from([header]), ...payloads.map((payload) => payload.subarray(2))]);
}

describe('the packetiser', () => {
  it('sends a unit that fits as it is', () => {
    const unit = Buffer.from([0x67, 1, 2, 3]);
    expect(packetiseUnit('h264', unit, 4)).toEqual([unit]);
  });

  it('cuts a larger unit so that it comes together again and no packet is too large', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2, maxLength: 600 }),
        fc.integer({ min: 4, max: 80 }),
        (rest, limit) => {
          const unit = Buffer.concat([Buffer.from([0x65]), rest]);
          const payloads = packetiseUnit('h264', unit, limit);
          expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(limit);
          expect(reassemble(payloads)).toEqual(unit);
        },
      ),
    );
  });

  it('marks the first and the last fragment, and only them', () => {
    const flags = packetiseUnit('h264', Buffer.alloc(100, 0x65), 30).map(
      (payload) => payload.readUInt8(1) & 0xe0,
    );
    expect(flags).toEqual([0x80, 0, 0, 0x40]);
  });

  it('keeps the layer and type of an H.265 unit in its fragments', () => {
    const unit = Buffer.concat([Buffer.from([19 << 1, 1]), Buffer.alloc(50, 9)]);
    const payloads = packetiseUnit('h265', unit, 30);
    expect(payloads.map((payload) => (payload.readUInt8(0) >> 1) & 0x3f)).toEqual([49, 49]);
    expect(payloads.map((payload) => payload.readUInt8(2) & 0x3f)).toEqual([19, 19]);
    expect(Buffer.concat(payloads.map((payload) => payload.subarray(3)))).toEqual(unit.subarray(2));
  });
});

describe('prepared packets', () => {
  const prepared = preparePackets([Buffer.from('one'), Buffer.from('three')], 96);

  it('take channel, rising sequence, timestamp and source of a receiver', () => {
    const packets = addressPackets(prepared, {
      channel: 2,
      firstSequence: 65_535,
      timestamp: 90_000,
      source: 7,
    });
    const [first, second] = splitDatagrams(packets, prepared.offsets);
    expect([packets[0], packets[1], packets.readUInt16BE(2)]).toEqual([0x24, 2, 15]);
    expect([first?.readUInt16BE(2), second?.readUInt16BE(2)]).toEqual([65_535, 0]);
    expect([first?.readUInt32BE(4), first?.readUInt32BE(8)]).toEqual([90_000, 7]);
    expect([first?.toString('latin1', 12), second?.toString('latin1', 12)]).toEqual(['one', 'three']);
  });

  it('set the marker on the last packet only', () => {
    expect(prepared.offsets.map((offset) => prepared.template.readUInt8(offset + 5))).toEqual([
      96,
      96 | 0x80,
    ]);
  });

  it('leave the template as it is, for the next receiver', () => {
    const before = Buffer.from(prepared.template);
    addressPackets(prepared, { channel: 9, firstSequence: 9, timestamp: 9, source: 9 });
    expect(prepared.template).toEqual(before);
  });
});
