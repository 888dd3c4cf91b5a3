import { describe, expect, it } from 'vitest';
import {
  rtpMarker,
  rtpPayloadStart,
  rtpSequenceNumber,
  rtpTimestamp,
} from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { PicturePackets } from '../../../../../../src-sfu/media/sources/gb28181/picturePackets.ts';

describe('pictures as RTP packets', () => {
  it.each([
    ['H264', Buffer.alloc(5_000, 0x65), 1, 2],
    ['H265', Buffer.concat([Buffer.from([0x26, 1]), Buffer.alloc(5_000, 0x55)]), 2, 3],
  ] as const)('of %s are whole again when their fragments are joined', (codec, nal, headerBytes, skipped) => {
    const packets: Buffer[] = [];
    const packer = new PicturePackets(96, (packet) => packets.push(Buffer.from(packet)));
    packer.picture(codec, [Buffer.from([0x67, 1]), nal], 90);
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
