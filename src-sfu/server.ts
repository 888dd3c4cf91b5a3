import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bodyCamMemberId } from '../src-shared/squads/bodyCam.protocol.ts';
import { can } from '../src-shared/session/roles.ts';
import { startAlerts } from './app/alerts.ts';
import { createAlertWall } from './features/alerts/alertSpotlight.service.ts';
import { createClock } from './base/clock.ts';
import type { Config } from './config.ts';
import { createCameraHealthService } from './features/cameras/cameraHealth.service.ts';
import { createCameraDirectory } from './features/cameras/cameraDirectory.ts';
import { createCameraHandlers } from './features/cameras/cameras.handlers.ts';
import { createCamerasService } from './features/cameras/cameras.service.ts';
import { createRegistryService } from './features/cameras/registry.service.ts';
import { createMapHandlers } from './features/map/map.handlers.ts';
import { readOperatorMap } from './features/map/operatorMap.ts';
import { createMediaHandlers } from './features/media/media.handlers.ts';
import type { MediaDirectory } from './features/media/media.ports.ts';
import { createSessionHandlers } from './features/session/session.handlers.ts';
import { createWallHandlers } from './features/wall/wall.handlers.ts';
import { createStreamWarmer } from './app/streamWarmer.ts';
import { localMoment } from './features/wall/localMoment.ts';
import { defaultScreenId } from './features/wall/screenShelf.ts';
import { createWallService } from './features/wall/wall.service.ts';
import { createAccessGuard } from './http/accessGuard.ts';
import { createHttpServer } from './http/httpServer.ts';
import { createMapRoutes } from './http/mapRoutes.ts';
import { createMetrics } from './http/metrics.ts';
import { createOwnHosts } from './http/ownHosts.ts';
import { startTlsServer, type TlsServer } from './http/tlsServer.ts';
import { createTrustRoutes } from './http/trustRoutes.ts';
import type { Logger } from './logger.ts';
import { createCameraMedia } from './media/cameraMedia.ts';
import { createTranscoder } from './media/ingest/transcode.ts';
import { createPictureConverter } from './media/pictureConverter.ts';
import { resolveRtcAddresses } from './media/rtcAddresses.ts';
import { createSurfaceMedia } from './media/surfaceMedia.ts';
import { startWorkerPool } from './media/workerPool.ts';
import { startSignaling, type Signaling } from './signaling/signaling.ts';
import { startSquads } from './app/squads.ts';
import { StartError } from './base/startError.ts';
import { handlersWithShownDates, withShownDates } from './app/shownDates.ts';
import { createCameraHealthRepository } from './storage/cameraHealth.sql.ts';
import { bindStoredPasswords } from './storage/cameraPasswords.ts';
import { createCamerasRepository } from './storage/cameras.sql.ts';
import { openStore } from './storage/database.ts';
import { openPosterFiles } from './storage/posterFiles.ts';
import { createRegistryRepository } from './storage/registry.sql.ts';
import { openSecretBox } from './storage/secretBox.ts';
import { createSettingsRepository } from './storage/settings.sql.ts';

/** A running hub. */
export interface Hub {
  /** Address of the hub on this machine, such as `http://127.0.0.1:7400`. */
  url: string;
  /** The wall's address with the key that lets other machines in. */
  accessLink: string;
  /** Address of the hub over HTTPS on this machine; undefined without HTTPS. */
  secureUrl: string | undefined;
  close(reason: string): Promise<void>;
}

const surfacesDir = fileURLToPath(new URL('../out/renderer', import.meta.url));
const accessKeySetting = 'session.accessKey';

/** Builds the hub from its parts and starts it. Throws when a part does not start; what had started is stopped again. */
export async function startHub(config: Config, logger: Logger): Promise<Hub> {
  const clock = createClock();
  const { nowMs } = clock;
  const startedAtMs = nowMs();
  const closers: (() => void | Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        logger.error({ err: error }, 'a part of the hub did not close');
      }
    }
  };

  clock.onStepped((stepMs) => {
    logger.warn(
      { stepSeconds: Math.round(stepMs / 1_000), date: new Date(clock.wallMs()).toISOString() },
      'the date of this machine was set; deadlines run on as before, records have the new date',
    );
  });
  closers.push(() => clock.close());

  try {
    const store = await openStore(config.dataDir, clock);
    closers.push(() => store.destroy());
    const settings = createSettingsRepository(store);
    const secrets = openSecretBox(config.dataDir);
    await bindStoredPasswords(store, secrets, logger);
    const camerasRepository = createCamerasRepository(store, secrets);

    const savedKey = await settings.read(accessKeySetting);
    const accessKey = typeof savedKey === 'string' ? savedKey : randomBytes(18).toString('base64url');
    if (savedKey !== accessKey) await settings.save(accessKeySetting, accessKey, 'hub', nowMs());
    const started: { signaling?: Signaling; tls?: TlsServer } = {};
    const guard = createAccessGuard(
      accessKey,
      config.trustLoopback,
      createOwnHosts({
        tlsNames: config.tlsNames,
        hostNames: config.hostNames,
        listenHost: config.host,
        announcedAddresses: resolveRtcAddresses(config.rtcAddresses).flatMap(({ ip, announcedAddress }) =>
          announcedAddress === undefined ? [ip] : [ip, announcedAddress],
        ),
        isInCertificate: (name) => started.tls?.covers(name) === true,
        nowMs: () => performance.now(),
      }),
    );

    const pool = await startWorkerPool({
      count: config.mediaWorkers,
      addresses: resolveRtcAddresses(config.rtcAddresses),
      rtcPort: config.rtcPort,
      logger,
    });
    closers.push(() => pool.close());
    const transcoder = createTranscoder({
      ffmpegPath: config.ffmpegPath,
      maxConcurrent: config.maxTranscodes,
      logger,
    });
    const cameraMedia = createCameraMedia({
      pool,
      transcoder,
      sparingTranscoder: {
        running: transcoder.running,
        start: (track, events) =>
          transcoder.running() + 1 < config.maxTranscodes ? transcoder.start(track, events) : undefined,
      },
      lowerTransport: config.cameraTransport,
      logger,
      nowMs,
    });
    const workers = () =>
      pool
        .list()
        .map(({ workerId, router }) => ({ workerId, routerRtpCapabilities: router.rtpCapabilities }));
    const squads = await startSquads({ store, pool, logger, nowMs });
    closers.push(() => squads.close());
    const streams = squads.withSentStreams(cameraMedia);
    const media = {
      workers,
      openSurface: (events) => createSurfaceMedia(pool, streams, events, nowMs),
    } as MediaDirectory;

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
    closers.push(() => cameras.close());
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
    closers.push(() => health.close());
    await health.load();
    const wall = createWallService({
      cameras: {
        ...cameras,
        isOnline: health.isOnline,
        findCamera: (cameraId) => cameras.findCamera(cameraId) ?? squads.bodyCamStreams.findCamera(cameraId),
      },
      repository: settings,
      warmer: createStreamWarmer(cameras),
      default: config.wallTour
        ? { fill: 'tour', layout: '16' }
        : { fill: 'cameras', count: config.wallTiles },
      nowMs,
      localMoment: () => localMoment(new Date()),
      random: Math.random,
      onFault: (error) => logger.error({ err: error }, 'the wall could not keep or apply something'),
    });
    closers.push(() => wall.close());
    await wall.load();
    squads.bodyCamStreams.onPresenceChanged(() => wall.camerasChanged());
    const alertWall = createAlertWall({
      wall,
      mainScreenId: defaultScreenId,
      isOnline: health.isOnline,
      logger,
    });
    closers.push(() => alertWall.close());
    for (const told of [wall, alertWall]) {
      cameras.onOnlineChanged(told.camerasWentOnOrOffline);
      health.onOnlineChanged(told.camerasWentOnOrOffline);
    }
    const toJpeg = createPictureConverter({ ffmpegPath: config.ffmpegPath });
    const alerts = await startAlerts({
      config,
      store,
      secrets,
      cameras: camerasRepository,
      wall: alertWall,
      poster: health.poster,
      toJpeg,
      version: hubVersion(),
      logger,
      clock,
      nowMs,
    });
    closers.push(() => alerts.close());
    alerts.healthChanged(health.read());
    const registry = createRegistryService({
      repository: createRegistryRepository(store, secrets),
      nowMs,
      async onImported(report) {
        await directory.reload();
        cameras.camerasChanged(report.changedCameraIds);
        await health.camerasChanged(report.changedCameraIds);
        await alerts.registryChanged();
        wall.camerasChanged();
        void directory.read();
        const revision = directory.revision();
        started.signaling?.broadcast('cameras:directoryChanged', { revision });
        started.signaling?.broadcast('map:sitesChanged', { revision });
      },
    });

    const operatorMap = await readOperatorMap(join(config.dataDir, 'map'));
    for (const problem of operatorMap.settings.problems)
      logger.error({ problem }, 'the map is not as declared');

    const metrics = createMetrics({
      surfaces: () => started.signaling?.surfaces().length ?? 0,
      mediaWorkers: () => pool.list().length,
      streamsByState: () => cameras.streamCounts(),
      camerasByCondition: () => health.figures().conditions,
      oldestLookAgeMs: () => health.figures().oldestLookAgeMs,
    });
    health.onLook(metrics.lookDone);
    const http = await createHttpServer({
      guard,
      metrics,
      registry,
      posters: {
        hasCamera: (cameraId) => directory.camera(cameraId) !== undefined,
        poster: health.poster,
        toJpeg,
      },
      routes: (admit) => [
        ...alerts.routes(admit),
        ...squads.routes(admit),
        createMapRoutes({ ...operatorMap, admit }),
        createTrustRoutes({
          tls: () => started.tls,
          plainPort: () => (http.server.address() as AddressInfo).port,
        }),
      ],
      surfacesDir,
      health() {
        const running = pool.list().length;
        const detail = { mediaWorkers: { running, wanted: config.mediaWorkers }, ...cameras.counts() };
        return { healthy: running === config.mediaWorkers, detail };
      },
      logger,
    });
    await http.ready();
    closers.push(() => started.tls?.close());

    const surfaces = startSignaling({
      httpServer: http.server,
      guard,
      media,
      maxSurfaces: config.maxSurfaces,
      logger,
      squadOfMember: squads.squadOfMember,
      onLeft(context) {
        cameras.releaseViewer(context.connectionId);
        wall.surfaceLeft(context.connectionId);
        squads.left(context);
      },
      memberOf: squads.memberOf,
      onRequest: metrics.requestDone,
      shown: withShownDates(clock),
      handlers: handlersWithShownDates(
        {
          ...createSessionHandlers({
            hub: { id: randomUUID(), version: hubVersion(), startedAtMs },
            workers: media.workers,
            wallSnapshot: wall.snapshot,
            wallScreens: wall.screens,
            wallLibrary: wall.library,
            wallViewerJoined: wall.surfaceJoined,
            listCameras: cameras.listCameras,
            alertsSnapshot: alerts.alerts.snapshot,
            alertMarks: alerts.alerts.marksSnapshot,
            memberOf: squads.memberOf,
            joined: squads.joined,
            squadsSnapshot: squads.snapshot,
            defaultScreenId,
            nowMs,
          }),
          ...createMediaHandlers(squads),
          ...createCameraHandlers({
            directory,
            cameras,
            health,
            bodyCams: {
              ...squads.bodyCamStreams,
              isBodyCam: (id) => bodyCamMemberId(id) !== undefined,
              mayView: ({ identity }) => identity !== undefined && can(identity.role, 'bodycam:view'),
            },
          }),
          ...createWallHandlers(wall),
          ...alerts.handlers,
          ...squads.handlers,
          ...createMapHandlers({ settings: operatorMap.settings, readSites: directory.read }),
        },
        clock,
      ),
    });
    started.signaling = surfaces;
    // They take all dates again.
    clock.onStepped(() => surfaces.broadcast('session:clockSet', {}));
    closers.push(() => surfaces.close());

    cameras.onStreamChanged((viewerIds, change) => {
      for (const viewerId of viewerIds) surfaces.find(viewerId)?.notify('cameras:streamChanged', change);
    });
    alerts.announceTo(surfaces);
    squads.announceTo(surfaces);
    health.onChanged((changed) => {
      alerts.healthChanged(changed);
      surfaces.broadcast('cameras:healthChanged', { changed });
    });
    wall.onScreenChanged((screenId, snapshot, audience) => {
      // Who drives the wall also hears of changes that its screen does not show.
      surfaces.broadcast(
        'wall:screenChanged',
        { wall: snapshot },
        audience === 'everyone' ? { screenId } : {},
      );
    });
    wall.onLibraryChanged((library) => {
      surfaces.broadcast('wall:libraryChanged', { library });
    });
    pool.onWorkerReplaced((dead) => {
      metrics.workerDied();
      surfaces.broadcast('media:workerReplaced', { workerId: dead.workerId, workers: media.workers() });
    });

    await http.listen({ host: config.host, port: config.port }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new StartError(
        `Port ${config.port} is taken: perhaps a hub runs already. Stop it, or set MINGCHU_PORT to another port.`,
      );
    });
    const { port } = http.server.address() as AddressInfo;
    if (config.https) {
      started.tls = await startTlsServer({
        plain: http.server,
        host: config.host,
        port: config.httpsPort ?? (config.port === 0 ? 0 : config.port + 43),
        dataDir: config.dataDir,
        certificatePath: config.tlsCertificate,
        keyPath: config.tlsKey,
        names: config.tlsNames,
        logger,
        nowMs: clock.wallMs,
      });
    }
    health.start();
    // Its pinyin takes a moment: it is there before the first desk asks.
    void directory.read();
    const linkHost = config.host === '0.0.0.0' || config.host === '::' ? lanAddress(config) : config.host;
    return {
      url: `http://127.0.0.1:${port}`,
      accessLink: `http://${linkHost}:${port}/wall.html?access=${accessKey}`,
      secureUrl: started.tls === undefined ? undefined : `https://127.0.0.1:${started.tls.port()}`,
      async close(reason) {
        surfaces.broadcast('session:hubStopping', { reason });
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The address other machines most likely reach this one by. */
function lanAddress(config: Config): string {
  const addresses = resolveRtcAddresses(config.rtcAddresses);
  const other = addresses.find(({ ip }) => !ip.startsWith('127.'));
  return other?.announcedAddress ?? other?.ip ?? '127.0.0.1';
}

function hubVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
