import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CamerasService } from './cameras.service.ts';

type CameraRequestName = Extract<keyof RequestHandlers, `cameras:${string}`>;

export interface CameraHandlersOptions {
  directory: CameraDirectory;
  cameras: CamerasService;
}

/** Requests about cameras and their streams. */
export function createCameraHandlers(options: CameraHandlersOptions): RequestHandlers<CameraRequestName> {
  const { directory, cameras } = options;
  return {
    'cameras:readDirectory': async () => ok(await directory.read()),
    'cameras:readHealth': () => ok({ health: cameras.health() }),
    'cameras:getPoster': (_context, { cameraId }) => {
      if (directory.camera(cameraId) === undefined) {
        return refuse('not_found', `There is no camera ${cameraId} in the registry.`);
      }
      const keyPicture = cameras.keyPicture(`${cameraId}:sub`) ?? cameras.keyPicture(`${cameraId}:main`);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
    'cameras:openStream': ({ connectionId }, { cameraId, stream }) =>
      cameras.openStream(connectionId, cameraId, stream),
    'cameras:closeStream': ({ connectionId }, { streamId }) => cameras.closeStream(connectionId, streamId),
    'cameras:getKeyPicture': (_context, { streamId }) => {
      const keyPicture = cameras.keyPicture(streamId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
  };
}
