import type { OpenedStream, StreamKind } from '../../../src-shared/cameras/cameras.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { nowhere, worksForDistrict, type Scope } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import type { Logger } from '../../logger.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { StreamShare } from '../../base/streamShares.ts';
import type { CameraDirectory } from './cameraDirectory.ts';
import type { CameraHealthService } from './cameraHealth.service.ts';
import type { CamerasRepository } from './cameras.repository.ts';
import type { CamerasService } from './cameras.service.ts';
import { createPageOpener } from './pageOpener.ts';

type CameraRequestName = Extract<keyof RequestHandlers, `cameras:${string}`>;

export interface CameraHandlersOptions {
  directory: CameraDirectory;
  cameras: CamerasService;
  health: CameraHealthService;
  repository: Pick<CamerasRepository, 'allowClearPassword'>;
  nowMs(): number;
  /** Body cams, watched as cameras are. */
  bodyCams: BodyCamViewing;
  /** A surface has a share in a stream, also where it was answered nothing because that took too long. */
  onOpened(context: SurfaceContext, cameraId: string, streamId: string): void;
  logger: Logger;
}

/** What showing a body cam needs; ids begin with `bodycam:`. */
export interface BodyCamViewing {
  isBodyCam(id: string): boolean;
  mayView(context: SurfaceContext): boolean;
  open(share: StreamShare, cameraId: string): Promise<Ack<OpenedStream>>;
  close(share: StreamShare, streamId: string): void;
  isHeld(share: StreamShare, streamId: string): boolean;
}

function scopeOf({ identity }: SurfaceContext): Scope {
  return identity?.principal.scope ?? nowhere;
}

/** Requests about cameras and their streams. */
export function createCameraHandlers(options: CameraHandlersOptions): RequestHandlers<CameraRequestName> {
  const { directory, cameras, health, bodyCams, repository, nowMs } = options;

  const isHeld = (context: SurfaceContext, streamId: string): boolean =>
    (bodyCams.isBodyCam(streamId) ? bodyCams : cameras).isHeld(viewShare(context), streamId);
  const join = async (
    context: SurfaceContext,
    cameraId: string,
    stream: StreamKind,
  ): Promise<Ack<OpenedStream>> => {
    // The pictures that a kitchen's own people see are the small ones: there are many sites.
    const served = context.identity?.principal.kind === 'site' ? 'sub' : stream;
    if (!bodyCams.isBodyCam(cameraId)) return cameras.openStream(viewShare(context), cameraId, served);
    if (bodyCams.mayView(context)) return bodyCams.open(viewShare(context), cameraId);
    return refuse('forbidden', 'This surface may not see body cams.', { reason: 'bodycam.may_not_view' });
  };
  const open: typeof join = async (context, cameraId, stream) => {
    const joined = await join(context, cameraId, stream);
    // The surface may have closed it meanwhile, or be gone.
    if (joined.ok && isHeld(context, joined.data.streamId))
      options.onOpened(context, cameraId, joined.data.streamId);
    return joined;
  };
  /** Adds the picture that was kept of a camera whose stream has none. */
  const addPoster = async (cameraId: string, opened: OpenedStream): Promise<OpenedStream> => {
    if (opened.keyPicture !== undefined || bodyCams.isBodyCam(cameraId)) return opened;
    const keyPicture = await health.poster(cameraId);
    // While the file was read, notices may have been sent. The answer comes after them, so it must not be older than they are.
    const status = cameras.status(opened.streamId) ?? opened.status;
    return { ...opened, status, ...(keyPicture === undefined ? {} : { keyPicture }) };
  };

  return {
    'cameras:readDirectory': async (context) => {
      const contents = await directory.read();
      const scope = scopeOf(context);
      if (scope.districts === 'all') return ok(contents);
      const sites = contents.sites.filter(({ district }) => worksForDistrict(scope, district));
      const siteIds = new Set(sites.map(({ siteId }) => siteId));
      return ok({
        ...contents,
        sites,
        cameras: contents.cameras.filter(({ siteId }) => siteIds.has(siteId)),
      });
    },
    'cameras:readHealth': (context) => {
      const scope = scopeOf(context);
      const isSeen = ({ cameraId }: { cameraId: string }): boolean =>
        worksForDistrict(scope, directory.districtOf(cameraId));
      return ok({ health: scope.districts === 'all' ? health.read() : health.read().filter(isSeen) });
    },
    'cameras:getPoster': async (_context, { cameraId }) => {
      if (directory.camera(cameraId) === undefined) return notInRegistry(cameraId);
      const keyPicture = await health.poster(cameraId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
    'cameras:openStream': async (context, { cameraId, stream }) => {
      const opened = await open(context, cameraId, stream);
      return opened.ok ? ok(await addPoster(cameraId, opened.data)) : opened;
    },
    'cameras:openStreams': createPageOpener({ open, isHeld, addPoster, logger: options.logger }),
    'cameras:closeStream'(context, { streamId }) {
      // Its view ends here in the audit log, and so does what it receives.
      context.media.closeStream(streamId);
      if (!bodyCams.isBodyCam(streamId)) return cameras.closeStream(viewShare(context), streamId);
      bodyCams.close(viewShare(context), streamId);
      return ok({});
    },
    'cameras:reportDecoding': (context, { streamId, decodes }) =>
      bodyCams.isBodyCam(streamId) ? ok({}) : cameras.reportDecoding(viewShare(context), streamId, decodes),
    'cameras:allowClearPassword': async (context, { cameraId }) => {
      if (directory.camera(cameraId) === undefined) return notInRegistry(cameraId);
      if (!(await repository.allowClearPassword(cameraId, deskName(context), nowMs()))) {
        return refuse('conflict', `Nothing keeps the password of camera ${cameraId} back.`, {
          reason: 'cameras.password_not_withheld',
          camera: cameraId,
        });
      }
      cameras.camerasChanged([cameraId]);
      await health.camerasChanged([cameraId]);
      return ok({});
    },
    'cameras:getKeyPicture': async (context, { streamId }) => {
      if (!cameras.isHeld(viewShare(context), streamId)) return ok({});
      const keyPicture = await cameras.keyPicture(streamId);
      return ok(keyPicture === undefined ? {} : { keyPicture });
    },
  };
}

function notInRegistry(cameraId: string): Ack<never> {
  return refuse('not_found', `There is no camera ${cameraId} in the registry.`, {
    reason: 'cameras.not_in_registry',
    camera: cameraId,
  });
}

/** The share of a surface that shows a stream. */
function viewShare({ connectionId }: SurfaceContext): StreamShare {
  return { holder: connectionId, purpose: 'view' };
}
