/** Senders with a valid signature so far, by key and address. */
export interface Sender {
  keyId: string;
  address: string;
}

export interface KnownSenders {
  isKnown(sender: Sender): boolean;
  /** A request of this sender was rightly signed. */
  note(sender: Sender): void;
}

/** A sender without a valid signature for this long is forgotten. Milliseconds. */
const rememberMs = 24 * 3_600_000;
/** Only right signatures are remembered, so that nobody can push others out without a key. */
const maxSenders = 4_096;

/** Remembers senders with valid signatures, so that others cannot use up their share of memory. */
export function createKnownSenders(nowMs: () => number): KnownSenders {
  const lastAtMs = new Map<string, number>();
  const nameOf = ({ keyId, address }: Sender): string => `${keyId} ${address}`;
  return {
    isKnown(sender) {
      const atMs = lastAtMs.get(nameOf(sender));
      return atMs !== undefined && nowMs() - atMs < rememberMs;
    },
    note(sender) {
      const name = nameOf(sender);
      lastAtMs.delete(name);
      lastAtMs.set(name, nowMs());
      for (const oldest of lastAtMs.keys()) {
        if (lastAtMs.size <= maxSenders) break;
        lastAtMs.delete(oldest);
      }
    },
  };
}
