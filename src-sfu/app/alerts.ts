import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CameraHealth } from '../../src-shared/cameras/cameras.protocol.ts';
import { citizenKindId, type AlertKind, type HubKindId } from '../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../src-shared/alerts/alertView.ts';
import type { AlertMarksSnapshot, AlertsSnapshot } from '../../src-shared/alerts/alerts.protocol.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import { snapshotInScope } from '../features/alerts/alertScope.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { announceAlerts } from './alertNotices.ts';
import { createAlertPlaces } from './alertPlaces.ts';
import { createAlertsForOrders, type AlertsForOrders } from './alertsForOrders.ts';
import { createAlertsForRecorders, type AlertsForRecorders } from './alertsForRecorders.ts';
import { createAlertsForSites, type AlertsForSites } from './alertsForSites.ts';
import { createCoveredPictures } from '../features/alerts/coveredPictures.service.ts';
import type { AlertDelivery } from '../features/alerts/alertIntake.ts';
import { createAlertPictures } from '../features/alerts/alertPictures.ts';
import { createAlertMetrics } from '../features/alerts/alertMetrics.ts';
import { createAlertHandlers } from '../features/alerts/alerts.handlers.ts';
import { createAlertWall } from '../features/alerts/alertSpotlight.service.ts';
import { createAlertsService } from '../features/alerts/alerts.service.ts';
import { createApiKeysService } from '../features/alerts/apiKeys.service.ts';
import { createCameraWatch } from '../features/alerts/cameraWatch.ts';
import { createSnapshotQuota, quotaSpanMs } from '../features/alerts/snapshotQuota.ts';
import { startSnapshotSweeper } from '../features/alerts/snapshotSweeper.ts';
import type { OrderSettingsService } from '../features/orders/orderSettings.service.ts';
import type { CitizenAlerts } from '../features/citizens/citizens.ports.ts';
import type { WallService } from '../features/wall/wall.service.ts';
import { defaultScreenId } from '../features/wall/screenShelf.ts';
import { createAlertAdminRoutes } from '../http/alerts/alertAdminRoutes.ts';
import { createAlertDocsRoutes } from '../http/alerts/alertDocsRoutes.ts';
import { createApiKeyDoor } from '../http/alerts/apiKeyDoor.ts';
import { createAlertIntakeRoutes } from '../http/alerts/alertIntakeRoutes.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createExportLog } from '../http/exportLog.ts';
import { createAlertsRepository } from '../storage/alerts.sql.ts';
import { openSnapshotFiles, showsNothing } from '../storage/alertsSnapshotFiles.ts';
import { createApiKeysRepository } from '../storage/apiKeys.sql.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { DenialLog } from './denials.ts';
import type { Drivers } from './drivers.ts';

/** What the AI platform reports and what the hub finds itself, and the work on it. */
export interface AlertsFeature
  extends HubFeature<Extract<keyof RequestHandlers, `alerts:${string}`>>, AlertsForOrders {
  /** Calls the listener with each alert whose picture was checked and can be shown from now on. */
  onPictureReady(listener: (alertId: string) => void): void;
  /** Calls the listener when somebody opens a snapshot over HTTP. */
  onSnapshotOpened(listener: (asker: Principal, alertId: string) => void): void;
  /** Alerts that are not closed. */
  openAlerts(): Iterable<Alert>;
  /** What a kind of alert is called; undefined for one that is not known. */
  kindNames(kindId: string): { 'zh-CN': string; en: string } | undefined;
  /** The checked picture of an alert, a JPEG; undefined where there is none. */
  readPicture(picture: { hash: string }): Promise<Uint8Array | undefined>;
  /** What recorders bring to alerts and take from them. */
  forRecorders: AlertsForRecorders;
  /** Every kind of alert that there is now. */
  kinds(): readonly AlertKind[];
  /** When a key of another system ends, Unix milliseconds; undefined for one that is not known, was revoked or has expired. */
  keyEndsAtMs(keyId: string): number | undefined;
  /** How many changes of alerts of class 1 are shown and not stored. */
  notStored(): number;
  /** What the people of a site see of alerts, and what follows from what they say. */
  forSites: AlertsForSites;
  /** Reports of citizens as alerts. */
  forCitizens: CitizenAlerts & { onAcknowledged(listener: (alertIds: ReadonlySet<string>) => void): void };
}

/** Composes the alerts of a hub and loads the open ones. */
export async function createAlertsFeature(
  {
    config,
    store,
    urgentStore,
    spool,
    secrets,
    camerasRepository,
    toJpeg,
    version,
    logger,
    clock,
    nowMs,
  }: Drivers,
  parts: {
    cameras: Pick<CamerasFeature, 'health' | 'onRegistryChanged' | 'onOnlineChanged'>;
    wall: WallService;
    denied: DenialLog['denied'];
    orderSettings: Pick<OrderSettingsService, 'acknowledgeTimes'>;
  },
): Promise<AlertsFeature> {
  const { health, onRegistryChanged, onOnlineChanged } = parts.cameras;
  const dates = createMessageDates(clock);
  /** What another system sends has the date; the hub works with its own time. */
  const withOwnDates = (delivery: AlertDelivery): AlertDelivery => ({
    ...delivery,
    alerts: dates.own(delivery.alerts),
  });
  const spotlight = createAlertWall({
    wall: parts.wall,
    mainScreenId: defaultScreenId,
    isOnline: health.isOnline,
    logger,
  });
  onOnlineChanged(spotlight.camerasWentOnOrOffline);
  const { ask, commit } = createAlertsRepository(urgentStore, clock.parts);
  // What is read and written for an alert that arrives does not wait behind a search.
  const repository = { ...createAlertsRepository(store, clock.parts), ask, commit };
  const keys = createApiKeysService({
    repository: createApiKeysRepository(store, secrets),
    nowMs,
    wallMs: clock.wallMs,
    onFault: (error) =>
      logger.warn(
        { err: error },
        'the time of last use of a platform key could not be stored; the key itself works',
      ),
  });
  await keys.load();
  const places = await createAlertPlaces(camerasRepository);
  const files = await openSnapshotFiles(join(config.dataDir, 'snapshots'));
  const alerts = createAlertsService({
    repository,
    spool,
    places,
    wall: spotlight,
    acknowledgeTimes: parts.orderSettings.acknowledgeTimes,
    logger,
    newId,
    midnightMs: (atMs) => clock.toOwnMs(new Date(clock.toShownMs(atMs)).setHours(0, 0, 0, 0)),
    nowMs,
    toShownMs: clock.toShownMs,
  });
  await alerts.load();
  const snapshotOpened = createListeners<[asker: Principal, alertId: string]>();
  const pictureReady = createListeners<[alertId: string]>();
  const pictures = createAlertPictures({
    ledger: alerts.ledger,
    files,
    repository,
    logger,
    onReady: (alertIds) => alertIds.forEach((alertId) => pictureReady.notify(alertId)),
  });
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
    acknowledgeTimes: parts.orderSettings.acknowledgeTimes,
    limits: { offlineMs: config.cameraOfflineAlertMs, frozenMs: config.cameraFrozenAlertMs },
    newId,
    logger,
    nowMs,
  });
  const [from = 0, to = 24] = config.coveredPictureHours.split('-').map(Number);
  const pictureWatch = createCoveredPictures({
    poster: health.poster,
    toJpeg,
    showsNothing,
    judged: watch.pictureJudged,
    hours: { from, to },
    localHour: () => new Date(clock.wallMs()).getHours(),
    logger,
    nowMs,
  });

  const healthChanged = (changed: readonly CameraHealth[]): void => {
    watch.healthChanged(changed);
    pictureWatch.healthChanged(changed);
  };
  onRegistryChanged(async () => {
    await places.reload();
    watch.registryChanged();
  });
  health.onChanged(healthChanged);
  healthChanged(health.read());

  const handlers = createAlertHandlers({ alerts, repository, files });
  return {
    notStored: alerts.ledger.notStored,
    keyEndsAtMs: keys.endsAtMs,
    openAlerts: alerts.book.open,
    kindNames(kindId) {
      const kind = alerts.kinds().find((known) => known.kindId === kindId);
      return kind === undefined ? undefined : { 'zh-CN': kind.name, en: kind.nameEn };
    },
    forSites: createAlertsForSites({ alerts, repository, getSnapshot: handlers['alerts:getSnapshot'] }),
    forRecorders: createAlertsForRecorders({ alerts, files }),
    forCitizens: {
      take: alerts.takeCitizenReport,
      alert: alerts.alert,
      savePicture: files.save,
      pictureBytes: files.sentBytes,
      onAcknowledged: (listener) =>
        void alerts.onNews(({ arrived, changed }) => {
          const some = [...arrived, ...changed].filter(
            ({ kindId, acknowledged }) => kindId === citizenKindId && acknowledged !== undefined,
          );
          if (some.length > 0) listener(new Set(some.map(({ alertId }) => alertId)));
        }),
    },
    ...createAlertsForOrders({ alerts, files, logger }),
    kinds: alerts.kinds,
    readPicture: ({ hash }) => files.read(hash),
    onPictureReady: pictureReady.add,
    onSnapshotOpened: snapshotOpened.add,
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const { principal } = identity;
      const inScope = <Part extends AlertsSnapshot | AlertMarksSnapshot>(part: Part): Part =>
        snapshotInScope(part, alerts.book.open(), principal.scope);
      if (may(principal, 'alerts:viewDetails')) return { alerts: inScope(alerts.snapshot()) };
      if (may(principal, 'alerts:viewMarkers')) return { alertMarks: inScope(alerts.marksSnapshot()) };
      return may(principal, 'alerts:count') ? { alertCounts: inScope(alerts.marksSnapshot()).counts } : {};
    },
    door: createApiKeyDoor(keys),
    metrics: createAlertMetrics({
      open: alerts.book.open,
      onNews: alerts.onNews,
      notStored: alerts.ledger.notStored,
      nowMs,
    }),
    handlers,
    routes: (admit) => [
      createAlertIntakeRoutes({
        keys,
        take: (delivery) => alerts.take(withOwnDates(delivery)),
        preview: (delivery) => alerts.preview(withOwnDates(delivery)),
        files,
        quota,
        denied: parts.denied,
        nowMs,
        wallMs: clock.wallMs,
      }),
      createAlertDocsRoutes(version),
      createAlertAdminRoutes({
        keys,
        kinds: alerts.kinds,
        saveKind: alerts.saveKind,
        alert: alerts.alert,
        repository,
        files,
        dates,
        admit,
        recordExport: createExportLog(createAuditRepository(store), nowMs),
        onSnapshotOpened: snapshotOpened.notify,
      }),
    ],
    announceTo: (surfaces) => announceAlerts(alerts, surfaces),
    async close() {
      watch.close();
      pictureWatch.close();
      spotlight.close();
      await sweeper.close();
      await pictures.close();
      await alerts.close();
    },
  };
}

/** Ids in the order of their time, so that the newest stand together in the store. */
function newId(nowMs: number): string {
  return `${nowMs.toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`;
}
