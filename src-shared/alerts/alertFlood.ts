/**
 * When more comes than one person can work. ISA-18.2 calls it a flood when more than 10 alarms come within 10 min, and
 * says that it ends when fewer than 5 do. Pure: arrivals come in with their time, counted in slots of 10 s.
 */

const spanMs = 10 * 60_000;
const slotMs = 10_000;
/** More than this begins a flood. */
export const floodBegins = 10;
/** Fewer than this ends it. */
export const floodEnds = 5;

export interface AlertFlood {
  /** Arrivals by the number of their slot. */
  slots: readonly { slot: number; arrivals: number }[];
  /** Since when it is a flood. */
  sinceMs?: number;
}

export const calm: AlertFlood = { slots: [] };

/** The flood after some arrivals, or with none as time passes. */
export function noteArrivals(flood: AlertFlood, arrivals: number, nowMs: number): AlertFlood {
  const slot = Math.floor(nowMs / slotMs);
  const oldest = slot - spanMs / slotMs;
  // A clock that was set back must not count arrivals of the future for ever.
  const slots = flood.slots.filter((one) => one.slot > oldest && one.slot <= slot);
  const last = slots.at(-1);
  if (arrivals > 0) {
    if (last?.slot === slot) slots[slots.length - 1] = { slot, arrivals: last.arrivals + arrivals };
    else slots.push({ slot, arrivals });
  }
  const total = slots.reduce((sum, one) => sum + one.arrivals, 0);
  const { sinceMs } = flood;
  if (sinceMs === undefined) return total > floodBegins ? { slots, sinceMs: nowMs } : { slots };
  return total < floodEnds ? { slots } : { slots, sinceMs };
}

/** How many came within the last 10 min, as of the last note. */
export function arrivalsOf(flood: AlertFlood): number {
  return flood.slots.reduce((sum, one) => sum + one.arrivals, 0);
}
