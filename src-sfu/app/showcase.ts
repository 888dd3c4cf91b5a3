import { randomUUID } from 'node:crypto';
import { may, worksForDistrict, type Scope } from '../../src-shared/session/principal.ts';
import {
  maxCityAlerts,
  type CityView,
  type ShowcaseDesk,
  type ShowcaseView,
} from '../../src-shared/showcase/showcase.protocol.ts';
import type { ReplacedPage } from '../../src-shared/wall/replacedPage.ts';
import { orderGroupId } from '../../src-shared/talk/memberGroups.ts';
import { deskName } from '../base/deskName.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createCaseRelease, isReleasedStreamId } from '../features/showcase/caseRelease.ts';
import { cityViewOf } from '../features/showcase/cityView.ts';
import { createShowcaseService } from '../features/showcase/showcase.service.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import type { SendingMedia } from '../media/sendingMedia.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createShowcaseRepository } from '../storage/showcase.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';
import { createReleasedBodyCam } from './releasedBodyCam.ts';
import type { SquadsFeature } from './squads.ts';

/** How often the figures are read while somebody sees them. Milliseconds. */
const figuresEveryMs = 5_000;
/** A consumer that was being made when a release was taken back is closed by then. Milliseconds. */
const closeAgainAfterMs = [100, 500, 2_000];

export interface ShowcaseFeature extends HubFeature<Extract<keyof RequestHandlers, `showcase:${string}`>> {
  streams: StreamOffer;
  /** As the offer, but not for screens of the showcase while the curtain is drawn. */
  dark(offer: StreamOffer): StreamOffer;
}

/** The showcase for visitors: curtain, programme, the city in numbers, and a case that an officer releases. */
export async function createShowcaseFeature(
  { store, clock, nowMs, logger, pool, config }: Drivers,
  parts: {
    cameras: Pick<CamerasFeature, 'directory' | 'health'>;
    alerts: Pick<AlertsFeature, 'kindNames'>;
    orders: Pick<OrdersFeature, 'openOrder' | 'onOrderChanged'>;
    squads: Pick<SquadsFeature, 'roster'>;
    sending: Pick<SendingMedia, 'find'>;
  },
): Promise<ShowcaseFeature> {
  const { directory, health } = parts.cameras;
  const repository = createShowcaseRepository(store);
  const service = createShowcaseService({
    repository,
    onFault: (error) =>
      logger.error(
        { err: error },
        'the curtain of the showcase could not be stored; a drawn curtain stays drawn until the hub stops',
      ),
    nowMs,
  });
  await service.load();
  let surfaces: Signaling | undefined;
  let timer: Timer | undefined;
  let city: CityView | undefined;
  /** Where the voice of the release runs, by its order, as it was found last. */
  const places = new Map<string, { workerId: string }>();
  const voiceOf = (orderId: string): string => `talk:${orderGroupId(orderId)}`;
  const bodyCam = createReleasedBodyCam(
    { pool, config, logger, nowMs },
    { sending: parts.sending, onChanged: () => announce() },
  );
  const release = createCaseRelease({
    openOrder: parts.orders.openOrder,
    squad: (squadId) => parts.squads.roster.squad(squadId),
    placeOf: (stream) => (stream.kind === 'bodyCam' ? bodyCam.picture.place() : places.get(stream.orderId)),
    newId: randomUUID,
    nowMs,
  });
  const screens = new Map<string, SurfaceContext>();
  /** Since the hub was started: why a page for visitors was replaced last, and how often one was. */
  let replaced: ReplacedPage | undefined;

  const viewNow = (): ShowcaseView => {
    const { isDrawn, sinceMs } = service.curtain();
    const curtain = { isDrawn, sinceMs };
    if (isDrawn) return { curtain };
    const releasedCase = release.view();
    return {
      curtain,
      programme: service.saved().programme,
      ...(city === undefined ? {} : { city }),
      ...(releasedCase === undefined ? {} : { releasedCase }),
    };
  };
  /** What a desk gets: figures of its own districts, and a release of a case there. */
  const deskNow = (scope: Scope): ShowcaseDesk => {
    const running = release.desk();
    const place = running && parts.orders.openOrder(running.orderId)?.place;
    const released = worksForDistrict(scope, place?.district) ? running : undefined;
    const isOwn = ({ district }: { district: string }): boolean => worksForDistrict(scope, district);
    const own = city && {
      ...city,
      byDistrict: city.byDistrict.filter(isOwn),
      recent: city.recent.filter(isOwn),
    };
    return {
      curtain: service.curtain(),
      saved: service.saved(),
      screens: screens.size,
      ...(replaced === undefined ? {} : { replaced }),
      ...(own === undefined ? {} : { city: own }),
      ...(released === undefined ? {} : { release: released }),
    };
  };
  const announceToDesks = (): void =>
    surfaces?.broadcastFor('showcase:deskChanged', ({ scope }) => deskNow(scope));
  const announce = (): void => {
    surfaces?.broadcast('showcase:viewChanged', viewNow());
    announceToDesks();
  };
  const mayReceive = (streamId: string): boolean =>
    !service.curtain().isDrawn && release.streamOf(streamId) !== undefined;
  /** The released picture is made while a screen may show it. */
  const followPicture = (): void => {
    const isSeen = screens.size > 0 && !service.curtain().isDrawn;
    bodyCam.picture.follow(isSeen ? release.desk()?.parts.bodyCamMemberId : undefined);
  };
  /** Ends at once what visitors receive and may not any more. */
  const closeStreams = (): void => {
    const close = (): void => {
      const { isDrawn } = service.curtain();
      for (const { media, connectionId } of surfaces?.surfaces() ?? []) {
        const isDark = isDrawn && screens.has(connectionId);
        media.keepOnly((streamId) => !isDark && (!isReleasedStreamId(streamId) || mayReceive(streamId)));
      }
    };
    close();
    for (const delayMs of closeAgainAfterMs) startTimer(close, delayMs);
    followPicture();
  };

  const readCity = async (): Promise<void> => {
    const atMs = nowMs();
    const { alertDelaySeconds } = service.saved().programme;
    const midnightMs = clock.toOwnMs(new Date(clock.toShownMs(atMs)).setHours(0, 0, 0, 0));
    const day = await repository.readDay({
      fromMs: midnightMs,
      toMs: Math.max(midnightMs, atMs - alertDelaySeconds * 1_000),
      recent: maxCityAlerts,
    });
    const siteIds = new Set([...directory.cameras()].map(({ siteId }) => siteId));
    const sites = [...siteIds].flatMap((siteId) => directory.site(siteId) ?? []);
    city = cityViewOf({
      computedAtMs: atMs,
      sites,
      cameras: directory.counts().cameras,
      camerasOnline: health.figures().conditions.online,
      day,
      kindName: parts.alerts.kindNames,
      toMinute: (ownMs) => clock.toOwnMs(new Date(clock.toShownMs(ownMs)).setSeconds(0, 0)),
    });
  };
  /** Finds out where the released voice and picture run: a media worker can be replaced. */
  const findPlaces = async (): Promise<boolean> => {
    const running = release.desk();
    const before = JSON.stringify([...places]);
    const media =
      running?.parts.voice === true ? await parts.sending.find(voiceOf(running.orderId), 'audio') : undefined;
    places.clear();
    if (running !== undefined && media !== undefined)
      places.set(running.orderId, { workerId: media.worker.workerId });
    const isPictureMoved = await bodyCam.picture.refresh();
    return isPictureMoved || JSON.stringify([...places]) !== before;
  };
  const refresh = async (): Promise<void> => {
    const before = JSON.stringify({ ...city, computedAtMs: 0 });
    await readCity();
    const isMoved = await findPlaces();
    if (isMoved || JSON.stringify({ ...city, computedAtMs: 0 }) !== before) announce();
  };
  const keepFresh = (): void => {
    const isSeen =
      screens.size > 0 || surfaces?.surfaces().some(({ identity }) => identity?.surface === 'desk');
    (isSeen === true ? refresh() : Promise.resolve())
      .catch((error: unknown) =>
        logger.error({ err: error }, 'the figures of the showcase could not be read'),
      )
      .finally(() => (timer = startTimer(keepFresh, figuresEveryMs)));
  };
  const record = (actor: string, action: string, subject: string, detail: object): Promise<void> =>
    repository.record({ atMs: nowMs(), actor, action, subject, detail });

  let wasDrawn = service.curtain().isDrawn;
  service.onChanged(() => {
    const { isDrawn } = service.curtain();
    announce();
    if (isDrawn && !wasDrawn) closeStreams();
    followPicture();
    wasDrawn = isDrawn;
  });
  parts.orders.onOrderChanged((order) => {
    if (release.desk()?.orderId !== order.orderId) return;
    if (release.follow()) closeStreams();
    announce();
  });

  const producers: ProducerDirectory = {
    async find(streamId, kind) {
      const stream = mayReceive(streamId) ? release.streamOf(streamId) : undefined;
      if (stream === undefined || (kind === 'audio') !== (stream.kind === 'voice')) return undefined;
      return stream.kind === 'voice'
        ? parts.sending.find(voiceOf(stream.orderId), kind)
        : bodyCam.find(stream.memberId, kind);
    },
    listen: () => () => undefined,
    catchUp(streamId, sinceMs) {
      const stream = release.streamOf(streamId);
      if (stream?.kind === 'bodyCam') bodyCam.catchUp(stream.memberId, sinceMs);
    },
  };

  return {
    handlers: {
      'showcase:reportReplaced'({ connectionId }, { cause }) {
        // A desk may see the showcase too, but it is no screen of it.
        if (screens.has(connectionId)) {
          replaced = { cause, atMs: nowMs(), count: (replaced?.count ?? 0) + 1 };
          announceToDesks();
        }
        return { ok: true, data: {} };
      },
      'showcase:setCurtain': (context, { isDrawn }) => service.setCurtain(isDrawn, deskName(context)),
      async 'showcase:saveProgramme'(context, saved) {
        const answer = await service.saveProgramme(saved, deskName(context));
        if (answer.ok) await refresh();
        return answer;
      },
      async 'showcase:releaseCase'(context, { orderId, parts: released }) {
        const by = deskName(context);
        const answer = await release
          .release(orderId, released, by, () => {
            // What was released before ends at once.
            closeStreams();
            return record(by, 'showcase:releaseCase', orderId, released);
          })
          .catch((error: unknown) => {
            closeStreams();
            announce();
            throw error;
          });
        if (!answer.ok) return answer;
        followPicture();
        await findPlaces();
        announce();
        return answer;
      },
      async 'showcase:takeBackCase'(context) {
        const orderId = release.takeBack();
        closeStreams();
        announce();
        if (orderId !== undefined) await record(deskName(context), 'showcase:takeBackCase', orderId, {});
        return { ok: true, data: {} };
      },
    },
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const { principal, surface } = identity;
      if (may(principal, 'showcase:drive')) return { showcaseDesk: deskNow(principal.scope) };
      return surface === 'showcase' && may(principal, 'showcase:view') ? { showcase: viewNow() } : {};
    },
    joined(context) {
      const had = screens.size;
      if (context.identity?.surface === 'showcase') screens.set(context.connectionId, context);
      else screens.delete(context.connectionId);
      if (screens.size !== had) announceToDesks();
      followPicture();
    },
    left({ connectionId }) {
      if (screens.delete(connectionId)) announceToDesks();
      followPicture();
    },
    streams: {
      owns: isReleasedStreamId,
      mayConsume: ({ identity }, streamId) =>
        identity !== undefined && may(identity.principal, 'showcase:view') && mayReceive(streamId),
      producers,
    },
    dark: (offer) => ({
      ...offer,
      mayConsume: (context, streamId) =>
        !(service.curtain().isDrawn && context.identity?.surface === 'showcase') &&
        offer.mayConsume(context, streamId),
    }),
    announceTo(signaling) {
      surfaces = signaling;
    },
    open: readCity,
    start: keepFresh,
    close() {
      timer?.cancel();
      bodyCam.picture.close();
    },
  };
}
