/** How the screens of one wall turn their pages together: at moments of the hub's clock that are announced a little ahead. */

/**
 * How long before its moment a turn is announced. In this time the notice reaches every screen, also when the hub is busy. Milliseconds.
 */
export const turnLeadMs = 500;
/** A turn that comes so late at most keeps the rhythm; after a longer standstill the rhythm begins again. Milliseconds. */
const keepsRhythmMs = 1_000;

/** A tour that is running: when it turns next, in the hub's clock, and how long a page stays. */
export interface TurnRhythm {
  turnAtMs: number;
  dwellMs: number;
}

/** The moment that counts as that of a turn due at `dueAtMs` and made at `nowMs`: lateness of timers does not add up over the turns. */
export function turnMoment(dueAtMs: number, nowMs: number): number {
  return nowMs - dueAtMs <= keepsRhythmMs ? dueAtMs : nowMs;
}

/**
 * When a tour turns that would turn at `own.turnAtMs` if it were alone: in the rhythm of the first of the others that has the same dwell, at
 * its moment nearest to that, so that no page stays longer by more than half its time. Never before `nowMs`.
 */
export function joinRhythm(own: TurnRhythm, others: readonly TurnRhythm[], nowMs: number): number {
  const { turnAtMs, dwellMs } = own;
  const led = others.find((other) => other.dwellMs === dwellMs && Number.isFinite(other.turnAtMs));
  if (led === undefined) return turnAtMs;
  const joined = led.turnAtMs + Math.round((turnAtMs - led.turnAtMs) / dwellMs) * dwellMs;
  return joined < nowMs ? joined + dwellMs : joined;
}
