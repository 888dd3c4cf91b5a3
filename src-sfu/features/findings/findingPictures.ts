import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import type { Logger } from '../../logger.ts';

/** A JPEG and when it was taken. */
export interface TimedPicture {
  jpeg: Buffer<ArrayBuffer>;
  atMs: number;
}

/** Pictures of a finding that nobody has to take: of its alert, and of its camera now. */
export interface FindingPictures {
  /** The checked picture of its alert. */
  ofAlert(finding: Pick<Finding, 'alertId'>): Promise<TimedPicture | undefined>;
  /** `isTurned`: the camera was turned between the two, which may show two places. */
  pairOf(
    finding: Pick<Finding, 'alertId' | 'place'>,
  ): Promise<{ before?: TimedPicture; now?: TimedPicture; isTurned?: true }>;
}

export function createFindingPictures({
  alertPicture,
  poster,
  turnedBetween,
  toJpeg,
  logger,
}: {
  alertPicture(alertId: string): Promise<{ jpeg: Uint8Array; atMs: number } | undefined>;
  /** The last picture that is kept of a camera. */
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  turnedBetween(cameraId: string, fromMs: number, toMs: number): Promise<boolean>;
  toJpeg(annexB: Uint8Array): Promise<Buffer>;
  logger: Logger;
}): FindingPictures {
  const ofCamera = async (cameraId: string): Promise<TimedPicture | undefined> => {
    const picture = await poster(cameraId);
    if (picture === undefined) return undefined;
    try {
      return { jpeg: Buffer.from(await toJpeg(picture.annexB)), atMs: picture.capturedAtMs };
    } catch (error) {
      logger.warn({ err: error, cameraId }, 'a picture of a camera for a finding could not be converted');
      return undefined;
    }
  };
  const ofAlert = async ({ alertId }: Pick<Finding, 'alertId'>): Promise<TimedPicture | undefined> => {
    const picture = alertId === undefined ? undefined : await alertPicture(alertId);
    return picture === undefined ? undefined : { ...picture, jpeg: Buffer.from(picture.jpeg) };
  };
  return {
    ofAlert,
    async pairOf({ alertId, place: { cameraId } }) {
      const [before, now] = await Promise.all([
        ofAlert({ alertId }),
        cameraId === undefined ? undefined : ofCamera(cameraId),
      ]);
      const isTurned =
        cameraId !== undefined &&
        before !== undefined &&
        now !== undefined &&
        (await turnedBetween(cameraId, before.atMs, now.atMs));
      return {
        ...(before === undefined ? {} : { before }),
        ...(now === undefined ? {} : { now }),
        ...(isTurned ? { isTurned } : {}),
      };
    },
  };
}
