import { ok } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { CamerasService } from './cameras.service.ts';

type CameraRequestName = Extract<keyof RequestHandlers, `cameras:${string}`>;

/** Requests about cameras and their streams. */
export function createCameraHandlers(cameras: CamerasService): RequestHandlers<CameraRequestName> {
  return {
    'cameras:openStream': ({ connectionId }, { cameraId, stream }) =>
      cameras.openStream(connectionId, cameraId, stream),
    'cameras:closeStream': ({ connectionId }, { streamId }) => cameras.closeStream(connectionId, streamId),
    'cameras:getKeyPicture': (_context, { streamId }) => {
      const keyPicture = cameras.keyPicture(streamId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
  };
}
