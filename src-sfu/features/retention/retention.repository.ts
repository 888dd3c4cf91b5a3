/** The kinds of records that are removed by their age, in the order of removal. */
export const retentionKinds = ['alerts', 'snapshots', 'status', 'talk', 'sessions', 'audit'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Records that may be removed by their age. */
export interface RetentionRepository {
  /** How many would be removed. */
  count(kind: RetentionKind, beforeMs: number): Promise<number>;
  /** Removes some records, which is a short piece of work for the database. Returns how many; 0 when none is left. */
  removeSome(kind: RetentionKind, beforeMs: number): Promise<number>;
  /** Returns some free space of the database file to the disk. Returns the bytes that are still to be returned. */
  shrink(): Promise<number>;
}
