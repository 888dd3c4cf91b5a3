import { isOnvifFailure } from '../../base/onvifError.ts';
import type { OnvifBook } from './onvifBook.ts';

/** What lenses of devices see, as small JPEGs. */
export interface OnvifPictures {
  /** From the device or else from its stream. Undefined where there is no such stream, null where the device gives no picture. */
  readPicture(deviceId: string, sourceToken: string): Promise<Buffer | null | undefined>;
  /** From the device itself, of the lens of a profile; undefined where it gives none now. */
  readSnapshot(deviceId: string, profileToken: string): Promise<Buffer | undefined>;
}

export interface PictureParts {
  /** A small JPEG of a picture; undefined where it is no picture. */
  smallPicture(sent: Buffer): Promise<Buffer | undefined>;
  /** A small JPEG of what a stream shows now; undefined where it shows nothing. */
  streamPicture(deviceId: string, profileToken: string): Promise<Buffer | undefined>;
}

/** Cameras of today send pictures of some megabytes; they are made small before a desk gets them. Bytes. */
const maxPictureBytes = 4 * 1024 * 1024;

export function createOnvifPictures({
  book,
  smallPicture,
  streamPicture,
}: PictureParts & { book: Pick<OnvifBook, 'find'> }): OnvifPictures {
  /** Null: the password is wrong there, and is not shown again. The picture of the large stream may be too large. */
  const single = async (
    device: NonNullable<ReturnType<OnvifBook['find']>>,
    profileTokens: readonly string[],
  ): Promise<Buffer | null | undefined> => {
    for (const profileToken of profileTokens)
      try {
        const small = await smallPicture(await device.client.readPicture(profileToken, maxPictureBytes));
        if (small !== undefined) return small;
      } catch (error) {
        if (!isOnvifFailure(error)) throw error;
        if (isOnvifFailure(error, 'unauthorized')) return null;
        // The place of its pictures does not answer, or is another one's: its stream may be there all the same.
        if (isOnvifFailure(error, 'another', 'unreachable', 'silent')) return undefined;
      }
    return undefined;
  };
  return {
    async readPicture(deviceId, sourceToken) {
      const device = book.find(deviceId);
      const stream = device?.record.streams.find((one) => one.sourceToken === sourceToken);
      if (device === undefined || stream === undefined) return undefined;
      const profiles = stream.sub === undefined ? [stream.main] : [stream.main, stream.sub];
      const picture = await single(
        device,
        profiles.map(({ profileToken }) => profileToken),
      );
      if (picture !== undefined) return picture;
      // A device that gives no single picture is seen by its stream.
      const { profileToken } = stream.sub ?? stream.main;
      return (await streamPicture(deviceId, profileToken)) ?? null;
    },
    async readSnapshot(deviceId, profileToken) {
      const device = book.find(deviceId);
      const stream = device?.record.streams.find(({ main, sub }) =>
        [main.profileToken, sub?.profileToken].includes(profileToken),
      );
      if (device === undefined || stream === undefined) return undefined;
      const { main, sub } = stream;
      const tokens = [main.profileToken, ...(sub === undefined ? [] : [sub.profileToken])];
      return (await single(device, tokens)) ?? undefined;
    },
  };
}
