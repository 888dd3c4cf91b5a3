import type { RecordedPrincipal } from '../../base/asking.ts';
import type { MemberDuty, MemberStatus, StatusRefusal } from '../../../src-shared/squads/memberStatus.ts';
import type { Emergency, MemberPosition, Squad } from '../../../src-shared/squads/squads.protocol.ts';

/** A member as it is kept. */
export interface MemberRecord {
  memberId: string;
  squadId: string;
  name: string;
  duty: MemberDuty;
  isLeader?: boolean | undefined;
  skills?: string[] | undefined;
}

/** A phone that is signed in. Of its token only the hash is known. */
export interface PhoneRecord {
  tokenHash: string;
  memberId: string;
  phoneName: string;
  signedInAtMs: number;
  lastUsedAtMs: number;
  /** Where it was used from last; empty where that is not known. */
  address: string;
}

/** A code for one sign-in. */
export interface SignInCode {
  codeHash: string;
  memberId: string;
  expiresAtMs: number;
  usedByTokenHash?: string;
}

/** A requested change of status, and its result. */
export interface StatusChange {
  changeId: string;
  memberId: string;
  status: MemberStatus;
  /** `member`, or the name of who sits at the desk. */
  changedBy: string;
  happenedAtMs: number;
  receivedAtMs: number;
  refusal?: StatusRefusal;
}

/** Everything that a hub needs when it starts. */
export interface SquadsContent {
  squads: Squad[];
  members: MemberRecord[];
  phones: PhoneRecord[];
  codes: SignInCode[];
  positions: { memberId: string; position: MemberPosition }[];
  /** Those not ended. */
  emergencies: Emergency[];
  /** The newest of those that ended, the oldest of them first. */
  endedEmergencies: Emergency[];
}

/** The state of an emergency after one step, and who took the step. */
export interface EmergencyStep {
  emergency: Emergency;
  /** The request's name, as the audit log has it. */
  action: string;
  actor: string;
  atMs: number;
  /** Who asked. */
  principal?: RecordedPrincipal | undefined;
  /** It comes from the spool, and may have been written before: then it is not written again. */
  isReplayed?: true;
}

/** Where squads are kept. What resolved is durable, with its line in the audit log. */
export interface SquadsRepository {
  load(nowMs: number): Promise<SquadsContent>;
  saveSquad(squad: Squad, actor: string, nowMs: number): Promise<void>;
  removeSquad(squadId: string, actor: string, nowMs: number): Promise<void>;
  saveMember(member: MemberRecord, actor: string, nowMs: number): Promise<void>;
  setLeader(
    member: Pick<MemberRecord, 'memberId' | 'squadId'>,
    isLeader: boolean,
    actor: string,
    nowMs: number,
  ): Promise<void>;
  /** With its phone, codes and position. */
  removeMember(memberId: string, actor: string, nowMs: number): Promise<void>;
  /** Replaces the member's older codes. */
  saveCode(code: SignInCode, actor: string, nowMs: number): Promise<void>;
  /** Uses a code and signs the phone in, and the member's other ones out, in one step. */
  signIn(codeHash: string, phone: PhoneRecord): Promise<void>;
  /** When and from where phones were used last. */
  savePhoneUses(
    phones: readonly Pick<PhoneRecord, 'tokenHash' | 'lastUsedAtMs' | 'address'>[],
  ): Promise<void>;
  signOut(memberId: string, reason: string, actor: string, nowMs: number): Promise<void>;
  /** Those of the changes that the hub has seen before. */
  findChanges(memberId: string, changeIds: string[]): Promise<StatusChange[]>;
  saveChanges(changes: StatusChange[], memberId: string, duty: MemberDuty): Promise<void>;
  saveDuty(memberId: string, duty: MemberDuty): Promise<void>;
  savePositions(positions: { memberId: string; position: MemberPosition }[]): Promise<void>;
  removePosition(memberId: string): Promise<void>;
  /**
   * Writes consecutive steps of one emergency, each with its audit entry, all or none. An emergency that the store has
   * already is not raised again: nothing is written then, and `before` is the stored one.
   */
  saveEmergencySteps(steps: readonly EmergencyStep[]): Promise<{ before?: Emergency }>;
  findEmergency(emergencyId: string): Promise<Emergency | undefined>;
}
