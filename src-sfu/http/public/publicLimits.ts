import { networkOf } from '../../base/networks.ts';

/** Why a request of the public is not answered. */
export interface PublicRefusal {
  status: 429 | 503;
  code: string;
  message: string;
}

/** Requests of one address within a second. Many phones share an address behind a mobile network. */
export const requestsPerSecondOfAddress = 60;
/** Requests of all addresses within a second. */
export const publicRequestsPerSecond = 4_000;
/**
 * Sites whose pictures one address can keep the hub asking for within `wantedMs`; the others it sees as they are. Cameras are kept open
 * for few sites at one time, and nobody alone can have all places.
 */
export const wantedSitesOfAddress = 20;
const wantedMs = 15_000;
/** A hub whose timers are this late has no time for the public. Milliseconds. */
const busyLateMs = 150;
const checkEveryMs = 100;

/**
 * Counts the requests of each address in each second. For a second after the hub was late, what is live is refused; the page and its
 * files, which cost the hub nothing but their reading, are not.
 */
export function createPublicLimits({
  nowMs,
  onBusy,
}: {
  nowMs(): number;
  /** The hub was late. */
  onBusy?(): void;
}): {
  refusal(address: string, part: 'page' | 'live'): PublicRefusal | undefined;
  /** Whether this address may make the hub ask for pictures of this site. */
  mayWant(address: string, code: string): boolean;
  close(): void;
} {
  let second = 0;
  let all = 0;
  const counts = new Map<string, number>();
  let wantedPart = 0;
  /** The sites that each network has wanted in this part of the time. */
  const wanted = new Map<string, Set<string>>();
  let busyUntilMs = 0;
  let dueMs = nowMs() + checkEveryMs;
  const timer = setInterval(() => {
    if (nowMs() - dueMs > busyLateMs) {
      busyUntilMs = nowMs() + 1_000;
      onBusy?.();
    }
    dueMs = nowMs() + checkEveryMs;
  }, checkEveryMs).unref();
  return {
    refusal(address, part) {
      const now = Math.floor(nowMs() / 1_000);
      if (now !== second) {
        second = now;
        all = 0;
        counts.clear();
      }
      all += 1;
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      if (count > requestsPerSecondOfAddress) {
        return { status: 429, code: 'too_many', message: 'Too many requests from this address.' };
      }
      if (all > publicRequestsPerSecond || (part === 'live' && nowMs() < busyUntilMs)) {
        return { status: 503, code: 'busy', message: 'Too many people are watching. Try again soon.' };
      }
      return undefined;
    },
    mayWant(address, code) {
      const part = Math.floor(nowMs() / wantedMs);
      if (part !== wantedPart) {
        wantedPart = part;
        wanted.clear();
      }
      const network = networkOf(address);
      const codes = wanted.get(network) ?? new Set();
      wanted.set(network, codes);
      if (codes.size < wantedSitesOfAddress) codes.add(code);
      return codes.has(code);
    },
    close: () => clearInterval(timer),
  };
}
