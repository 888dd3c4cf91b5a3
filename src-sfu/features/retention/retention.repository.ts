/** What is removed by its age, in the order in which it is done. */
export const retentionKinds = ['alerts', 'snapshots', 'status', 'talk', 'sessions', 'audit'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Records that may be removed by their age. */
export interface RetentionRepository {
  /** How many would be removed. */
  count(kind: RetentionKind, beforeMs: number): Promise<number>;
  /** Removes some: a short piece of work for the database. Returns how many; 0 when none is left. */
  removeSome(kind: RetentionKind, beforeMs: number): Promise<number>;
  /** Gives some free room of the database file back to the disk. Returns the bytes that are left to give. */
  shrink(): Promise<number>;
}
