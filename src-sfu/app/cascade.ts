import type { UpperSettings } from '../../src-shared/cascade/cascade.protocol.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import { minuteOfDay } from '../../src-shared/time/minuteOfDay.ts';
import { ownAddresses } from '../base/ownAddresses.ts';
import { parseRecorderUrl } from '../base/recorderUrl.ts';
import type { AuditViews } from '../features/audit/auditViews.service.ts';
import { createCascadeHandlers, type CascadeRequestName } from '../features/cascade/cascade.handlers.ts';
import type { SharedCandidate } from '../features/cascade/cascade.ports.ts';
import { createCascadeService, type CascadeService } from '../features/cascade/cascade.service.ts';
import { createUpperDialogs } from '../features/cascade/upperDialogs.ts';
import { createUpperTurning } from '../features/cascade/upperTurning.ts';
import { isOwnPlatform, pictureFor } from '../features/cascade/viewPicture.ts';
import { UpperLink } from '../media/cascade/upperLink.ts';
import { createUpperLinks } from '../media/cascade/upperLinks.ts';
import { createViewMedia } from '../media/cascade/viewMedia.ts';
import { createUpperDialogsRepository } from '../storage/cascadeCalls.sql.ts';
import { createCascadeRepository } from '../storage/cascade.sql.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { RecordersFeature } from './recorders.ts';
import type { TurningFeature } from './turning.ts';

/** Views that may not go on are ended within this, and desks are notified at most this often. Milliseconds. */
const everyMs = 1_000;
/** Digits 9 and 10 of an id: a trade that is not named. */
const anyTrade = '00';

/** Cameras that are passed on to upper platforms by GB/T 28181. */
export async function createCascadeFeature(
  drivers: Drivers,
  parts: {
    cameras: Pick<
      CamerasFeature,
      'directory' | 'cameras' | 'health' | 'onRegistryChanged' | 'onOnlineChanged'
    >;
    recorders: Pick<RecordersFeature, 'platform' | 'onPlatformChanged' | 'directory' | 'onMoved'>;
    turning: Pick<TurningFeature, 'turning' | 'canTurn'>;
    views: Pick<AuditViews, 'opened' | 'closed'>;
  },
): Promise<HubFeature<CascadeRequestName>> {
  const { config, logger, nowMs, clock, store, secrets, cameraMedia, recorderDoors, version } = drivers;
  const { recorders, views } = parts;
  const { directory, cameras, health, onRegistryChanged, onOnlineChanged } = parts.cameras;
  const changed = createListeners();
  let isTouched = false;
  let began = 0;
  /** As the door for recorders is set up: it holds also for what goes up. */
  let platform = await recorders.platform();
  const turning = createUpperTurning({ turning: parts.turning.turning, nowMs });
  const share = (holder: string) => ({ holder, purpose: 'relay' }) as const;
  const askKeyPicture = (cameraId: string): void => {
    const target = parseRecorderUrl(directory.camera(cameraId)?.urls.main ?? '');
    if (target !== undefined) recorderDoors.door?.askKeyPicture(target.recorderId, target.channelId);
  };
  const openView = createViewMedia({
    sinks: cameraMedia,
    streams: {
      async open(holder, { upperId, cameraId }, asked) {
        const set = cascade.list().find((one) => one.upperId === upperId)?.settings.pictures ?? 'main';
        const kind = pictureFor(set, asked, (one) => cameras.status(`${cameraId}:${one}`)?.state === 'live');
        const opened = await cameras.openStream(share(holder), cameraId, kind);
        if (!opened.ok) return { ok: false };
        const { streamId, status } = opened.data;
        return { ok: true, streamId, sound: status.audio === 'opus' ? undefined : status.audio };
      },
      release: (holder) => cameras.releaseShares(share(holder)),
      isShown: cameras.isOnline,
      askKeyPicture,
    },
    host: config.host,
    ports: () => platform.mediaPorts,
    nowMs,
  });
  const isOwnAddress = (address: string): boolean =>
    address === platform.address || ownAddresses().includes(address);
  const isOurselves = async (settings: UpperSettings): Promise<boolean> => {
    platform = await recorders.platform();
    return isOwnPlatform(settings, platform, isOwnAddress);
  };
  const dialogs = await createUpperDialogs({
    repository: createUpperDialogsRepository(store),
    nowMs,
    onFault: (error) => logger.error({ err: error }, 'a call of an upper platform could not be recorded'),
  });
  const links = createUpperLinks({
    create: (record) => {
      const { upperId, settings } = record;
      /** It may have another name since the connection was made. */
      const name = (): string => cascade.nameOf(upperId) ?? settings.name;
      return new UpperLink({
        record,
        host: config.host,
        ownAddress: () => platform.address,
        isOurselves: () => isOurselves(settings),
        items: () => cascade.rights.items(upperId),
        mayView: (gbId) => cascade.rights.mayView(upperId, gbId),
        open: (viewId, cameraId, offer, onEnded) => openView({ upperId, viewId, cameraId }, offer, onEnded),
        isOwnAddress,
        onView(event, { cameraId, way }, target) {
          const viewerId = `upper ${upperId}`;
          if (event === 'ended') return views.closed(viewerId, 'cascade:view', cameraId);
          began += 1;
          views.opened(viewerId, { actor: name(), principal: null }, 'cascade:view', cameraId, {
            ...{ upperId, way, target },
          });
        },
        onDialog: (event, dialog) =>
          event === 'began' ? dialogs.began(upperId, dialog) : dialogs.ended(upperId, dialog.callId),
        leftDialogs: () => dialogs.left(upperId),
        turn: (cameraId, motion) => turning.turn({ upperId, name: name() }, cameraId, motion),
        goToPreset: (cameraId, number) => turning.goToPreset({ upperId, name: name() }, cameraId, number),
        presetsOf(cameraId) {
          parts.turning.turning.learnPresets(cameraId);
          return parts.turning.turning.read(cameraId).presets;
        },
        askKeyPicture,
        onChanged: () => (isTouched = true),
        version,
        nowMs,
        wallMs: clock.wallMs,
        random: Math.random,
        logger,
      });
    },
    onGone(upperId) {
      turning.left(upperId);
      isTouched = true;
    },
    nowMs,
  });
  let candidates: { revision: number; all: SharedCandidate[] } | undefined;
  const cascade: CascadeService = await createCascadeService({
    repository: createCascadeRepository(store, secrets),
    cameras: {
      all() {
        const revision = directory.revision();
        if (candidates?.revision !== revision)
          candidates = {
            revision,
            all: directory.views().map(({ cameraId, cameraName, siteName, district }) => ({
              cameraId,
              name: `${siteName} ${cameraName}`,
              district,
              url: directory.camera(cameraId)?.urls.main ?? '',
            })),
          };
        return candidates.all;
      },
      isOnline: health.isOnline,
      canTurn: parts.turning.canTurn,
    },
    idPrefix: () => `${platform.platformId.slice(0, 8)}${anyTrade}`,
    links,
    addressOf: (recorderId) => recorders.directory.placeOf(recorderId)?.address,
    isOurselves,
    minuteOfDay: () => minuteOfDay(clock.wallMs()),
    nowMs,
    logger,
  });
  recorders.onMoved((recorderId, address) => cascade.recorderCameTo(recorderId, address));
  recorders.onPlatformChanged(() => {
    recorders.platform().then(
      (now) => (platform = now),
      (error: unknown) => logger.error({ err: error }, 'the set-up for recorders could not be read'),
    );
  });
  onRegistryChanged(() => cascade.registryChanged());
  onOnlineChanged(() => links.listChanged());
  let timer: NodeJS.Timeout | undefined;
  return {
    handlers: createCascadeHandlers(
      cascade,
      {
        toShownMs: clock.toShownMs,
        utcOffsetMinutes: () => 0 - new Date(clock.wallMs()).getTimezoneOffset(),
      },
      () => changed.notify(),
    ),
    announceTo(surfaces) {
      changed.add(() => surfaces.broadcast('cascade:changed', {}));
    },
    metrics: [
      {
        name: 'mingchu_cascade_views',
        help: 'Cameras that upper platforms watch now',
        read: () => links.views().length,
      },
      {
        name: 'mingchu_cascade_views_total',
        help: 'Views from above that began',
        type: 'counter',
        read: () => began,
      },
      {
        name: 'mingchu_cascade_platforms',
        help: 'Upper platforms by how the hub stands with them',
        label: 'state',
        read() {
          const counts = { off: 0, registering: 0, registered: 0, failed: 0, ourselves: 0 };
          for (const { standing } of cascade.list()) counts[standing.state] += 1;
          return counts;
        },
      },
    ],
    async open() {
      platform = await recorders.platform();
      await cascade.registryChanged();
    },
    start() {
      cascade.start();
      timer = setInterval(() => {
        cascade.enforce();
        if (isTouched) changed.notify();
        isTouched = false;
      }, everyMs).unref();
    },
    async close() {
      clearInterval(timer);
      turning.close();
      await links.close();
      await dialogs.settled();
    },
  };
}
