import type { RetentionKind } from '../../../src-shared/retention/retention.protocol.ts';

export { retentionKinds, type RetentionKind } from '../../../src-shared/retention/retention.protocol.ts';

/** Records that may be removed by their age. */
export interface RetentionRepository {
  /** How many would be removed. */
  count(kind: RetentionKind, beforeMs: number): Promise<number>;
  /** Removes some records, which is a short piece of work for the database. Returns how many; 0 when none is left. */
  removeSome(kind: RetentionKind, beforeMs: number): Promise<number>;
  /** Returns some free space of the database file to the disk. Returns the bytes that are still to be returned. */
  shrink(): Promise<number>;
}
