/**
 * How long a camera is waited for, learned from the camera itself: gateways that first fetch the stream answer DESCRIBE
 * after 6 to 30 s, sleeping cameras send their first packet after 6 to 60 s. A camera that is known to be quick is given up
 * soon, so that it is tried again soon; each fourth attempt in vain is a patient one all the same.
 */

const shortestMs = 4_000;
const longestMs = 60_000;
const factor = 3;
const attemptsPerPatientOne = 4;

/** What is waited for: an answer to a request, or the first packet after PLAY. */
export type PatienceFor = 'answer' | 'firstPacket';

/** Before anything is known of a camera. */
const firstLimitMs: Record<PatienceFor, number> = { answer: 10_000, firstPacket: 15_000 };

/** What one camera's attempts taught; it outlives them. */
export class Patience {
  readonly #learned: Record<PatienceFor, { quickMs: number | undefined; inVain: number }> = {
    answer: { quickMs: undefined, inVain: 0 },
    firstPacket: { quickMs: undefined, inVain: 0 },
  };

  /** How long to wait in the next attempt, in milliseconds. */
  limitMs(what: PatienceFor): number {
    const { quickMs, inVain } = this.#learned[what];
    if (quickMs === undefined) return Math.min(longestMs, firstLimitMs[what] * factor ** Math.min(inVain, 8));
    const isPatient = inVain % attemptsPerPatientOne === attemptsPerPatientOne - 1;
    return isPatient ? longestMs : quickMs;
  }

  /** It came after so long. */
  came(what: PatienceFor, afterMs: number): void {
    const quickMs = Math.min(longestMs, Math.max(shortestMs, factor * afterMs));
    this.#learned[what] = { quickMs, inVain: 0 };
  }

  /** It did not come within the limit. */
  gaveUp(what: PatienceFor): void {
    this.#learned[what].inVain += 1;
  }
}
