import { randomUUID } from 'node:crypto';
import { may } from '../../src-shared/session/principal.ts';
import { orderGroupId } from '../../src-shared/talk/memberGroups.ts';
import { deskName } from '../base/deskName.ts';
import { isReleasedStreamId } from '../features/showcase/caseRelease.ts';
import { createCityFigures } from '../features/showcase/cityFigures.ts';
import { createShowcaseService } from '../features/showcase/showcase.service.ts';
import { createShowcaseStage } from '../features/showcase/showcaseStage.service.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import type { SendingMedia } from '../media/sendingMedia.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { createShowcaseRepository } from '../storage/showcase.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';
import { createReleasedBodyCam } from './releasedBodyCam.ts';
import type { SquadsFeature } from './squads.ts';

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
  const bodyCam = createReleasedBodyCam(
    { pool, config, logger, nowMs },
    { sending: parts.sending, onChanged: () => stage.announce() },
  );
  const findVoice = (orderId: string, kind: 'audio' | 'video'): ReturnType<ProducerDirectory['find']> =>
    parts.sending.find(`talk:${orderGroupId(orderId)}`, kind);
  const stage = createShowcaseStage({
    service,
    city: createCityFigures({
      readDay: repository.readDay,
      sites() {
        const siteIds = new Set([...directory.cameras()].map(({ siteId }) => siteId));
        return [...siteIds].flatMap((siteId) => directory.site(siteId) ?? []);
      },
      cameras: () => directory.counts().cameras,
      camerasOnline: () => health.figures().conditions.online,
      kindName: parts.alerts.kindNames,
      alertDelaySeconds: () => service.saved().programme.alertDelaySeconds,
      clock,
      nowMs,
    }),
    surfaces: {
      announceView: (view) => surfaces?.broadcast('showcase:viewChanged', view),
      announceToDesks: (viewFor) =>
        surfaces?.broadcastFor('showcase:deskChanged', ({ scope }) => viewFor(scope)),
      keepStreams(mayKeep) {
        for (const { media, connectionId } of surfaces?.surfaces() ?? [])
          media.keepOnly((streamId) => mayKeep(connectionId, streamId));
      },
      isDeskOpen: () => surfaces?.surfaces().some(({ identity }) => identity?.surface === 'desk') === true,
    },
    openOrder: parts.orders.openOrder,
    squad: (squadId) => parts.squads.roster.squad(squadId),
    async findVoice(orderId) {
      const found = await findVoice(orderId, 'audio');
      return found && { workerId: found.worker.workerId };
    },
    picture: bodyCam.picture,
    record: repository.record,
    newId: randomUUID,
    nowMs,
    onFault: (error) => logger.error({ err: error }, 'the figures of the showcase could not be read'),
  });
  parts.orders.onOrderChanged(({ orderId }) => stage.orderChanged(orderId));

  const producers: ProducerDirectory = {
    async find(streamId, kind) {
      const stream = stage.mayReceive(streamId);
      if (stream === undefined || (kind === 'audio') !== (stream.kind === 'voice')) return undefined;
      return stream.kind === 'voice' ? findVoice(stream.orderId, kind) : bodyCam.find(stream.memberId, kind);
    },
    listen: () => () => undefined,
    catchUp(streamId, sinceMs) {
      const stream = stage.streamOf(streamId);
      if (stream?.kind === 'bodyCam') bodyCam.catchUp(stream.memberId, sinceMs);
    },
  };

  return {
    handlers: {
      'showcase:reportReplaced'({ connectionId }, { cause }) {
        stage.pageReplaced(connectionId, cause);
        return { ok: true, data: {} };
      },
      'showcase:setCurtain': (context, { isDrawn }) => service.setCurtain(isDrawn, deskName(context)),
      'showcase:saveProgramme': (context, saved) => stage.saveProgramme(saved, deskName(context)),
      'showcase:releaseCase': (context, { orderId, parts: released }) =>
        stage.releaseCase(orderId, released, deskName(context)),
      'showcase:takeBackCase': (context) => stage.takeBackCase(deskName(context)),
    },
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const { principal, surface } = identity;
      if (may(principal, 'showcase:drive')) return { showcaseDesk: stage.desk(principal.scope) };
      return surface === 'showcase' && may(principal, 'showcase:view') ? { showcase: stage.view() } : {};
    },
    joined: ({ connectionId, identity }) => stage.joined(connectionId, identity?.surface === 'showcase'),
    left: ({ connectionId }) => stage.left(connectionId),
    streams: {
      owns: isReleasedStreamId,
      mayConsume: ({ identity }, streamId) =>
        identity !== undefined &&
        may(identity.principal, 'showcase:view') &&
        stage.mayReceive(streamId) !== undefined,
      producers,
    },
    dark: (offer) => ({
      ...offer,
      mayConsume: (context, streamId) =>
        !stage.isDark(context.identity?.surface === 'showcase') && offer.mayConsume(context, streamId),
    }),
    announceTo(signaling) {
      surfaces = signaling;
    },
    open: stage.open,
    start: stage.start,
    close: stage.close,
  };
}
