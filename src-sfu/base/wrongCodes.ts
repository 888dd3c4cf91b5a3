/** Wrong codes of one address in a minute; the next one is refused unread. */
const wrongCodesAMinute = 10;
/** Addresses whose wrong codes are counted at one time. */
const maxAddresses = 10_000;

/** Counts wrong codes by the address they came from, so that nobody guesses one. */
export interface WrongCodes {
  isGuessing(from: string): boolean;
  note(from: string): void;
}

export function createWrongCodes(nowMs: () => number): WrongCodes {
  const wrong = new Map<string, { count: number; untilMs: number }>();
  return {
    isGuessing(from) {
      const entry = wrong.get(from);
      return entry !== undefined && entry.untilMs > nowMs() && entry.count >= wrongCodesAMinute;
    },
    note(from) {
      const entry = wrong.get(from);
      if (entry !== undefined && entry.untilMs > nowMs()) {
        entry.count += 1;
        return;
      }
      if (wrong.size >= maxAddresses) wrong.clear();
      wrong.set(from, { count: 1, untilMs: nowMs() + 60_000 });
    },
  };
}
