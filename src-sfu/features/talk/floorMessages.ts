import type { FloorMessage, FloorState } from '../../../src-shared/talk/floorState.ts';
import { orderOfGroup } from '../../../src-shared/talk/memberGroups.ts';
import type { FloorView, Talker } from '../../../src-shared/talk/talk.protocol.ts';
import type { Timer } from '../../base/timers.ts';
import type { AnswerFirst } from './answerFirst.ts';
import type { Speaker, TalkGates, TalkPeople } from './talk.ports.ts';
import { mayUseGroup } from './talkGroups.ts';
import type { TalkLog } from './talkLog.ts';

/** One talk group with its floor. */
export interface Group {
  groupId: string;
  floor: FloorState;
  talker?: Talker;
  /** When the talker from the queue confirmed that it speaks. */
  keyedAtMs?: number;
  timer?: Timer | undefined;
  /** For how long the hub process was suspended since the talker's last packet, and when that ended. */
  stall?: { forMs: number; endedAtMs: number } | undefined;
}

export interface FloorMessagesOptions {
  speakers: ReadonlyMap<string, Speaker & AnswerFirst>;
  gates: Pick<TalkGates, 'setTalker'>;
  people: TalkPeople;
  log: TalkLog;
  /** A member had the floor. */
  onSpoke(memberId: string): void;
  nowMs(): number;
}

/** Carries out the decisions of a floor: the gates, the log, and the notices to speakers. */
export function createFloorMessages(options: FloorMessagesOptions) {
  const { speakers, gates, people, log, onSpoke, nowMs } = options;

  const talkerOf = ({ speakerId, kind, name, memberId }: Speaker): Talker => {
    const member = memberId === undefined ? undefined : people.member(memberId);
    return {
      speakerId,
      kind,
      name: member?.name ?? name,
      ...(memberId === undefined ? {} : { memberId }),
      ...(member === undefined ? {} : { squadId: member.squadId }),
    };
  };
  const orderNumberOf = (groupId: string): string | undefined => {
    const orderId = orderOfGroup(groupId);
    return orderId === undefined ? undefined : people.order(orderId)?.number;
  };
  const view = ({ groupId, floor, talker }: Group): FloorView => {
    const { holder, epoch, queue } = floor;
    const orderNumber = orderNumberOf(groupId);
    return {
      groupId,
      ...(orderNumber === undefined ? {} : { orderNumber }),
      epoch,
      waiting: queue.length,
      ...(holder === undefined || talker === undefined
        ? {}
        : { talker, priority: holder.priority, sinceMs: holder.grantedAtMs, endsAtMs: holder.endsAtMs }),
    };
  };
  const notifyGroup = (
    group: Group,
    name: 'talk:floorTaken' | 'talk:floorIdle',
    asker: string | undefined,
  ): void => {
    const floor = view(group);
    for (const speaker of speakers.values()) {
      if (!mayUseGroup(speaker, group.groupId, people)) continue;
      if (speaker.speakerId === asker) speaker.notifyAfterAnswer(name, { floor });
      else speaker.notify(name, { floor });
    }
  };

  /** Changes the gates before it sends notices: a surface that is notified of a new talker must not hear the old one any more. */
  const carryOut = (group: Group, message: FloorMessage, asker: string | undefined): void => {
    const { groupId } = group;
    switch (message.type) {
      case 'granted': {
        const { participantId, press, epoch, priority, endsAtMs } = message.holder;
        const speaker = speakers.get(participantId);
        if (speaker === undefined) return;
        group.talker = talkerOf(speaker);
        gates.setTalker(groupId, participantId);
        const place = speaker.memberId === undefined ? undefined : people.member(speaker.memberId)?.place;
        log.began({
          groupId,
          orderNumber: orderNumberOf(groupId),
          epoch,
          talker: group.talker,
          priority,
          atMs: nowMs(),
          place,
          principal: speaker.principal,
        });
        if (participantId !== asker) {
          speaker.notify('talk:floorGranted', { groupId, press, epoch, priority, endsAtMs });
        }
        return;
      }
      case 'ended': {
        const { memberId } = group.talker ?? {};
        gates.setTalker(groupId, undefined);
        log.ended(groupId, message.holder.epoch, nowMs(), message.cause);
        delete group.talker;
        delete group.keyedAtMs;
        delete group.stall;
        if (memberId !== undefined) onSpoke(memberId);
        return;
      }
      case 'taken':
        return notifyGroup(group, 'talk:floorTaken', asker);
      case 'idle':
        return notifyGroup(group, 'talk:floorIdle', asker);
      case 'queued': {
        if (message.participantId === asker) return;
        const { press, position, size } = message;
        speakers.get(message.participantId)?.notify('talk:queueMoved', { groupId, press, position, size });
        return;
      }
      case 'denied': {
        if (message.participantId === asker) return;
        const { press, cause } = message;
        speakers.get(message.participantId)?.notify('talk:floorDenied', { groupId, press, cause });
        return;
      }
      case 'warned': {
        const { participantId, epoch, endsAtMs } = message.holder;
        speakers.get(participantId)?.notify('talk:limitNear', { groupId, epoch, endsAtMs });
        return;
      }
      case 'revoked': {
        const { participantId, press, epoch } = message.holder;
        const { cause, untilMs } = message;
        speakers.get(participantId)?.notify('talk:floorRevoked', { groupId, press, epoch, cause, untilMs });
      }
    }
  };

  return { view, carryOut };
}
