import { can } from '../../src-shared/session/roles.ts';
import type { Snapshot } from '../../src-shared/protocol/index.ts';
import { bodyCamMemberId } from '../../src-shared/squads/bodyCam.protocol.ts';
import { isEmergencyEnded } from '../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../src-shared/squads/squads.protocol.ts';
import { createBodyCamHandlers } from '../features/squads/bodyCam.handlers.ts';
import { createBodyCams } from '../features/squads/bodyCams.ts';
import { createBodyCamStreams, type BodyCamStreams } from '../features/squads/bodyCamStreams.ts';
import { createDuties } from '../features/squads/duties.ts';
import { createEmergencies } from '../features/squads/emergencies.ts';
import { createTurns } from '../features/squads/inTurn.ts';
import { createPhones } from '../features/squads/phones.ts';
import { createPositions } from '../features/squads/positions.ts';
import { createSquadRegistry } from '../features/squads/registry.ts';
import { createRoster } from '../features/squads/roster.ts';
import { createSquadHandlers, deskName } from '../features/squads/squads.handlers.ts';
import { isWhipConnection } from '../features/squads/whipSessions.ts';
import { createTalkHandlers } from '../features/talk/talk.handlers.ts';
import type { TalkPeople } from '../features/talk/talk.ports.ts';
import { createTalkService } from '../features/talk/talk.service.ts';
import { createTalkLog } from '../features/talk/talkLog.ts';
import type { Logger } from '../logger.ts';
import { createSendingMedia, isSentStream } from '../media/sendingMedia.ts';
import type { ProducerDirectory } from '../media/surfaceMedia.ts';
import { createVoices } from '../media/voices.ts';
import type { WorkerPool } from '../media/workerPool.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import { announceSquads } from './squadsAnnouncer.ts';
import { startWhip, type WhipPart } from './whip.ts';
import type { Store } from '../storage/database.ts';
import { createSquadsRepository } from '../storage/squads.sql.ts';
import { createTalkRepository } from '../storage/talk.sql.ts';

type SquadsPartRequest = Extract<
  keyof RequestHandlers,
  `squads:${string}` | `talk:${string}` | `bodycam:${string}` | `whip:${string}`
>;

/** Squads, talk and body cams of one hub, connected. */
export interface SquadsPart {
  handlers: RequestHandlers<SquadsPartRequest>;
  /** Streams that surfaces send, beside those of cameras. */
  withSentStreams(cameras: ProducerDirectory): ProducerDirectory;
  mayConsume(context: SurfaceContext, streamId: string): boolean;
  /** Body cams, shown as cameras are. */
  bodyCamStreams: BodyCamStreams;
  memberOf(token: string): string | undefined;
  /** The squad in which a member is now. */
  squadOfMember(memberId: string): string | undefined;
  joined(context: SurfaceContext): void;
  left(context: SurfaceContext): void;
  snapshot(context: SurfaceContext): Pick<Snapshot, 'squads' | 'talk'>;
  /** Over HTTP: encoders that send, and their keeping. */
  routes: WhipPart['routes'];
  /** Tells surfaces what happens from now on. */
  announceTo(surfaces: Signaling): void;
  close(): Promise<void>;
}

export interface SquadsPartOptions {
  store: Store;
  pool: WorkerPool;
  logger: Logger;
  nowMs(): number;
}

/** Who speaks checks in, but a lively talk is not written down at every sentence. */
const spokenCheckInMs = 60_000;
/** A microphone that comes later does not open by itself any more. */
const unheardMs = 30_000;

/** Composes them and takes up what was kept. */
export async function startSquads({ store, pool, logger, nowMs }: SquadsPartOptions): Promise<SquadsPart> {
  const repository = createSquadsRepository(store);
  const content = await repository.load(nowMs());
  const roster = createRoster(content);
  const inTurn = createTurns();
  const shared = { repository, roster, inTurn, nowMs };
  const phones = createPhones({ ...shared, content });
  const duties = createDuties(shared);
  const emergencies = createEmergencies({ ...shared, content, logger });
  const positions = createPositions({ ...shared, logger });
  /** Connections of signed-in phones by member; the newest is the one that counts. */
  const connections = new Map<string, SurfaceContext>();
  /** The squad as which a phone's connection joined, by member. */
  const joinedSquads = new Map<string, string>();
  /** Emergencies that were raised before their phone had a voice, by connection. */
  const unheard = new Map<string, { emergency: Emergency; press: number; sinceMs: number }>();

  const voices = createVoices({ pool, logger, nowMs });
  const sending = createSendingMedia(voices, {
    bodyCamKinds: (memberId, kinds, connectionId) =>
      bodyCams.producing(memberId, kinds, isWhipConnection(connectionId) ? 'recorder' : 'phone'),
    bodyCamLost: (memberId) => bodyCams.lost(memberId),
    bodyCamStalled: (memberId, isStalled) => bodyCams.stalled(memberId, isStalled ? nowMs() : undefined),
    bodyCamTakenOver(memberId, connectionId) {
      if (connections.get(memberId)?.connectionId === connectionId) bodyCams.takenOver(memberId);
      else whip.endConnection(connectionId);
    },
    pathChanged: (connectionId, state) => whip.pathChanged(connectionId, state),
  });
  const bodyCams = createBodyCams({
    roster,
    stopMedia(memberId) {
      sending.stopBodyCam(memberId);
      whip.endMember(memberId);
    },
    tellPhone: (memberId, name, payload) => connections.get(memberId)?.notify(name, payload),
    nowMs,
  });

  const whip = await startWhip({ store, roster, sending, stopped: bodyCams.stopped, logger, nowMs });

  const bodyCamStreams = createBodyCamStreams({
    roster,
    workerId: () => voices.worker()?.workerId,
  });

  const people: TalkPeople = {
    squadIds: () => roster.squads().map(({ squadId }) => squadId),
    hasSquad: (squadId) => roster.squad(squadId) !== undefined,
    hasMember: (memberId) => roster.member(memberId) !== undefined,
    member(memberId) {
      const member = roster.member(memberId);
      if (member === undefined) return undefined;
      const { name, squadId, position } = member;
      if (position === undefined) return { name, squadId };
      return { name, squadId, place: { latitude: position.latitude, longitude: position.longitude } };
    },
  };
  const talkRepository = createTalkRepository(store);
  const { lastTalkId, epochs } = await talkRepository.load();
  const log = createTalkLog({ repository: talkRepository, lastTalkId, logger });
  const talk = createTalkService({ gates: voices, people, log, epochs, nowMs });

  talk.onSpoke((memberId) => {
    const lastAtMs = roster.member(memberId)?.duty.checkedInAtMs ?? 0;
    if (nowMs() - lastAtMs < spokenCheckInMs) return;
    duties.checkIn(memberId).catch((error: unknown) => {
      logger.error({ err: error, memberId }, 'a check-in could not be written');
    });
  });
  roster.onNews(({ squads, members, removed }) => {
    if (squads !== undefined || members.length > 0 || removed.length > 0) talk.peopleChanged();
  });
  emergencies.onRaised((emergency, press) => {
    const { memberId, squadId } = emergency;
    const connectionId = connections.get(memberId)?.connectionId;
    if (connectionId === undefined || voices.hasVoice(connectionId)) talk.openHotMicrophone(memberId, press);
    else unheard.set(connectionId, { emergency, press, sinceMs: nowMs() });
    if (roster.squad(squadId)?.startsBodyCamInEmergency === true) bodyCams.ask(memberId, 'SOS', true);
  });
  phones.onSignedOut((memberId, reason) => {
    const connection = connections.get(memberId);
    connection?.notify('squads:signedOut', { reason });
    connection?.disconnect();
    // Its picture does not come back.
    if (whip.isLive(memberId)) return;
    sending.stopBodyCam(memberId);
    bodyCams.stopped(memberId);
  });

  /** A phone that came back with an emergency has its voice now. */
  const voiceMade = (connectionId: string): void => {
    const waiting = unheard.get(connectionId);
    if (!unheard.delete(connectionId) || waiting === undefined) return;
    const { emergency, press, sinceMs } = waiting;
    const isOpen = emergencies
      .open()
      .some(
        ({ emergencyId, progress }) => emergencyId === emergency.emergencyId && !isEmergencyEnded(progress),
      );
    if (isOpen && nowMs() - sinceMs <= unheardMs) talk.openHotMicrophone(emergency.memberId, press);
  };
  roster.onNews(({ members }) => {
    for (const { memberId, squadId } of members) {
      const joinedSquadId = joinedSquads.get(memberId);
      if (joinedSquadId === undefined || joinedSquadId === squadId) continue;
      // It joins anew as one of its new squad, and hears no more of the old one.
      joinedSquads.delete(memberId);
      connections.get(memberId)?.disconnect();
    }
  });
  const asMember = (context: SurfaceContext): string | undefined => context.identity?.member?.memberId;
  const disconnected = (memberId: string, context: SurfaceContext): void => {
    if (connections.get(memberId) !== context) return;
    connections.delete(memberId);
    joinedSquads.delete(memberId);
    // What a recorder of the member's sends does not come over the phone.
    if (!whip.isLive(memberId)) bodyCams.lost(memberId);
    roster.change(memberId, { isConnected: false, connectionSinceMs: nowMs() });
  };

  return {
    handlers: {
      ...createSquadHandlers({
        roster,
        phones,
        duties,
        positions,
        emergencies,
        registry: createSquadRegistry(shared),
      }),
      ...createTalkHandlers({ talk, log, repository: talkRepository }),
      ...createBodyCamHandlers({ bodyCams, sending }),
      ...whip.handlers,
      'talk:openSending': ({ connectionId }) => sending.open(connectionId),
      'talk:connectSending': ({ connectionId }, input) => sending.connect(connectionId, input),
      'talk:restartSendingIce': ({ connectionId }, { transportId }) =>
        sending.restartIce(connectionId, transportId),
      'talk:produceVoice': async ({ connectionId }, input) => {
        const answer = await sending.produceVoice(connectionId, input);
        if (answer.ok) voiceMade(connectionId);
        return answer;
      },
    },
    withSentStreams: (cameras) => ({
      find: (streamId, kind) => (isSentStream(streamId) ? sending : cameras).find(streamId, kind),
      listen: (streamId) => (isSentStream(streamId) ? sending : cameras).listen(streamId),
      catchUp: (streamId, sinceMs) => (isSentStream(streamId) ? sending : cameras).catchUp(streamId, sinceMs),
    }),
    mayConsume({ connectionId, identity }, streamId) {
      if (identity === undefined) return false;
      if (streamId.startsWith('talk:')) return talk.mayUse(connectionId, streamId.slice('talk:'.length));
      return can(identity.role, bodyCamMemberId(streamId) !== undefined ? 'bodycam:view' : 'cameras:view');
    },
    bodyCamStreams,
    memberOf: phones.memberOf,
    squadOfMember: (memberId) => roster.member(memberId)?.squadId,
    joined(context) {
      const { identity, connectionId } = context;
      if (identity === undefined) return;
      const memberId = asMember(context);
      for (const [known, connection] of connections) {
        if (connection === context && known !== memberId) disconnected(known, context);
      }
      if (memberId !== undefined) {
        const before = connections.get(memberId);
        connections.set(memberId, context);
        const squadId = roster.member(memberId)?.squadId;
        if (squadId !== undefined) joinedSquads.set(memberId, squadId);
        // A page that came back is there before the hub notices that the one before is gone.
        if (before !== undefined && before !== context) before.disconnect();
        if (before !== context) roster.change(memberId, { isConnected: true, connectionSinceMs: nowMs() });
      }
      if (!can(identity.role, 'talk:hear')) return talk.left(connectionId);
      talk.joined({
        speakerId: connectionId,
        kind: memberId === undefined ? 'desk' : 'member',
        name: deskName(context),
        ...(memberId === undefined ? {} : { memberId }),
        notify: context.notify.bind(context),
      });
    },
    left(context) {
      const memberId = asMember(context);
      unheard.delete(context.connectionId);
      talk.left(context.connectionId);
      bodyCamStreams.viewerLeft(context.connectionId);
      if (memberId !== undefined) disconnected(memberId, context);
      sending.surfaceLeft(context.connectionId);
    },
    snapshot(context) {
      const { identity, connectionId } = context;
      const memberId = asMember(context);
      const self = memberId === undefined ? undefined : roster.member(memberId);
      const talkSnapshot = talk.snapshot(connectionId);
      const members = self === undefined ? roster.members() : roster.membersOf(self.squadId);
      const trails = members
        .map(({ memberId: id }) => ({ memberId: id, points: [...roster.trail(id)] }))
        .filter(({ points }) => points.length > 1);
      const squads = {
        squads: roster.squads(),
        members,
        // A phone draws no map.
        ...(self === undefined ? { trails } : {}),
        emergencies: emergencies
          .open()
          .filter(
            ({ memberId: whose, squadId }) =>
              self === undefined || squadId === self.squadId || whose === self.memberId,
          ),
        ...(self === undefined ? {} : { self: { memberId: self.memberId, squadId: self.squadId } }),
      };
      const sees = identity !== undefined && (self !== undefined || can(identity.role, 'squads:see'));
      return {
        ...(sees ? { squads } : {}),
        ...(talkSnapshot === undefined
          ? {}
          : { talk: { ...talkSnapshot, workerId: voices.worker()?.workerId } }),
      };
    },
    routes: whip.routes,
    announceTo(surfaces) {
      whip.announceTo(surfaces);
      announceSquads({ surfaces, roster, emergencies });
      bodyCamStreams.onStreamChanged((viewerIds, change) => {
        for (const viewerId of viewerIds) surfaces.find(viewerId)?.notify('cameras:streamChanged', change);
      });
    },
    async close() {
      talk.close();
      whip.close();
      bodyCams.close();
      roster.close();
      await Promise.all([positions.close(), emergencies.close()]);
      await log.written();
    },
  };
}
