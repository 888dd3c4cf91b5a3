/** One entry of the spool: what must not be lost although the database cannot take it now. */
export interface SpoolEntry {
  id: number;
  /** Whose it is; that feature knows the shape of `value`. */
  kind: string;
  value: unknown;
}

/**
 * Where what people's safety depends on is written while the database cannot take it, so that it survives the end of the hub.
 * What was stored is released; what is left at the next start is stored then. An entry may be found again after it was stored,
 * when the hub ended between the two: who stores it must notice that.
 */
export interface Spool {
  /** What the hub before this one left, in its order. */
  left(kind: string): SpoolEntry[];
  /** Resolves once it is on the disk, to its id; to undefined where no place could be written. */
  append(kind: string, value: unknown): Promise<number | undefined>;
  /** These are in the database. */
  release(ids: readonly number[]): void;
}

/** A spool that keeps nothing: for hubs in memory, and where a test needs none. */
export const noSpool: Spool = {
  left: () => [],
  append: () => Promise.resolve(undefined),
  release: () => undefined,
};
