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
 * Cameras whose pictures one address can keep the hub asking for within `wantedMs`, or those of one site where these are more; the others
 * it sees as they are. Few cameras are kept open at one time, and nobody alone can have all places.
 */
export const wantedCamerasOfAddress = 12;
const wantedMs = 15_000;
/** A hub whose timers are this late has no time for the public. Milliseconds. */
const busyLateMs = 150;
const checkEveryMs = 100;

/** Nobody's fault: the hub has no time for what is live. */
export const busyRefusal: PublicRefusal = {
  status: 503,
  code: 'busy',
  message: 'Too many people are watching. Try again soon.',
};

/**
 * Counts the requests of each address in each second. For a second after the hub was late, what is live is refused; the page and its
 * files, which cost the hub nothing but their reading, are not.
 */
export function createPublicLimits({
  nowMs,
  isOwnLatenessBusy = true,
  onBusy,
}: {
  nowMs(): number;
  /** Whether late timers of this process mean that there is no time for the public; else `late` alone does. */
  isOwnLatenessBusy?: boolean;
  /** The hub was late. */
  onBusy?(): void;
}): {
  refusal(address: string, part: 'page' | 'live'): PublicRefusal | undefined;
  /** The hub was late, as it says itself. */
  late(): void;
  /** Whether there is no time for what is live. */
  isBusy(): boolean;
  /** Whether this address may make the hub ask for pictures of these cameras, which are those of one site. */
  mayWant(address: string, cameraIds: readonly string[]): boolean;
  close(): void;
} {
  let second = 0;
  let all = 0;
  const counts = new Map<string, number>();
  let sweptAtMs = 0;
  /** The cameras that each network wants, and when it asked for them last. */
  const wanted = new Map<string, Map<string, number>>();
  const forgetOld = (asked: Map<string, number>): void => {
    for (const [cameraId, atMs] of asked) if (nowMs() - atMs >= wantedMs) asked.delete(cameraId);
  };
  let busyUntilMs = 0;
  const isBusy = (): boolean => nowMs() < busyUntilMs;
  const late = (): void => {
    busyUntilMs = nowMs() + 1_000;
    onBusy?.();
  };
  let dueMs = nowMs() + checkEveryMs;
  const check = (): void => {
    if (nowMs() - dueMs > busyLateMs) late();
    dueMs = nowMs() + checkEveryMs;
  };
  const timer = isOwnLatenessBusy ? setInterval(check, checkEveryMs).unref() : undefined;
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
      return all > publicRequestsPerSecond || (part === 'live' && isBusy()) ? busyRefusal : undefined;
    },
    late,
    isBusy,
    mayWant(address, cameraIds) {
      if (cameraIds.length === 0) return false;
      if (nowMs() - sweptAtMs >= wantedMs) {
        sweptAtMs = nowMs();
        for (const [network, asked] of wanted) {
          forgetOld(asked);
          if (asked.size === 0) wanted.delete(network);
        }
      }
      const network = networkOf(address);
      const asked = wanted.get(network) ?? new Map<string, number>();
      forgetOld(asked);
      const others = [...asked.keys()].filter((cameraId) => !cameraIds.includes(cameraId)).length;
      if (others > 0 && others + cameraIds.length > wantedCamerasOfAddress) {
        return cameraIds.every((cameraId) => asked.has(cameraId));
      }
      for (const cameraId of cameraIds) asked.set(cameraId, nowMs());
      wanted.set(network, asked);
      return true;
    },
    close: () => clearInterval(timer),
  };
}
