import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import type { HubKindId } from '../../src-shared/alerts/alertKinds.ts';
import { markOf } from '../../src-shared/alerts/alertView.ts';
import type { Config } from '../config.ts';
import type { CameraHealth, KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import { mapStamps } from '../../src-shared/time/stamps.ts';
import type { Clock } from '../base/clock.ts';
import { createAlertPlaces } from './alertPlaces.ts';
import { createCoveredPictures } from '../features/alerts/coveredPictures.service.ts';
import type { AlertDelivery } from '../features/alerts/alertIntake.ts';
import { createAlertPictures } from '../features/alerts/alertPictures.ts';
import { createAlertHandlers } from '../features/alerts/alerts.handlers.ts';
import type { AlertWall } from '../features/alerts/alerts.ports.ts';
import { createAlertsService, type AlertsService } from '../features/alerts/alerts.service.ts';
import { createApiKeysService } from '../features/alerts/apiKeys.service.ts';
import { createCameraWatch } from '../features/alerts/cameraWatch.ts';
import { createSnapshotQuota, quotaSpanMs } from '../features/alerts/snapshotQuota.ts';
import { startSnapshotSweeper } from '../features/alerts/snapshotSweeper.ts';
import type { CamerasRepository } from '../features/cameras/cameras.repository.ts';
import { createAlertAdminRoutes, type AlertAdminRoutesOptions } from '../http/alertAdminRoutes.ts';
import { createAlertDocsRoutes } from '../http/alertDocsRoutes.ts';
import { createAlertIntakeRoutes } from '../http/alertIntakeRoutes.ts';
import type { Logger } from '../logger.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createAlertsRepository } from '../storage/alerts.sql.ts';
import { openSnapshotFiles, showsNothing } from '../storage/alertsSnapshotFiles.ts';
import { createApiKeysRepository } from '../storage/apiKeys.sql.ts';
import type { Store } from '../storage/database.ts';
import type { SecretBox } from '../storage/secretBox.ts';

/** Everything of alerts in one hub, connected. */
export interface AlertsPart {
  alerts: AlertsService;
  /** How cameras do, as it changes. */
  healthChanged(changed: readonly CameraHealth[]): void;
  handlers: ReturnType<typeof createAlertHandlers>;
  routes(admit: AlertAdminRoutesOptions['admit']): FastifyPluginCallback[];
  /** Tells surfaces what happens from now on. */
  announceTo(surfaces: Signaling): void;
  /** The registry changed. */
  registryChanged(): Promise<void>;
  close(): Promise<void>;
}

export interface AlertsPartOptions {
  config: Config;
  store: Store;
  secrets: SecretBox;
  cameras: CamerasRepository;
  wall: AlertWall;
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  toJpeg(annexB: Uint8Array): Promise<Buffer>;
  version: string;
  logger: Logger;
  clock: Clock;
  nowMs(): number;
}

/** Composes the alerts of a hub and takes up what was open. */
export async function startAlerts(options: AlertsPartOptions): Promise<AlertsPart> {
  const { config, store, logger, clock, nowMs } = options;
  const repository = createAlertsRepository(store);
  const keys = createApiKeysService({
    repository: createApiKeysRepository(store, options.secrets),
    nowMs,
    wallMs: clock.wallMs,
  });
  await keys.load();
  const places = await createAlertPlaces(options.cameras);
  const files = await openSnapshotFiles(join(config.dataDir, 'snapshots'));
  const alerts = createAlertsService({
    repository,
    places,
    wall: options.wall,
    logger,
    newId,
    midnightMs: (atMs) => clock.toOwnMs(new Date(clock.toShownMs(atMs)).setHours(0, 0, 0, 0)),
    nowMs,
  });
  await alerts.load();
  const pictures = createAlertPictures({ ledger: alerts.ledger, files, repository, logger });
  alerts.onSnapshots(pictures.add);
  await pictures.load();
  const quota = createSnapshotQuota({
    limitBytes: config.snapshotMebibytes * 1024 * 1024,
    sent: await repository.snapshotBytesByKey(nowMs() - quotaSpanMs),
    nowMs,
  });
  const sweeper = startSnapshotSweeper({ files, repository, logger, nowMs });
  const watch = createCameraWatch({
    book: alerts.book,
    ledger: alerts.ledger,
    kind(kindId: HubKindId) {
      const kind = alerts.kinds().find((known) => known.kindId === kindId);
      if (kind === undefined) throw new Error(`there is no kind ${kindId}`);
      return kind;
    },
    place: places.findPlace,
    limits: { offlineMs: config.cameraOfflineAlertMs, frozenMs: config.cameraFrozenAlertMs },
    newId,
    logger,
    nowMs,
  });
  const [from = 0, to = 24] = config.coveredPictureHours.split('-').map(Number);
  const pictureWatch = createCoveredPictures({
    poster: options.poster,
    toJpeg: options.toJpeg,
    showsNothing,
    judged: watch.pictureJudged,
    hours: { from, to },
    localHour: () => new Date(clock.wallMs()).getHours(),
    logger,
    nowMs,
  });

  return {
    alerts,
    healthChanged(changed) {
      watch.healthChanged(changed);
      pictureWatch.healthChanged(changed);
    },
    handlers: createAlertHandlers({ alerts, repository, files }),
    routes: (admit) => [
      createAlertIntakeRoutes({
        keys,
        take: (delivery) => alerts.take(withOwnDates(delivery, clock)),
        preview: (delivery) => alerts.preview(withOwnDates(delivery, clock)),
        files,
        quota,
        nowMs,
        wallMs: clock.wallMs,
      }),
      createAlertDocsRoutes(options.version),
      createAlertAdminRoutes({
        keys,
        kinds: alerts.kinds,
        saveKind: alerts.saveKind,
        alert: alerts.alert,
        repository,
        files,
        admit,
      }),
    ],
    announceTo(surfaces) {
      alerts.onNews(({ arrived, changed }) => {
        if (arrived.length > 0) surfaces.broadcast('alerts:arrived', { alerts: arrived });
        if (changed.length > 0) surfaces.broadcast('alerts:changed', { alerts: changed });
        const marks = [...arrived, ...changed].map(markOf);
        surfaces.broadcast('alerts:marksChanged', { marks });
      });
      alerts.onCounts((counts) => surfaces.broadcast('alerts:countsChanged', { counts }));
      alerts.onKinds((kinds) => surfaces.broadcast('alerts:kindsChanged', { kinds }));
    },
    async registryChanged() {
      await places.reload();
      watch.registryChanged();
    },
    async close() {
      watch.close();
      pictureWatch.close();
      await sweeper.close();
      await pictures.close();
      await alerts.close();
    },
  };
}

/** What another system sends has the date; the hub works with its own time. */
function withOwnDates(delivery: AlertDelivery, clock: Clock): AlertDelivery {
  if (!clock.hasStepped()) return delivery;
  return { ...delivery, alerts: mapStamps(delivery.alerts, clock.toOwnMs) };
}

/** Ids in the order of their time, so that the newest stand together in the store. */
function newId(nowMs: number): string {
  return `${nowMs.toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`;
}
