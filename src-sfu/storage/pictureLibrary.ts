import { createRequire } from 'node:module';
import type * as sharpModule from 'sharp';

type Sharp = (typeof sharpModule)['default'];

/** The library of pictures could not be loaded: nothing is known of the picture itself, which is to be sent again. Over HTTP it is a 503. */
export class PictureLibraryError extends Error {
  override name = 'PictureLibraryError';
  readonly statusCode = 503;
  readonly code = 'unavailable';

  constructor(cause: unknown) {
    super(`The library that reads pictures could not be loaded: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Loads a library once for all who ask, and again for who asks after a failure. Rejects with `PictureLibraryError`.
 */
export function loadedOnce<Library>(load: () => Promise<Library>): () => Promise<Library> {
  let loading: Promise<Library> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw new PictureLibraryError(error);
    });
    return loading;
  };
}

/**
 * The library that decodes and encodes pictures. It is loaded at the first picture or some time after the hub's start, and not before it,
 * because of the 18 MB of libvips below it, on which nothing else waits. Rejects with `PictureLibraryError`.
 */
export const pictureLibrary = loadedOnce(async () => {
  // An import that failed would fail in the same way until the hub ends; `require` tries again.
  const { default: sharp } = await import('sharp').catch((): { default: Sharp } => ({
    default: createRequire(import.meta.url)('sharp') as Sharp,
  }));
  sharp.cache(false);
  // Pictures are checked a few at a time; each must not take every core from the media.
  sharp.concurrency(1);
  return sharp;
});
