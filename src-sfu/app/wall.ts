import type { ShownCamera } from '../../src-shared/cameras/cameras.protocol.ts';
import { may } from '../../src-shared/session/principal.ts';
import { wholeCityThing } from '../base/requestScopes.ts';
import { localMoment } from '../features/wall/localMoment.ts';
import { createWallHandlers } from '../features/wall/wall.handlers.ts';
import { createWallService, type WallService } from '../features/wall/wall.service.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** What the screens show. */
export interface WallFeature extends HubFeature<
  Exclude<Extract<keyof RequestHandlers, `wall:${string}`>, 'wall:showCase'>
> {
  wall: WallService;
}

/** `bodyCams`: body cams are shown on tiles as cameras are. */
export async function createWallFeature(
  { config, settings, logger, nowMs }: Drivers,
  parts: {
    cameras: Pick<CamerasFeature, 'cameras' | 'health' | 'onRegistryChanged' | 'onOnlineChanged'>;
    bodyCams: {
      findCamera(cameraId: string): ShownCamera | undefined;
      onPresenceChanged(listener: () => void): void;
    };
  },
): Promise<WallFeature> {
  const { cameras, health, onRegistryChanged, onOnlineChanged } = parts.cameras;
  const wall = createWallService({
    cameras: {
      ...cameras,
      isOnline: health.isOnline,
      findCamera: (cameraId) => cameras.findCamera(cameraId) ?? parts.bodyCams.findCamera(cameraId),
    },
    repository: settings,
    warmer: {
      warm: (screenId, streams) => cameras.holdStreams({ holder: screenId, purpose: 'warm' }, streams),
    },
    default: config.wallTour ? { fill: 'tour', layout: '16' } : { fill: 'cameras', count: config.wallTiles },
    nowMs,
    localMoment: () => localMoment(new Date()),
    random: Math.random,
    onFault: (error) => logger.error({ err: error }, 'a change of the wall could not be stored or applied'),
  });
  await wall.load();
  onRegistryChanged(wall.camerasChanged);
  onOnlineChanged(wall.camerasWentOnOrOffline);
  parts.bodyCams.onPresenceChanged(wall.camerasChanged);

  return {
    wall,
    handlers: createWallHandlers(wall),
    joined({ connectionId, identity }) {
      if (identity === undefined || !may(identity.principal, 'wall:view', wholeCityThing)) return;
      const showsScreenId = identity.surface === 'wall' ? identity.screenId : undefined;
      wall.surfaceJoined({
        connectionId,
        showsScreenId,
        drives: may(identity.principal, 'wall:drive', wholeCityThing),
      });
    },
    left: ({ connectionId }) => wall.surfaceLeft(connectionId),
    snapshotFor({ identity }) {
      if (identity?.screenId === undefined || !may(identity.principal, 'wall:view', wholeCityThing))
        return {};
      return {
        wall: wall.snapshot(identity.screenId),
        ...(may(identity.principal, 'wall:drive', wholeCityThing)
          ? { screens: wall.screens(), library: wall.library() }
          : {}),
      };
    },
    announceTo(surfaces) {
      wall.onScreenChanged((screenId, snapshot, audience) => {
        // Who drives the wall is also notified of changes that the screen itself does not show.
        const about = { district: undefined, ...(audience === 'everyone' ? { screenId } : {}) };
        surfaces.broadcast('wall:screenChanged', { wall: snapshot }, about);
      });
      wall.onLibraryChanged((library) =>
        surfaces.broadcast('wall:libraryChanged', { library }, { district: undefined }),
      );
    },
    close: () => wall.close(),
  };
}
