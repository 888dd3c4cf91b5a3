import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { StreamShare } from '../../base/streamShares.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CameraHealthService } from './cameraHealth.service.ts';
import type { CamerasService } from './cameras.service.ts';

type CameraRequestName = Extract<keyof RequestHandlers, `cameras:${string}`>;

export interface CameraHandlersOptions {
  directory: CameraDirectory;
  cameras: CamerasService;
  health: CameraHealthService;
  /** Body cams, watched as cameras are. */
  bodyCams: BodyCamViewing;
}

/** What showing a body cam needs; ids begin with `bodycam:`. */
export interface BodyCamViewing {
  isBodyCam(id: string): boolean;
  mayView(context: SurfaceContext): boolean;
  open(share: StreamShare, cameraId: string): Promise<Ack<OutputOf<'cameras:openStream'>>>;
  close(share: StreamShare, streamId: string): void;
}

/** Requests about cameras and their streams. */
export function createCameraHandlers(options: CameraHandlersOptions): RequestHandlers<CameraRequestName> {
  const { directory, cameras, health, bodyCams } = options;
  return {
    'cameras:readDirectory': async () => ok(await directory.read()),
    'cameras:readHealth': () => ok({ health: health.read() }),
    'cameras:getPoster': async (_context, { cameraId }) => {
      if (directory.camera(cameraId) === undefined) {
        return refuse('not_found', `There is no camera ${cameraId} in the registry.`, {
          reason: 'cameras.not_in_registry',
          camera: cameraId,
        });
      }
      const keyPicture = await health.poster(cameraId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
    'cameras:openStream': async (context, { cameraId, stream }) => {
      const share = viewShare(context);
      if (bodyCams.isBodyCam(cameraId)) {
        if (!bodyCams.mayView(context))
          return refuse('forbidden', 'This surface may not see body cams.', {
            reason: 'bodycam.may_not_view',
          });
        return bodyCams.open(share, cameraId);
      }
      const opened = await cameras.openStream(share, cameraId, stream);
      if (!opened.ok || opened.data.keyPicture !== undefined) return opened;
      const keyPicture = await health.poster(cameraId);
      // While the file was read, notices may have gone out: the answer that comes after them must not be older.
      const status = cameras.status(opened.data.streamId) ?? opened.data.status;
      return ok({ ...opened.data, status, ...(keyPicture === undefined ? {} : { keyPicture }) });
    },
    'cameras:closeStream'(context, { streamId }) {
      if (!bodyCams.isBodyCam(streamId)) return cameras.closeStream(viewShare(context), streamId);
      bodyCams.close(viewShare(context), streamId);
      return ok({});
    },
    'cameras:reportDecoding': (context, { streamId, decodes }) =>
      bodyCams.isBodyCam(streamId) ? ok({}) : cameras.reportDecoding(viewShare(context), streamId, decodes),
    'cameras:getKeyPicture': async (_context, { streamId }) => {
      const keyPicture = await cameras.keyPicture(streamId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
  };
}

/** The share of a surface that shows a stream. */
function viewShare({ connectionId }: SurfaceContext): StreamShare {
  return { holder: connectionId, purpose: 'view' };
}
