/** Delays between attempts that double until the longest, and start again from the shortest after a while without failure. */
export interface BackOff {
  /** Milliseconds to wait before the next attempt, counted as one more failure. */
  nextDelayMs(): number;
}

/** `healthyAfterMs`: a thing that ran this long since its last attempt is taken as sound again. */
export function createBackOff(options: {
  firstMs: number;
  longestMs: number;
  healthyAfterMs: number;
}): BackOff {
  let failures = 0;
  let lastAttemptAtMs = 0;
  return {
    nextDelayMs() {
      const nowMs = Date.now();
      if (nowMs - lastAttemptAtMs > options.healthyAfterMs) failures = 0;
      const delayMs = Math.min(options.longestMs, options.firstMs * 2 ** failures);
      failures += 1;
      lastAttemptAtMs = nowMs + delayMs;
      return delayMs;
    },
  };
}
