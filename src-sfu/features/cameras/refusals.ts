import type { StreamEndCause } from '../../../src-shared/cameras/cameraStream.ts';

/** How an attempt ended: what decides when the next one may be made. */
export interface AttemptEnding {
  cause: StreamEndCause;
  message: string;
  /** The status of the camera's answer, when there was one. */
  status?: number;
}

/** A camera that refused, and until when viewers do not connect to it again. */
export interface Refusal extends AttemptEnding {
  count: number;
  retryAtMs: number;
}

/** Waits in milliseconds: the first one, doubled for each further refusal up to the longest. */
const waits = {
  /** Many cameras lock an account after five to seven wrong passwords within half an hour. */
  password: { firstMs: 60_000, longestMs: 15 * 60_000 },
  /**
   * A recorder without a free session (453), or an address that it does not know: frequent attempts often use up its last
   * sessions.
   */
  other: { firstMs: 5_000, longestMs: 60_000 },
} as const;
const notEnoughBandwidth = 453;

/**
 * Remembers refusals, also while nobody watches: the pages of a tour show a camera every few seconds, and would otherwise connect
 * each time with a wrong password.
 */
export class Refusals {
  readonly #refusals = new Map<string, Refusal>();

  /** An attempt at a stream ended; the refusal that it was, if it was one. */
  ended(streamId: string, cameraId: string, ending: AttemptEnding, nowMs: number): Refusal | undefined {
    const { cause, status } = ending;
    const isSlow = cause === 'unauthorized' || cause === 'notFound' || status === notEnoughBandwidth;
    if (!isSlow) return undefined;
    const key = keyOf(streamId, cameraId, cause);
    const count = (this.#refusals.get(key)?.count ?? 0) + 1;
    const { firstMs, longestMs } = cause === 'unauthorized' ? waits.password : waits.other;
    const retryAtMs = nowMs + Math.min(longestMs, firstMs * 2 ** Math.min(count - 1, 10));
    const refusal = { ...ending, count, retryAtMs };
    this.#refusals.set(key, refusal);
    return refusal;
  }

  /** The refusal that keeps a viewer from asking now. */
  current(streamId: string, cameraId: string, nowMs: number): Refusal | undefined {
    const known = [this.#refusals.get(cameraId), this.#refusals.get(streamId)];
    // A time far in the future was stored before the clock was set back.
    return known.find(
      (refusal) =>
        refusal !== undefined &&
        refusal.retryAtMs > nowMs &&
        refusal.retryAtMs - nowMs <= waits.password.longestMs,
    );
  }

  /** The camera accepted the hub's login, or its registration changed. */
  forget(cameraId: string): void {
    for (const key of [cameraId, `${cameraId}:main`, `${cameraId}:sub`]) this.#refusals.delete(key);
  }
}

/** A refused account concerns the whole camera; an unknown address concerns one stream. */
function keyOf(streamId: string, cameraId: string, cause: StreamEndCause): string {
  return cause === 'notFound' ? streamId : cameraId;
}
