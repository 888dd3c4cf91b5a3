import { isEmergencyEnded } from '../../src-shared/squads/emergency.ts';
import { orderOfGroup } from '../../src-shared/talk/memberGroups.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import { recordedPrincipal } from '../base/asking.ts';
import { deskName } from '../base/deskName.ts';
import { createSpokenCheckIns } from '../features/squads/spokenCheckIns.service.ts';
import { createEmergencyVoice } from '../features/talk/emergencyVoice.service.ts';
import { followOrders, peopleOf, type TalkOrders } from '../features/talk/orderGroups.ts';
import { createTalkHandlers } from '../features/talk/talk.handlers.ts';
import { createTalkService } from '../features/talk/talk.service.ts';
import { createTalkLog } from '../features/talk/talkLog.ts';
import type { SendingMedia } from '../media/sendingMedia.ts';
import type { Voices } from '../media/voices.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { isRefusal } from '../storage/storeErrors.ts';
import { createTalkRepository } from '../storage/talk.sql.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';
import { talkGroupResource } from './requestScopes.ts';
import type { OrdersFeature } from './orders.ts';
import type { SquadsFeature } from './squads.ts';

export interface TalkFeature extends HubFeature<Extract<keyof RequestHandlers, `talk:${string}`>> {
  streams: StreamOffer;
  /** How many entries of who spoke are not stored. */
  notStored(): number;
}

const streamPrefix = 'talk:';

/** Talk groups and their floors, and the voices of desks and members. */
export async function createTalkFeature(
  { store, logger, nowMs }: Drivers,
  parts: {
    squads: SquadsFeature;
    voices: Voices;
    sending: SendingMedia;
    orders: TalkOrders & Pick<OrdersFeature, 'resourceOfOpenOrder'>;
  },
): Promise<TalkFeature> {
  const { roster, duties, emergencies, connections } = parts.squads;
  const { voices, sending } = parts;
  const repository = createTalkRepository(store);
  const { lastTalkId, epochs } = await repository.load();
  const log = createTalkLog({ repository, lastTalkId, logger, isRefusal });
  const talk = createTalkService({
    gates: voices,
    people: peopleOf(roster, parts.orders),
    log,
    epochs,
    nowMs,
  });

  const checkIns = createSpokenCheckIns({
    lastCheckInMs: (memberId) => roster.member(memberId)?.duty.checkedInAtMs,
    checkIn: duties.checkIn,
    logger,
    nowMs,
  });
  talk.onSpoke(checkIns.spoke);
  roster.onNews(({ squads, members, removed }) => {
    if (squads !== undefined || members.length > 0 || removed.length > 0) talk.peopleChanged();
  });
  followOrders(parts.orders, talk);
  let workerId: string | undefined;
  voices.onPlaced((placedOn) => (workerId = placedOn));
  const scopes = { ...parts.squads, ...parts.orders };
  const mayHear = (principal: Principal, groupId: string): boolean => {
    const resource = talkGroupResource(groupId, scopes);
    // The group of an order is for those who may see the order.
    if (orderOfGroup(groupId) !== undefined && !may(principal, 'orders:view', resource)) return false;
    return may(principal, 'talk:hear', resource);
  };
  const emergencyVoice = createEmergencyVoice({
    connectionOf: (memberId) => connections.of(memberId)?.connectionId,
    hasVoice: talk.hasVoice,
    isOpen: (emergencyId) =>
      emergencies.open().some((one) => one.emergencyId === emergencyId && !isEmergencyEnded(one.progress)),
    openHotMicrophone: talk.openHotMicrophone,
    nowMs,
  });
  emergencies.onRaised(emergencyVoice.raised);

  return {
    notStored: log.waiting,
    metrics: [
      {
        name: 'mingchu_talk_floors_taken',
        help: 'Talk groups in which somebody has the floor',
        read: () => talk.counts().taken,
      },
      {
        name: 'mingchu_talk_bursts_total',
        help: 'How often a floor was granted since the start',
        type: 'counter',
        read: () => talk.counts().granted,
      },
      {
        name: 'mingchu_talk_not_stored',
        help: 'Entries of who spoke that are not stored yet',
        read: log.waiting,
      },
    ],
    handlers: {
      ...createTalkHandlers({ talk, log, repository }),
      'talk:openSending': ({ connectionId }) => sending.open(connectionId),
      'talk:connectSending': ({ connectionId }, input) => sending.connect(connectionId, input),
      'talk:restartSendingIce': ({ connectionId }, { transportId }) =>
        sending.restartIce(connectionId, transportId),
      'talk:produceVoice': async ({ connectionId }, input) => {
        const answer = await sending.produceVoice(connectionId, input);
        if (answer.ok) emergencyVoice.voiceMade(connectionId);
        return answer;
      },
    },
    joined(context) {
      const { identity, connectionId } = context;
      if (identity === undefined) return;
      const { principal } = identity;
      if (!may(principal, 'talk:hear')) return talk.left(connectionId);
      const memberId = identity.member?.memberId;
      talk.joined({
        speakerId: connectionId,
        kind: memberId === undefined ? 'desk' : 'member',
        name: deskName(context),
        principal: recordedPrincipal(principal),
        ...(memberId === undefined ? { hears: (groupId) => mayHear(principal, groupId) } : { memberId }),
        notify: context.notify.bind(context),
      });
      // Another person at the same desk may belong to other groups.
      talk.peopleChanged();
    },
    left({ connectionId }) {
      emergencyVoice.left(connectionId);
      talk.left(connectionId);
    },
    snapshotFor({ connectionId }) {
      const snapshot = talk.snapshot(connectionId);
      return snapshot === undefined ? {} : { talk: { ...snapshot, workerId } };
    },
    streams: {
      owns: (streamId) => streamId.startsWith(streamPrefix),
      mayConsume: ({ connectionId, identity }, streamId) =>
        identity !== undefined && talk.mayUse(connectionId, streamId.slice(streamPrefix.length)),
      producers: sending,
    },
    async close() {
      talk.close();
      await log.close();
    },
  };
}
