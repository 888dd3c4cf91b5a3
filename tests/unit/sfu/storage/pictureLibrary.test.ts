import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { openSnapshotFiles } from '../../../../src-sfu/storage/alertsSnapshotFiles.ts';
import { cleanPicture } from '../../../../src-sfu/storage/pictureCleaning.ts';
import {
  loadedOnce,
  pictureLibrary,
  PictureLibraryError,
} from '../../../../src-sfu/storage/pictureLibrary.ts';
import { smallPicture } from '../../../../src-sfu/storage/smallPicture.ts';

/** A library that is missing at the first loading, and there at the next. */
const latecomer = () => {
  let loadings = 0;
  return loadedOnce(() => {
    loadings += 1;
    return loadings === 1 ? Promise.reject(new Error('libvips is missing')) : pictureLibrary();
  });
};
const picture = () =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#593' } })
    .jpeg()
    .toBuffer();

it('is loaded once, and again after a failure', async () => {
  let loadings = 0;
  let isMissing = true;
  const library = loadedOnce(() => {
    loadings += 1;
    return isMissing ? Promise.reject(new Error('libvips is missing')) : Promise.resolve('library');
  });
  const [first, second] = await Promise.allSettled([library(), library()]);
  expect([first, second].map((one) => one.status === 'rejected' && one.reason.statusCode)).toEqual([
    503, 503,
  ]);
  expect(loadings).toBe(1);
  isMissing = false;
  expect(await Promise.all([library(), library(), library()])).toEqual(['library', 'library', 'library']);
  expect(loadings).toBe(2);
});

it('without it no picture is taken for something else, and the next try takes it', async () => {
  const sent = await picture();
  const cleaning = latecomer();
  await expect(cleanPicture(sent, cleaning)).rejects.toThrow(PictureLibraryError);
  expect(await cleanPicture(sent, cleaning)).toMatchObject({ ok: true, width: 40, height: 30 });
  const making = latecomer();
  await expect(smallPicture(sent, making)).rejects.toThrow(PictureLibraryError);
  expect(await smallPicture(sent, making)).toBeInstanceOf(Buffer);
  const folder = await mkdtemp(join(tmpdir(), 'mingchu-pictures-'));
  const files = await openSnapshotFiles(folder, latecomer());
  const hash = 'a'.repeat(64);
  await files.save(hash, sent);
  await expect(files.check(hash)).rejects.toThrow(PictureLibraryError);
  expect(await files.check(hash)).toMatchObject({ ok: true, width: 40 });
  await rm(folder, { recursive: true });
});
