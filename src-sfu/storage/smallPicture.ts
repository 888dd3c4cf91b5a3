import { pictureLibrary } from './pictureLibrary.ts';

/** More pixels than cameras have; a header that promises more is not unpacked. */
const maxPixels = 50_000_000;
/** The longer side of what a desk shows of a camera that has no place yet. */
const side = 640;
const quality = 75;
const seconds = 5;

/**
 * A small JPEG of a picture that a camera sent; undefined where it is no picture. The work is done by threads of libvips.
 * Rejects with `PictureLibraryError` alone.
 */
export async function smallPicture(sent: Buffer, library = pictureLibrary): Promise<Buffer | undefined> {
  const sharp = await library();
  try {
    return await sharp(sent, { limitInputPixels: maxPixels, animated: false })
      .timeout({ seconds })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality })
      .toBuffer();
  } catch {
    return undefined;
  }
}
