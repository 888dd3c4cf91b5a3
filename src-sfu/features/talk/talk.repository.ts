import type { RecordedPrincipal } from '../../base/asking.ts';
import type { TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';

/** A desk took the floor from a talker. */
export interface Revocation {
  groupId: string;
  epoch: number;
  /** The desk, by name. */
  actor: string;
  principal: RecordedPrincipal | undefined;
  atMs: number;
}

/** Where it is kept who spoke. What resolved is durable. */
export interface TalkRepository {
  /** The last id and, by group, the last epoch that were given. Talks that a stop of the hub cut off are closed. */
  load(): Promise<{ lastTalkId: number; epochs: Map<string, number> }>;
  /** `principal`: who speaks, for the audit log. */
  begin(talk: TalkRecord, epoch: number, principal?: RecordedPrincipal): Promise<void>;
  end(talkId: number, endedAtMs: number, cause: NonNullable<TalkRecord['endCause']>): Promise<void>;
  /** Writes into the audit log who took the floor from a talker. */
  revoked(revocation: Revocation): Promise<void>;
  /** The newest first; without `groupIds` of all groups. */
  list(query: {
    groupIds?: string[] | undefined;
    beforeTalkId?: number | undefined;
    limit: number;
  }): Promise<TalkRecord[]>;
}
