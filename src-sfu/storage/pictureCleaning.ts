import type { Attachment, UploadRejection } from '../../src-shared/attachments/attachments.protocol.ts';
import { pictureLibrary } from './pictureLibrary.ts';

/** More pixels than phones send; a header that promises more is not unpacked. */
const maxPixels = 64_000_000;
/** The longer side of what is kept, and of a thumbnail. */
const keptSide = 4_096;
const thumbnailSide = 320;
const keptQuality = 88;
const thumbnailQuality = 75;
const cleaningSeconds = 20;

/** A picture as it is kept: only pixels, upright, and what its file said of where and when. */
export type CleanedPicture =
  | { ok: false; rejection: UploadRejection }
  | {
      ok: true;
      jpeg: Buffer;
      thumbnail: Buffer;
      width: number;
      height: number;
      embedded: Attachment['embedded'];
    };

/**
 * Decodes a photograph and encodes it again, so that nothing of the file remains but pixels. The work is done by threads of libvips.
 * Whatever cannot be decoded as a JPEG, PNG or WebP is no picture. Rejects with `PictureLibraryError` alone.
 */
export async function cleanPicture(sent: Buffer, library = pictureLibrary): Promise<CleanedPicture> {
  if (isHeic(sent)) return { ok: false, rejection: 'heic' };
  if (!isPictureByItsFirstBytes(sent)) return { ok: false, rejection: 'not_a_picture' };
  const sharp = await library();
  try {
    // The limit is checked below with a message of its own; the library would say that this is no picture.
    const { format, width, height, pages, exif } = await sharp(sent, { limitInputPixels: false }).metadata();
    if (format !== 'jpeg' && format !== 'png' && format !== 'webp')
      return { ok: false, rejection: 'not_a_picture' };
    if (width * height * (pages ?? 1) > maxPixels) return { ok: false, rejection: 'too_many_pixels' };
    const { data, info } = await encode(sharp, sent, keptSide, keptQuality);
    const thumbnail = await encode(sharp, data, thumbnailSide, thumbnailQuality);
    return {
      ok: true,
      jpeg: data,
      thumbnail: thumbnail.data,
      width: info.width,
      height: info.height,
      embedded: await embeddedFacts(exif),
    };
  } catch (error) {
    const isCut = /premature|truncated|end of (?:file|stream|input)|unexpected end/i.test(
      (error as Error).message,
    );
    return { ok: false, rejection: isCut ? 'cut_off' : 'not_a_picture' };
  }
}

async function encode(
  sharp: Awaited<ReturnType<typeof pictureLibrary>>,
  bytes: Buffer,
  side: number,
  quality: number,
) {
  return sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', animated: false })
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .timeout({ seconds: cleaningSeconds })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
}

/** JPEG (ISO/IEC 10918-1, B.1), PNG (RFC 2083, 3.1) or WebP (RFC 9649, 2.4): nothing else reaches a decoder. */
function isPictureByItsFirstBytes(bytes: Buffer): boolean {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  const isPng = bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return isJpeg || isPng || isWebp;
}

/** The brands of ISO/IEC 23008-12 by which iPhones mark a photograph that browsers cannot decode. */
function isHeic(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  return /^(?:hei[cxms]|hev[cxm]|mif1|msf1)$/.test(bytes.toString('latin1', 8, 12));
}

/** What EXIF says of where and when; undefined where it says nothing that can be read. */
async function embeddedFacts(exif: Buffer | undefined): Promise<Attachment['embedded']> {
  if (exif === undefined) return undefined;
  const { default: exifReader } = await import('exif-reader');
  try {
    const { GPSInfo: gps, Photo: photo } = exifReader(exif);
    const latitude = degrees(gps?.GPSLatitude, gps?.GPSLatitudeRef, 'S', 90);
    const longitude = degrees(gps?.GPSLongitude, gps?.GPSLongitudeRef, 'W', 180);
    const hasPlace = latitude !== undefined && longitude !== undefined;
    const takenAt = clockText(photo?.DateTimeOriginal);
    const facts = {
      ...(takenAt === undefined ? {} : { takenAt }),
      ...(hasPlace ? { latitude, longitude } : {}),
    };
    return Object.keys(facts).length === 0 ? undefined : facts;
  } catch {
    // Damaged EXIF says nothing; the pixels are what counts.
    return undefined;
  }
}

/** Degrees, minutes and seconds (CIPA DC-008, 4.6.6) as degrees; undefined for what is no place on earth. */
function degrees(parts: unknown, reference: unknown, negative: string, furthest: number): number | undefined {
  if (!Array.isArray(parts)) return undefined;
  const [whole = NaN, minutes = 0, seconds = 0] = parts.map(Number);
  const value = whole + minutes / 60 + seconds / 3_600;
  if (!Number.isFinite(value) || Math.abs(value) > furthest) return undefined;
  const isNegative = typeof reference === 'string' && reference.trim().toUpperCase() === negative;
  return isNegative ? -value : value;
}

/** The reader makes a date in UTC of the camera's clock, which has no zone: it is given back as the clock showed it. */
function clockText(date: unknown): string | undefined {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString().slice(0, 19);
  return /^\d{4}-/.test(text) ? text : undefined;
}
