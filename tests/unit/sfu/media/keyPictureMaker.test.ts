import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createKeyPictureMaker } from '../../../../src-sfu/media/keyPictureMaker.ts';
import { decodePicture } from '../../../support/decodePicture.ts';

const make = createKeyPictureMaker({ ffmpegPath: process.env['MINGCHU_FFMPEG_PATH'] || 'ffmpeg' });

it('a JPEG becomes a key picture of the same look, also where its size is odd', async () => {
  const jpeg = await sharp({ create: { width: 321, height: 181, channels: 3, background: '#c0c0c0' } })
    .jpeg()
    .toBuffer();
  const made = await make(jpeg);
  expect(made).toMatchObject({ width: 320, height: 180 });
  expect(made?.codec).toMatch(/^avc1\.42[\da-f]{4}$/i);
  const { width, height, luma } = decodePicture(made?.annexB ?? new Uint8Array());
  expect([width, height]).toEqual([320, 180]);
  expect(Math.abs((luma[width * 90 + 160] ?? 0) - 181)).toBeLessThan(12);
});

it('what is no picture becomes none', async () => {
  expect(await make(Buffer.from('<html>no picture</html>'))).toBeUndefined();
  const missing = createKeyPictureMaker({ ffmpegPath: '/nowhere/ffmpeg' });
  expect(await missing(Buffer.alloc(4))).toBeUndefined();
});
