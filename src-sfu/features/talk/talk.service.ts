import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, type Ack } from '../../../src-shared/protocol/define.ts';
import { newFloor, nextFloorDeadline, transitionFloor } from '../../../src-shared/talk/floor.ts';
import type { FloorEvent, FloorPriority } from '../../../src-shared/talk/floorState.ts';
import { homeGroupOf, orderGroupId, squadGroupId } from '../../../src-shared/talk/memberGroups.ts';
import type { FloorAnswer, TalkSnapshot } from '../../../src-shared/talk/talk.protocol.ts';
import { recordedPrincipal } from '../../base/asking.ts';
import { startSilenceTimer } from '../../base/timers.ts';
import { answerFirst, type AnswerFirst } from './answerFirst.ts';
import { answerOf, isBusy, notYours, oldEpoch } from './floorAnswers.ts';
import { createFloorMessages, type Group } from './floorMessages.ts';
import { mayUseGroup } from './talkGroups.ts';
import type { TalkLog } from './talkLog.ts';
import type { Speaker, TalkGates, TalkPeople } from './talk.ports.ts';
import { watchTalkers } from './talkerWatch.ts';

/** The floors of all talk groups, decided here alone. */
export interface TalkService {
  joined(speaker: Speaker): void;
  left(speakerId: string): void;
  snapshot(speakerId: string): TalkSnapshot | undefined;
  request(
    speakerId: string,
    input: { groupId: string; press: number; priority: FloorPriority },
  ): Ack<FloorAnswer>;
  confirm(speakerId: string, groupId: string, epoch: number): Ack<Record<string, never>>;
  release(speakerId: string, groupId: string, press: number): Ack<Record<string, never>>;
  /** `actor`: the desk, for people to read. */
  revoke(groupId: string, epoch: number, actor: string): Ack<Record<string, never>>;
  /** Opens a member's microphone over any talker. False when none of its phones has a voice. */
  openHotMicrophone(memberId: string, press: number): boolean;
  mayUse(speakerId: string, groupId: string): boolean;
  /** Whether the speaker has sent a voice, and so can be heard. */
  hasVoice(speakerId: string): boolean;
  /** Squads or their members changed: participants lose the floors of groups that they no longer belong to. */
  peopleChanged(): void;
  /** An order of these members came, changed hands or is done: each of their phones is notified of its groups. */
  orderChanged(memberIds: Iterable<string>): void;
  /** An order is closed or cancelled: its group is never used again. */
  orderEnded(orderId: string): void;
  /** A member had the floor. */
  onSpoke(listener: (memberId: string) => void): void;
  /** Floors that are taken now, and how often one was granted since the start. */
  counts(): { taken: number; granted: number };
  close(): void;
}

export interface TalkServiceOptions {
  gates: TalkGates;
  people: TalkPeople;
  log: TalkLog;
  /** The last epoch of each group before this start of the hub. */
  epochs: ReadonlyMap<string, number>;
  nowMs(): number;
}

/** Epochs given just before a kill may not have been written. */
const epochsLeftOut = 1_000;

export function createTalkService(options: TalkServiceOptions): TalkService {
  const { gates, people, log, nowMs } = options;
  const groups = new Map<string, Group>();
  const speakers = new Map<string, Speaker & AnswerFirst & { lastPress: number; lastGroupId?: string }>();
  const spoke = createListeners<[memberId: string]>();
  const voices = new Set<string>();
  let grants = 0;
  /** When the last packet of a talker came through its gate, since it was opened. Unix milliseconds, by speaker. */
  const lastPacketsAtMs = new Map<string, number>();
  gates.onVoiceChanged((speakerId, hasVoice) => {
    if (hasVoice) voices.add(speakerId);
    else voices.delete(speakerId);
    lastPacketsAtMs.delete(speakerId);
  });
  gates.onPassed((speakerId, atMs) => lastPacketsAtMs.set(speakerId, atMs));

  const groupOf = (groupId: string): Group => {
    const known = groups.get(groupId);
    if (known !== undefined) return known;
    const before = options.epochs.get(groupId);
    const group: Group = { groupId, floor: newFloor(before === undefined ? 0 : before + epochsLeftOut) };
    groups.set(groupId, group);
    return group;
  };
  const mayUse = (speakerId: string, groupId: string): boolean => {
    const speaker = speakers.get(speakerId);
    return speaker !== undefined && mayUseGroup(speaker, groupId, people);
  };
  const { view, carryOut } = createFloorMessages({
    speakers,
    gates,
    people,
    log,
    onSpoke: spoke.notify,
    nowMs,
  });
  /** `asker` receives the answer to its request instead of a notice, and before the notices to its whole group. */
  const happen = (group: Group, event: FloorEvent, asker?: string): string | undefined => {
    const step = transitionFloor(group.floor, event, nowMs());
    group.floor = step.state;
    for (const message of step.messages) {
      // A new talker counts from its grant, whatever it said before.
      if (message.type === 'granted') {
        lastPacketsAtMs.delete(message.holder.participantId);
        grants += 1;
      }
      carryOut(group, message, asker);
    }
    group.timer?.cancel();
    group.timer = undefined;
    const dueMs = nextFloorDeadline(group.floor);
    if (dueMs !== undefined) {
      const look = (): void => void happen(group, { type: 'deadlineReached' });
      group.timer = startSilenceTimer(look, dueMs - nowMs());
    }
    return step.ok ? undefined : step.reason;
  };
  /** The groups that a surface is shown, and to which of them a member belongs. */
  const groupsOf = (speaker: Speaker): Pick<TalkSnapshot, 'floors' | 'homeGroupId'> => {
    const { memberId } = speaker;
    const usual = ['all', ...people.squadIds().map(squadGroupId)];
    const orders = memberId === undefined ? [] : people.ordersOf(memberId);
    usual.push(...orders.map(({ orderId }) => orderGroupId(orderId)));
    if (memberId !== undefined) usual.push(`private:${memberId}`);
    const inUse = [...groups.values()].filter(({ floor }) => floor.holder !== undefined);
    const groupIds = new Set([...usual, ...inUse.map(({ groupId }) => groupId)]);
    const floors = [...groupIds].filter((groupId) => mayUseGroup(speaker, groupId, people));
    const squadId = memberId === undefined ? undefined : people.member(memberId)?.squadId;
    return {
      floors: floors.map((groupId) => view(groupOf(groupId))),
      ...(memberId === undefined || squadId === undefined
        ? {}
        : { homeGroupId: homeGroupOf({ memberId, squadId }, orders) }),
    };
  };
  const enter = (group: Group, speakerId: string): void => {
    if (!Object.hasOwn(group.floor.present, speakerId)) {
      happen(group, { type: 'joined', participantId: speakerId });
    }
  };
  /** Whether a desk speaks or waits. */
  const isDeskThere = ({ floor }: Group): boolean =>
    [floor.holder, ...floor.queue].some(
      (one) => one !== undefined && speakers.get(one.participantId)?.kind === 'desk',
    );
  const ask = (
    speakerId: string,
    { groupId, press, priority }: { groupId: string; press: number; priority: FloorPriority },
    isAsked: boolean,
  ): FloorAnswer => {
    const speaker = speakers.get(speakerId);
    if (speaker === undefined) return { state: 'denied', cause: 'not_in_group' };
    if (!voices.has(speakerId)) return { state: 'denied', cause: 'no_voice' };
    if (press < speaker.lastPress) return { state: 'denied', cause: 'old_press' };
    if (press === speaker.lastPress && groupId !== speaker.lastGroupId) {
      return { state: 'denied', cause: 'elsewhere' };
    }
    // A newer press also ends an earlier press in another group.
    for (const other of groups.values()) {
      if (other.groupId !== groupId && isBusy(other.floor, speakerId)) {
        happen(other, { type: 'released', participantId: speakerId, press: press - 1 });
      }
    }
    speaker.lastPress = press;
    speaker.lastGroupId = groupId;
    const group = groupOf(groupId);
    enter(group, speakerId);
    const preempts = priority !== 'normal';
    const refusal = happen(
      group,
      { type: 'requested', participantId: speakerId, press, priority, preempts },
      isAsked ? speakerId : undefined,
    );
    if (refusal === 'queue_full' || refusal === 'old_press' || refusal === 'not_in_group') {
      return { state: 'denied', cause: refusal };
    }
    return answerOf(group.floor, speakerId, press);
  };

  const watch = watchTalkers({
    groups: () => groups.values(),
    lastPacketAtMs: (speakerId) => lastPacketsAtMs.get(speakerId),
    happen,
    nowMs,
  });

  const peopleChanged = (): void => {
    for (const group of groups.values()) {
      for (const participantId of Object.keys(group.floor.present)) {
        if (mayUse(participantId, group.groupId)) continue;
        const { holder } = group.floor;
        if (holder?.participantId === participantId) happen(group, { type: 'removed', epoch: holder.epoch });
        happen(group, { type: 'left', participantId });
      }
    }
  };

  return {
    joined(speaker) {
      const before = speakers.get(speaker.speakerId);
      // A surface may join again while its talk key is down.
      speakers.set(speaker.speakerId, {
        lastPress: 0,
        ...before,
        ...speaker,
        ...answerFirst(speaker.notify),
      });
    },
    left(speakerId) {
      if (!speakers.delete(speakerId)) return;
      for (const group of groups.values()) {
        if (Object.hasOwn(group.floor.present, speakerId)) {
          happen(group, { type: 'left', participantId: speakerId });
        }
      }
    },
    snapshot(speakerId) {
      const speaker = speakers.get(speakerId);
      if (speaker === undefined) return undefined;
      return { speakerId, ...groupsOf(speaker) };
    },
    request(speakerId, input) {
      const { groupId } = input;
      if (!mayUse(speakerId, groupId)) return notYours(groupId);
      const waitsLikeOthers = input.priority === 'lead' && isDeskThere(groupOf(groupId));
      return ok(ask(speakerId, waitsLikeOthers ? { ...input, priority: 'normal' } : input, true));
    },
    confirm(speakerId, groupId, epoch) {
      if (!mayUse(speakerId, groupId)) return notYours(groupId);
      const group = groupOf(groupId);
      if (happen(group, { type: 'keyed', participantId: speakerId, epoch }) !== undefined) return oldEpoch();
      group.keyedAtMs = nowMs();
      return ok({});
    },
    release(speakerId, groupId, press) {
      // A release is accepted even for a group that the surface no longer belongs to.
      const speaker = speakers.get(speakerId);
      if (speaker === undefined || (!groups.has(groupId) && !mayUse(speakerId, groupId))) {
        return notYours(groupId);
      }
      if (press > speaker.lastPress) {
        speaker.lastPress = press;
        speaker.lastGroupId = groupId;
      }
      const group = groupOf(groupId);
      enter(group, speakerId);
      happen(group, { type: 'released', participantId: speakerId, press });
      return ok({});
    },
    revoke(groupId, epoch, actor) {
      const group = groups.get(groupId);
      if (group === undefined) return oldEpoch();
      const isRepeat = group.floor.holder?.revoked !== undefined;
      const refusal = happen(group, { type: 'revoked', epoch, cause: 'by_desk' });
      if (refusal === 'old_epoch') return oldEpoch();
      if (!isRepeat) log.revoked({ groupId, epoch, actor, principal: recordedPrincipal(), atMs: nowMs() });
      return ok({});
    },
    openHotMicrophone(memberId, press) {
      const speaker = [...speakers.values()].find(
        (one) => one.memberId === memberId && voices.has(one.speakerId),
      );
      const member = people.member(memberId);
      if (speaker === undefined || member === undefined) return false;
      const input = { groupId: squadGroupId(member.squadId), press, priority: 'emergency' as const };
      return ask(speaker.speakerId, input, false).state === 'granted';
    },
    mayUse,
    hasVoice: (speakerId) => voices.has(speakerId),
    peopleChanged,
    orderChanged(memberIds) {
      peopleChanged();
      const changed = new Set(memberIds);
      for (const speaker of speakers.values()) {
        if (speaker.memberId === undefined || !changed.has(speaker.memberId)) continue;
        const { floors, homeGroupId } = groupsOf(speaker);
        if (homeGroupId !== undefined) speaker.notify('talk:groupsChanged', { homeGroupId, floors });
      }
    },
    orderEnded(orderId) {
      const groupId = orderGroupId(orderId);
      groups.get(groupId)?.timer?.cancel();
      groups.delete(groupId);
      gates.forget(groupId);
    },
    onSpoke: spoke.add,
    counts: () => ({
      taken: [...groups.values()].filter(({ floor }) => floor.holder !== undefined).length,
      granted: grants,
    }),
    close() {
      watch.cancel();
      for (const group of groups.values()) group.timer?.cancel();
    },
  };
}
