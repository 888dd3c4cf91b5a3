import { expect, it } from 'vitest';
import { OnePicture } from '../../../../../src-sfu/media/sources/onePicture.ts';
import { packetiseUnit } from '../../../../../src-sim/rtsp/packetiser.ts';
import { decodePicture } from '../../../../support/decodePicture.ts';
import { kitchenClip } from '../../../../support/recorderStage.ts';

const header = (sequence: number, timestamp: number, isLast: boolean): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes[0] = 0x80;
  bytes[1] = 96 | (isLast ? 0x80 : 0);
  bytes.writeUInt16BE(sequence & 0xffff, 2);
  bytes.writeUInt32BE(timestamp, 4);
  return bytes;
};

/** Packets of the pictures of a clip as a camera sends them; `marks`: the last packet of each says so. */
function packetsOf(pictures: number, marks = true): Buffer[] {
  let sequence = 65_530;
  return kitchenClip('sub')
    .slice(0, pictures)
    .flatMap(({ units }, index) => {
      const payloads = units.flatMap((unit) => packetiseUnit('h264', unit));
      return payloads.map((payload, at) => {
        sequence += 1;
        return Buffer.concat([header(sequence, index * 6_000, marks && at === payloads.length - 1), payload]);
      });
    });
}

const firstOf = (packets: readonly Buffer[]): Buffer | undefined => {
  const picture = new OnePicture([]);
  return packets.map((packet) => picture.take(packet)).find((whole) => whole !== undefined);
};

it.each([true, false])('is whole and decodes, with marks of its end: %s', (marks) => {
  const whole = firstOf(packetsOf(3, marks));
  expect(decodePicture(whole ?? Buffer.alloc(0))).toMatchObject({ width: 640, height: 360 });
});

it('is not taken where a packet of it is lost, nor without parameter sets, nor from what is no packet', () => {
  const packets = packetsOf(3);
  expect(packets.length).toBeGreaterThan(8);
  expect(firstOf(packets.toSpliced(4, 1))).toBeUndefined();
  expect(firstOf(packetsOf(1).slice(2))).toBeUndefined();
  for (const broken of [
    Buffer.alloc(0),
    Buffer.alloc(12),
    Buffer.from([0xbf, 0xff, 1, 2]),
    Buffer.alloc(1_400, 0xff),
  ])
    expect(new OnePicture([]).take(broken)).toBeUndefined();
});
