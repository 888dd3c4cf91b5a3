import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputInfo } from 'sharp';
import type { PictureCheck, SnapshotFiles } from '../features/alerts/alertPictures.ts';
import { writeDurably } from './durableFile.ts';
import { pictureLibrary } from './pictureLibrary.ts';

type Sharp = Awaited<ReturnType<typeof pictureLibrary>>;

/** More pixels than any camera has; a header that promises more is not unpacked. */
const maxPixels = 50_000_000;
/** The longer side of what is shown. */
const maxSide = 1_280;
const quality = 82;
const checkSeconds = 10;
/** No request takes longer from its picture to its alert. Milliseconds. */
const underWayMs = 10 * 60_000;
const plainHash = /^[0-9a-f]{64}$/;

/**
 * `ab/<hash>.sent` is what came, byte for byte, as evidence; it is never shown. `ab/<hash>.jpg` is the picture in it,
 * decoded and encoded again, so that only pixels leave the hub.
 */
export async function openSnapshotFiles(folder: string, library = pictureLibrary): Promise<SnapshotFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const pathOf = (hash: string, ending: string): string => {
    if (!plainHash.test(hash)) throw new Error('this is no hash of a snapshot');
    return join(folder, hash.slice(0, 2), hash + ending);
  };

  /**
   * When pictures were last asked to be saved, by the running clock: one that lay there already, or that has a date which was set
   * since, may belong to a request under way.
   */
  const savedAtMs = new Map<string, number>();

  return {
    async save(hash, bytes) {
      const path = pathOf(hash, '.sent');
      savedAtMs.set(hash, performance.now());
      const known = await stat(path).catch(() => undefined);
      if (known?.size === bytes.byteLength) return;
      await writeDurably(path, bytes);
    },
    has: (hash) =>
      stat(pathOf(hash, '.sent')).then(
        () => true,
        () => false,
      ),
    sentBytes: (hash) =>
      stat(pathOf(hash, '.sent')).then(
        ({ size }) => size,
        () => undefined,
      ),
    async check(hash): Promise<PictureCheck> {
      const sent = await readFile(pathOf(hash, '.sent')).catch(() => undefined);
      if (sent === undefined) return { ok: false, message: 'The file is gone.' };
      // Without the library nothing is known of the picture: it is checked later.
      const sharp = await library();
      const shown = await decodeAgain(sharp, sent).catch((error: unknown) => (error as Error).message);
      if (typeof shown === 'string') return { ok: false, message: shown };
      await writeDurably(pathOf(hash, '.jpg'), shown.data);
      return { ok: true, width: shown.info.width, height: shown.info.height };
    },
    async sweep(known, olderThanMs, isEnough) {
      let removed = 0;
      for (const [hash, atMs] of savedAtMs) {
        if (performance.now() - atMs > underWayMs) savedAtMs.delete(hash);
      }
      for (const name of await readdir(folder)) {
        if (isEnough()) break;
        if (!/^[0-9a-f]{2}$/.test(name)) continue;
        const files = await oldFiles(join(folder, name), olderThanMs);
        const belongs = await known([...new Set(files.map(({ hash }) => hash))]);
        const left = files.filter(({ hash }) => !belongs.has(hash) && !savedAtMs.has(hash));
        await Promise.all(left.map(({ path }) => rm(path, { force: true })));
        removed += left.filter(({ path }) => path.endsWith('.sent')).length;
        const unfinished = await oldFiles(join(folder, name), olderThanMs, '.new');
        await Promise.all(unfinished.map(({ path }) => rm(path, { force: true })));
      }
      return removed;
    },
    async read(hash) {
      const bytes = await readFile(pathOf(hash, '.jpg')).catch(() => undefined);
      return bytes === undefined ? undefined : new Uint8Array(bytes);
    },
  };
}

/** What some cameras leave out at the end of a JPEG (ISO/IEC 10918-1, B.1.1.3: EOI). */
const endOfImage = Buffer.from([0xff, 0xd9]);
/** The decoder's warning about a JPEG that has its whole picture and meaningless bytes after it, such as padding. */
const harmless = /extraneous bytes before marker/i;

/**
 * The picture in what was sent as a JPEG of the hub's making: upright, in sRGB, of the size in which it is shown. Rejects
 * when there is none, or when a part of it is missing; only the end marker may be.
 */
async function decodeAgain(sharp: Sharp, sent: Buffer): Promise<{ data: Buffer; info: OutputInfo }> {
  const { format } = await sharp(sent, { limitInputPixels: maxPixels }).metadata();
  if (format !== 'jpeg' && format !== 'png') throw new Error(`It is ${format}, neither JPEG nor PNG.`);
  try {
    return await encodeShown(sharp, sent, 'error');
  } catch (error) {
    if (format !== 'jpeg' || !/premature end/i.test((error as Error).message)) throw error;
  }
  const completed = Buffer.concat([sent, endOfImage]);
  try {
    // With the marker put in its place, a warning says that more than the marker was missing.
    return await encodeShown(sharp, completed, 'warning');
  } catch (error) {
    if (!harmless.test((error as Error).message)) throw error;
    return encodeShown(sharp, completed, 'error');
  }
}

async function encodeShown(
  sharp: Sharp,
  bytes: Buffer,
  failOn: 'error' | 'warning',
): Promise<{ data: Buffer; info: OutputInfo }> {
  return sharp(bytes, { limitInputPixels: maxPixels, failOn, animated: false })
    .autoOrient()
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .timeout({ seconds: checkSeconds })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
}

/** Files of a folder that were written before a time, with the hash that their names begin with. */
async function oldFiles(
  folder: string,
  olderThanMs: number,
  ending?: '.new',
): Promise<{ hash: string; path: string }[]> {
  const found: { hash: string; path: string }[] = [];
  for (const name of await readdir(folder)) {
    const hash = name.slice(0, 64);
    if (!plainHash.test(hash) || name.endsWith('.new') !== (ending === '.new')) continue;
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined && status.mtimeMs < olderThanMs) found.push({ hash, path });
  }
  return found;
}

/** Below this mean brightness (0…255) and spread a picture is dark all over. */
const dark = { mean: 30, spread: 26 };
/** Below this spread a picture is of one colour, such as a hand or a cloth before the lens. */
const plainSpread = 7;

/** Whether a picture shows nothing: all dark, or all of one colour. Rejects when it cannot be decoded. */
export async function showsNothing(jpeg: Buffer): Promise<boolean> {
  const sharp = await pictureLibrary();
  const { channels } = await sharp(jpeg, { limitInputPixels: maxPixels }).greyscale().stats();
  const { mean, stdev } = channels[0] ?? { mean: 255, stdev: 255 };
  return stdev < plainSpread || (mean < dark.mean && stdev < dark.spread);
}
