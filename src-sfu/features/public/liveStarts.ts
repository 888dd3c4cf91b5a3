/** So often a network may begin to receive live in a minute: each beginning makes a transport, whatever comes of it. */
export const liveStartsInMinute = 10;
const spanMs = 60_000;
/** Networks that are counted at one time; the one that began longest ago makes room. */
const maxCounted = 20_000;

/**
 * Counts beginnings by network, each from its first one on for a minute. Answers how long that network has to wait, in milliseconds; 0: it
 * may begin, and was counted.
 */
export function createLiveStarts(nowMs: () => number): (network: string) => number {
  const begun = new Map<string, { count: number; untilMs: number }>();
  return (network) => {
    const now = nowMs();
    for (const [oldest, { untilMs }] of begun) {
      if (untilMs > now && begun.size < maxCounted) break;
      begun.delete(oldest);
    }
    const entry = begun.get(network);
    if (entry === undefined) begun.set(network, { count: 1, untilMs: now + spanMs });
    else if (entry.count >= liveStartsInMinute) return entry.untilMs - now;
    else entry.count += 1;
    return 0;
  };
}
