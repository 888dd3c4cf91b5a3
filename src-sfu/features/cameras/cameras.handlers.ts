import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CameraHealthService } from './cameraHealth.service.ts';
import type { CamerasService } from './cameras.service.ts';

type CameraRequestName = Extract<keyof RequestHandlers, `cameras:${string}`>;

export interface CameraHandlersOptions {
  directory: CameraDirectory;
  cameras: CamerasService;
  health: CameraHealthService;
}

/** Requests about cameras and their streams. */
export function createCameraHandlers(options: CameraHandlersOptions): RequestHandlers<CameraRequestName> {
  const { directory, cameras, health } = options;
  return {
    'cameras:readDirectory': async () => ok(await directory.read()),
    'cameras:readHealth': () => ok({ health: health.read() }),
    'cameras:getPoster': async (_context, { cameraId }) => {
      if (directory.camera(cameraId) === undefined) {
        return refuse('not_found', `There is no camera ${cameraId} in the registry.`);
      }
      const keyPicture = await health.poster(cameraId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
    'cameras:openStream': async ({ connectionId }, { cameraId, stream }) => {
      const opened = cameras.openStream(connectionId, cameraId, stream);
      if (!opened.ok || opened.data.keyPicture !== undefined) return opened;
      const keyPicture = await health.poster(cameraId);
      // While the file was read, notices may have gone out: the answer that comes after them must not be older.
      const status = cameras.status(opened.data.streamId) ?? opened.data.status;
      return ok({ ...opened.data, status, ...(keyPicture === undefined ? {} : { keyPicture }) });
    },
    'cameras:closeStream': ({ connectionId }, { streamId }) => cameras.closeStream(connectionId, streamId),
    'cameras:getKeyPicture': (_context, { streamId }) => {
      const keyPicture = cameras.keyPicture(streamId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
  };
}
