import type { TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';

/** Where it is kept who spoke. What resolved is durable. */
export interface TalkRepository {
  /** The last id and, by group, the last epoch that were given. Talks that a stop of the hub cut off are closed. */
  load(): Promise<{ lastTalkId: number; epochs: Map<string, number> }>;
  begin(talk: TalkRecord, epoch: number): Promise<void>;
  end(talkId: number, endedAtMs: number, cause: NonNullable<TalkRecord['endCause']>): Promise<void>;
  /** The newest first; without `groupIds` of all groups. */
  list(query: {
    groupIds?: string[] | undefined;
    beforeTalkId?: number | undefined;
    limit: number;
  }): Promise<TalkRecord[]>;
}
