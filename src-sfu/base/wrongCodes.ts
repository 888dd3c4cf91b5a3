import { createLanes, LanesFull } from './lanes.ts';
import { startTimer } from './timers.ts';

/** Wrong codes in a minute, of one address and of all: from then on codes are checked one after the other. */
const wrongCodesAMinute = 10;
const wrongCodesOfAllAMinute = 100;
/** One code is checked in so long while somebody guesses: of a code of 40 bits that lives for 10 min, 6,000 of 10^12. Milliseconds. */
const checkEveryMs = 100;
/** Those that wait, one of each connection: more than there are connections of strangers at one time. */
const maxWaitingCodes = 64;
/** Addresses whose wrong codes are counted at one time. */
const maxAddresses = 10_000;

/**
 * Slows who guesses codes, by the address they came from. Many phones may share one address, so nobody is shut out: every code is checked,
 * at last after `checkEveryMs` for each connection that waits.
 */
export interface WrongCodes {
  /** Whether so many wrong codes came from there that it is slowed. */
  isGuessing(from: string): boolean;
  note(from: string): void;
  /**
   * Waits until a code from there may be checked. False: it may not, because another code of the same `sender` waits, or because more wait
   * than there is room for.
   */
  turn(from: string, sender: string): Promise<boolean>;
}

export function createWrongCodes(nowMs: () => number): WrongCodes {
  const wrong = new Map<string, { count: number; untilMs: number }>();
  const ofAll = new Map<string, { count: number; untilMs: number }>();
  const inTurn = createLanes({ maxRunning: 1, maxWaiting: maxWaitingCodes });
  const waiting = new Set<string>();
  const countOf = (counts: typeof wrong, key: string): number => {
    const entry = counts.get(key);
    return entry !== undefined && entry.untilMs > nowMs() ? entry.count : 0;
  };
  const add = (counts: typeof wrong, key: string): void => {
    const entry = counts.get(key);
    if (entry !== undefined && entry.untilMs > nowMs()) entry.count += 1;
    else counts.set(key, { count: 1, untilMs: nowMs() + 60_000 });
  };
  const isGuessing = (from: string): boolean => countOf(wrong, from) >= wrongCodesAMinute;
  return {
    isGuessing,
    note(from) {
      if (wrong.size >= maxAddresses && !wrong.has(from)) wrong.clear();
      add(wrong, from);
      add(ofAll, '');
    },
    async turn(from, sender) {
      if (!isGuessing(from) && countOf(ofAll, '') < wrongCodesOfAllAMinute) return true;
      if (waiting.has(sender)) return false;
      waiting.add(sender);
      try {
        await inTurn('codes', () => new Promise<void>((resolve) => void startTimer(resolve, checkEveryMs)));
        return true;
      } catch (error) {
        if (error instanceof LanesFull) return false;
        throw error;
      } finally {
        waiting.delete(sender);
      }
    },
  };
}
