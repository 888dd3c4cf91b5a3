import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { PictureCheck, SnapshotFiles } from '../features/alerts/alertPictures.ts';

/** More pixels than any camera has; a header that promises more is not unpacked. */
const maxPixels = 50_000_000;
/** The longer side of what is shown. */
const maxSide = 1_280;
const quality = 82;
const checkSeconds = 10;
const plainHash = /^[0-9a-f]{64}$/;

/**
 * `ab/<hash>.sent` is what came, byte for byte, as evidence; it is never shown. `ab/<hash>.jpg` is the picture in it,
 * decoded and encoded anew, so that nothing but pixels gets out.
 */
export async function openSnapshotFiles(folder: string): Promise<SnapshotFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  sharp.cache(false);
  // Pictures are checked a few at a time; each must not take every core from the media.
  sharp.concurrency(1);

  const pathOf = (hash: string, ending: string): string => {
    if (!plainHash.test(hash)) throw new Error('this is no hash of a snapshot');
    return join(folder, hash.slice(0, 2), hash + ending);
  };

  return {
    async save(hash, bytes) {
      const path = pathOf(hash, '.sent');
      const known = await stat(path).catch(() => undefined);
      if (known?.size === bytes.byteLength) return;
      await writeDurably(path, bytes);
    },
    async check(hash): Promise<PictureCheck> {
      const sent = await readFile(pathOf(hash, '.sent')).catch(() => undefined);
      if (sent === undefined) return { ok: false, message: 'The file is gone.' };
      let shown;
      try {
        const picture = sharp(sent, { limitInputPixels: maxPixels, failOn: 'error', animated: false });
        const { format } = await picture.metadata();
        if (format !== 'jpeg' && format !== 'png') {
          return { ok: false, message: `It is ${format}, neither JPEG nor PNG.` };
        }
        shown = await picture
          .autoOrient()
          .flatten({ background: '#000' })
          .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
          .timeout({ seconds: checkSeconds })
          .jpeg({ quality })
          .toBuffer({ resolveWithObject: true });
      } catch (error) {
        return { ok: false, message: (error as Error).message };
      }
      await writeDurably(pathOf(hash, '.jpg'), shown.data);
      return { ok: true, width: shown.info.width, height: shown.info.height };
    },
    async read(hash) {
      const bytes = await readFile(pathOf(hash, '.jpg')).catch(() => undefined);
      return bytes === undefined ? undefined : new Uint8Array(bytes);
    },
  };
}

/** Written beside, synced and moved into place: after a power cut there is the whole file or none. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Below this mean brightness (0…255) and spread a picture is dark all over. */
const dark = { mean: 30, spread: 26 };
/** Below this spread a picture is of one colour, such as a hand or a cloth before the lens. */
const plainSpread = 7;

/** Whether a picture shows nothing: all dark, or all of one colour. Rejects when it cannot be decoded. */
export async function showsNothing(jpeg: Buffer): Promise<boolean> {
  const { channels } = await sharp(jpeg, { limitInputPixels: maxPixels }).greyscale().stats();
  const { mean, stdev } = channels[0] ?? { mean: 255, stdev: 255 };
  return stdev < plainSpread || (mean < dark.mean && stdev < dark.spread);
}
