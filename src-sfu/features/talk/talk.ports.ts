import type { NoticeName, NoticeOf } from '../../../src-shared/protocol/index.ts';
import type { TalkOrder } from '../../../src-shared/talk/memberGroups.ts';
import type { RecordedPrincipal } from '../../base/asking.ts';
import type { Talker } from '../../../src-shared/talk/talk.protocol.ts';

/**
 * The gates of voices. A voice is passed to a group only while it is the group's talker. The gates may be in another process:
 * they take commands without an answer, and what is known of voices comes as events.
 */
export interface TalkGates {
  /** Opens the group to this voice alone, or to none. Commands take effect in the order in which they are given. */
  setTalker(groupId: string, speakerId: string | undefined): void;
  /** Called for each speaker that has a voice from now on, or has none any more; at once for each voice there is already. */
  onVoiceChanged(listener: (speakerId: string, hasVoice: boolean) => void): void;
  /** Called for each packet of a talker that the gate has passed, with its time in Unix milliseconds. */
  onPassed(listener: (speakerId: string, atMs: number) => void): void;
  /** The group is never used again: what carries it is given back. */
  forget(groupId: string): void;
}

/** The squads and members that talk needs. */
export interface TalkPeople {
  squadIds(): string[];
  hasSquad(squadId: string): boolean;
  hasMember(memberId: string): boolean;
  /** An order that has a talk group now. */
  order(orderId: string): { number: string; memberIds: readonly string[] } | undefined;
  /** The orders of a member that have a talk group now. */
  ordersOf(memberId: string): TalkOrder[];
  /** As it is now: members are moved and renamed. */
  member(
    memberId: string,
  ): { name: string; squadId: string; place?: { latitude: number; longitude: number } } | undefined;
}

/** One connection that may hear and speak. */
export interface Speaker {
  speakerId: string;
  kind: Talker['kind'];
  /** The name a desk gave itself; a member's is looked up. */
  name: string;
  memberId?: string;
  /** Of a desk: the groups that it works for; every group where this is absent. */
  hears?(groupId: string): boolean;
  /** Who it is, for the audit log. */
  principal?: RecordedPrincipal | undefined;
  notify<Name extends NoticeName>(name: Name, payload: NoticeOf<Name>): void;
}
