import type { NoticeName, NoticeOf } from '../../../src-shared/protocol/index.ts';
import type { Talker } from '../../../src-shared/talk/talk.protocol.ts';

/** The gates of voices. A voice is passed to a group only while it is the group's talker. */
export interface TalkGates {
  hasVoice(speakerId: string): boolean;
  /** Opens the group to this voice alone, or to none. In effect when it returns. */
  setTalker(groupId: string, speakerId: string | undefined): void;
  /** When the last packet of this voice came through the gate since it was opened. */
  lastPacketAtMs(speakerId: string): number | undefined;
}

/** The squads and members that talk needs. */
export interface TalkPeople {
  squadIds(): string[];
  hasSquad(squadId: string): boolean;
  hasMember(memberId: string): boolean;
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
  notify<Name extends NoticeName>(name: Name, payload: NoticeOf<Name>): void;
}
