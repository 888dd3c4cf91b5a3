/** Numbers that look random and are the same for the same seed, so that what was found can be found again. */
export interface Chance {
  /** 0…1, without 1. */
  next(): number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  /** True for so large a share of the calls. */
  happens(share: number): boolean;
}

/** mulberry32, by Tommy Ettinger (public domain). */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    pick: (list) => {
      const picked = list[Math.floor(next() * list.length)];
      if (picked === undefined && list.length === 0) throw new Error('nothing to pick from');
      return picked as (typeof list)[number];
    },
    happens: (share) => next() < share,
  };
}
