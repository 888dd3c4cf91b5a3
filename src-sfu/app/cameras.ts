import { join } from 'node:path';
import { createAwaitedListeners, createListeners } from '../../src-shared/listeners.ts';
import { may, worksForDistrict, type Principal, type Resource } from '../../src-shared/session/principal.ts';
import { wholeCityThing } from '../base/requestScopes.ts';
import { cameraOfStream } from './requestScopes.ts';
import { createCameraDirectory, type CameraDirectory } from '../features/cameras/cameraDirectory.ts';
import {
  createCameraHealthService,
  type CameraHealthService,
} from '../features/cameras/cameraHealth.service.ts';
import { createCameraHandlers, type BodyCamViewing } from '../features/cameras/cameras.handlers.ts';
import { createCamerasService, type CamerasService } from '../features/cameras/cameras.service.ts';
import { nothingPublished, type PublishedSites } from '../features/cameras/publishedSites.ts';
import { createRegistryService, type RegistryService } from '../features/cameras/registry.service.ts';
import { createPosterRoutes } from '../http/cameras/posterRoutes.ts';
import { createRegistryRoutes } from '../http/cameras/registryRoutes.ts';
import { createExportLog } from '../http/exportLog.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { createCameraHealthRepository } from '../storage/cameraHealth.sql.ts';
import { openPosterFiles } from '../storage/posterFiles.ts';
import { createRegistryRepository } from '../storage/registry.sql.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** Sites and cameras, their streams and their health. */
export interface CamerasFeature extends HubFeature<Extract<keyof RequestHandlers, `cameras:${string}`>> {
  streams: StreamOffer;
  directory: CameraDirectory;
  cameras: CamerasService;
  health: CameraHealthService;
  registry: Pick<RegistryService, 'importDocument' | 'exportRegistry'>;
  /** Adds a listener that is called when the registry changed; the import waits for its promise. */
  onRegistryChanged(listener: () => void | Promise<void>): void;
  /** Who keeps what sites publish; set once, when the hub is put together. */
  setPublishedSites(sites: PublishedSites): void;
  /** Adds a listener that is called when a camera goes online or offline. */
  onOnlineChanged(listener: () => void): void;
  /** Adds a listener that is called when somebody is sent the last picture of a camera over HTTP. */
  onPosterOpened(listener: (asker: Principal, cameraId: string) => void): void;
  /** Adds a listener that is called when a surface has a share in a stream of a camera or a body cam. */
  onStreamOpened(listener: (context: SurfaceContext, cameraId: string, streamId: string) => void): void;
}

/** `bodyCams`: body cams, which are opened and closed as cameras are. */
export async function createCamerasFeature(
  drivers: Drivers,
  parts: { bodyCams: BodyCamViewing },
): Promise<CamerasFeature> {
  const { config, logger, clock, nowMs, camerasRepository, store, secrets, cameraMedia, toJpeg } = drivers;
  const directory = createCameraDirectory(camerasRepository, nowMs);
  const cameras = createCamerasService({
    directory,
    repository: camerasRepository,
    media: cameraMedia,
    logger,
    lingerMs: config.lingerMs,
    nowMs,
    random: Math.random,
  });
  await directory.reload();
  const health = createCameraHealthService({
    directory,
    cameras,
    repository: createCameraHealthRepository(store),
    posters: await openPosterFiles({
      folder: join(config.dataDir, 'posters'),
      limitBytes: config.posterMebibytes * 1024 * 1024,
      logger,
    }),
    limits: {
      intervalMs: config.healthIntervalMs,
      maxRunning: config.healthMaxRunning,
      maxPerSecond: config.healthMaxPerSecond,
      maxRunningPerHost: config.healthMaxPerHost,
    },
    logger,
    nowMs,
  });
  await health.load();

  const districtOf = directory.districtOf;
  const placeOf = (cameraId: string): Resource => ({
    district: districtOf(cameraId),
    siteId: directory.siteOf(cameraId),
  });
  let surfaces: Signaling | undefined;
  const registryChanged = createAwaitedListeners();
  const streamOpened = createListeners<[context: SurfaceContext, cameraId: string, streamId: string]>();
  const posterOpened = createListeners<[asker: Principal, cameraId: string]>();
  let published = nothingPublished;
  const registry = createRegistryService({
    repository: createRegistryRepository(store, secrets),
    nowMs,
    published: () => published,
    async onImported({ changedCameraIds }) {
      await directory.reload();
      cameras.camerasChanged(changedCameraIds);
      await health.camerasChanged(changedCameraIds);
      await registryChanged.notify();
      void directory.read();
      surfaces?.broadcast('cameras:directoryChanged', { revision: directory.revision() });
    },
  });
  const probes: Record<string, number> = {};
  health.onProbe((outcome) => {
    probes[outcome] = (probes[outcome] ?? 0) + 1;
  });

  return {
    directory,
    cameras,
    health,
    registry,
    onRegistryChanged: (listener) => void registryChanged.add(listener),
    setPublishedSites(sites) {
      published = sites;
    },
    onOnlineChanged(listener) {
      cameras.onOnlineChanged(listener);
      health.onOnlineChanged(listener);
    },
    onPosterOpened: posterOpened.add,
    onStreamOpened: streamOpened.add,
    handlers: createCameraHandlers({
      directory,
      cameras,
      health,
      repository: camerasRepository,
      bodyCams: parts.bodyCams,
      onOpened: streamOpened.notify,
      nowMs,
      logger,
    }),
    routes: (admit) => [
      createRegistryRoutes({
        registry,
        admit,
        recordExport: createExportLog(createAuditRepository(store), nowMs),
      }),
      createPosterRoutes({
        mayView: ({ principal }, cameraId) =>
          principal !== undefined && may(principal, 'cameras:view', placeOf(cameraId)),
        hasCamera: (cameraId) => directory.camera(cameraId) !== undefined,
        poster: health.poster,
        toShownMs: clock.toShownMs,
        toJpeg,
        onOpened: posterOpened.notify,
        admit: admit('cameras:view'),
      }),
    ],
    snapshotFor: ({ identity }) =>
      identity !== undefined && may(identity.principal, 'wall:drive', wholeCityThing)
        ? { registry: cameras.listCameras() }
        : {},
    left: ({ connectionId }) => cameras.releaseShares({ holder: connectionId, purpose: 'view' }),
    streams: {
      // A stream that no other feature offers is treated as a camera's stream.
      owns: () => true,
      mayConsume: ({ identity }, streamId) =>
        identity !== undefined && may(identity.principal, 'cameras:view', placeOf(cameraOfStream(streamId))),
      isOpen: ({ connectionId }, streamId) =>
        cameras.isHeld({ holder: connectionId, purpose: 'view' }, streamId),
      producers: cameraMedia,
    },
    announceTo(signaling) {
      surfaces = signaling;
      cameras.onStreamChanged((connectionIds, change) => {
        for (const connectionId of connectionIds)
          signaling.find(connectionId)?.notify('cameras:streamChanged', change);
      });
      health.onChanged((changed) =>
        signaling.broadcastFor('cameras:healthChanged', ({ scope }) => {
          const seen = changed.filter(({ cameraId }) => worksForDistrict(scope, districtOf(cameraId)));
          return seen.length === 0 ? undefined : { changed: seen };
        }),
      );
    },
    metrics: [
      {
        name: 'mingchu_camera_streams',
        help: 'Camera streams by state',
        label: 'state',
        read: () => cameras.streamCounts(),
      },
      {
        name: 'mingchu_cameras',
        help: 'Cameras by condition',
        label: 'condition',
        read: () => health.figures().conditions,
      },
      {
        name: 'mingchu_camera_oldest_probe_seconds',
        help: 'Time since the camera that was probed longest ago; NaN while a camera was never probed',
        read: () => (health.figures().oldestProbeAgeMs ?? Number.NaN) / 1000,
      },
      {
        name: 'mingchu_camera_probes_total',
        help: 'Health probes of cameras by outcome; the rate is the probes per second',
        type: 'counter',
        label: 'outcome',
        read: () => probes,
      },
    ],
    healthz: () => ({ detail: cameras.counts() }),
    start() {
      health.start();
      // Computing the pinyin of the directory takes time, so it is done before the first desk requests it.
      void directory.read();
    },
    async close() {
      await health.close();
      cameras.close();
    },
  };
}
