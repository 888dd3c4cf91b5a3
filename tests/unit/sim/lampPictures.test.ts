import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { splitAccessUnits, type AccessUnit } from '../../../src-sim/media/accessUnits.ts';
import { lampPlace, LampPictures } from '../../../src-sim/media/lampPictures.ts';
import { clipFileName, clipFolder, scenes } from '../../../src-sim/scenes/catalogue.ts';
import { decodePicture } from '../../support/decodePicture.ts';

it('a picture of a kitchen comes out as large as it was, with a lit lamp in its corner', async () => {
  const name = clipFileName({ scene: scenes[0]?.id ?? '', show: 'normal', stream: 'sub', encoding: 'h264' });
  const pictures = splitAccessUnits('h264', readFileSync(join(clipFolder(), name)));
  const came = Promise.withResolvers<AccessUnit>();
  const lamp = new LampPictures(came.resolve);
  for (const { units } of pictures.slice(0, 15)) lamp.write(units);
  const { units, isKey } = await came.promise;
  lamp.close();
  expect(isKey).toBe(true);
  const annexB = (nals: readonly Buffer[]): Buffer =>
    Buffer.concat(nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]));
  const before = decodePicture(annexB(pictures[0]?.units ?? []));
  const after = decodePicture(annexB(units));
  expect([after.width, after.height]).toEqual([before.width, before.height]);
  const { left, top, side } = lampPlace;
  const [x, y] = [left + side / 2, top + side / 2].map((share) => Math.round(after.height * share));
  const middle = (y ?? 0) * after.width + (x ?? 0);
  expect(after.luma[middle]).toBeGreaterThan(215);
  // Elsewhere it is the same kitchen.
  const elsewhere = Math.round(after.height * 0.7) * after.width + Math.round(after.width * 0.6);
  expect(Math.abs((after.luma[elsewhere] ?? 0) - (before.luma[elsewhere] ?? 0))).toBeLessThan(20);
});
