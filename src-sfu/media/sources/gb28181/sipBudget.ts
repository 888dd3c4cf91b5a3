/** What one address of strangers may send within a second. */
const strangerMessagesOfOne = 50;
/** What all strangers together may send: so many at once, refilled by so many within a second. A flood is spread over the second by that. */
const strangerMessagesAtOnce = 50;
const strangerMessagesOfAll = 500;
/** What one address of recorders may send within a second: thousands of them may stand behind one router. */
const knownMessagesOfOne = 5_000;
const windowMs = 1_000;

/** Decides by the address alone, before anything is read, which messages are read. It remembers addresses for a second, and no more of strangers than it lets in. */
export interface SipBudget {
  /** Whether a message or a connection of this address is taken. */
  takes(address: string): boolean;
}

/** `isKnown`: whether recorders are registered from an address; they are not counted among the strangers. */
export function createSipBudget({
  isKnown,
  nowMs,
}: {
  isKnown(address: string): boolean;
  nowMs(): number;
}): SipBudget {
  /** Messages of this second by address. */
  let messages = new Map<string, number>();
  let windowAtMs = nowMs();
  let strangersLeft = strangerMessagesAtOnce;
  let refilledAtMs = windowAtMs;
  return {
    takes(address) {
      const now = nowMs();
      if (now - windowAtMs >= windowMs) {
        messages = new Map();
        windowAtMs = now;
      }
      const isStranger = !isKnown(address);
      if (isStranger) {
        const refill = ((now - refilledAtMs) * strangerMessagesOfAll) / 1_000;
        strangersLeft = Math.min(strangerMessagesAtOnce, strangersLeft + refill);
        refilledAtMs = now;
        if (strangersLeft < 1) return false;
      }
      const ofOne = messages.get(address) ?? 0;
      if (ofOne >= (isStranger ? strangerMessagesOfOne : knownMessagesOfOne)) return false;
      messages.set(address, ofOne + 1);
      if (isStranger) strangersLeft -= 1;
      return true;
    },
  };
}
