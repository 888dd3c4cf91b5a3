import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';

/** Keeps the last key pictures of streams that stopped, the most recently used ones, within a bound of bytes. */
export interface PosterShelf {
  keep(streamId: string, picture: KeyPicture): void;
  find(streamId: string): KeyPicture | undefined;
}

/** 2,200 sub streams at about 20 KiB each fit. */
const defaultLimitBytes = 64 * 1024 * 1024;

/** An empty shelf of `limitBytes`. */
export function createPosterShelf(limitBytes: number = defaultLimitBytes): PosterShelf {
  const pictures = new Map<string, KeyPicture>();
  let bytes = 0;
  const drop = (streamId: string): void => {
    const picture = pictures.get(streamId);
    if (picture === undefined) return;
    bytes -= picture.annexB.byteLength;
    pictures.delete(streamId);
  };
  return {
    keep(streamId, picture) {
      drop(streamId);
      pictures.set(streamId, picture);
      bytes += picture.annexB.byteLength;
      for (const oldest of pictures.keys()) {
        if (bytes <= limitBytes || oldest === streamId) break;
        drop(oldest);
      }
    },
    find(streamId) {
      const picture = pictures.get(streamId);
      if (picture === undefined) return undefined;
      pictures.delete(streamId);
      pictures.set(streamId, picture);
      return picture;
    },
  };
}
