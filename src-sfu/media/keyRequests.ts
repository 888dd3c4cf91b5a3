import type { types } from 'mediasoup';

/** Chromium takes no notice of a request for a key picture within 300 ms of the one before, of whatever size either is. */
const deafMs = 330;
/** Viewers on a bad line ask again and again: nobody waits longer for them to be quiet. */
const longestWaitMs = 2 * deafMs;

/** When a phone was last asked for a key picture. */
export interface KeyRequests {
  /**
   * Resolves when the next request will be heard, or after two thirds of a second. One that is not heard is repeated by
   * mediasoup only after a second.
   */
  untilHeard(): Promise<void>;
}

/** Follows the requests for key pictures of a producer of video that is new. */
export async function followKeyRequests(producer: types.Producer): Promise<KeyRequests> {
  // The first packets of a new producer make the first request.
  let askedAtMs = performance.now();
  producer.on('trace', ({ type }) => {
    if (type === 'pli') askedAtMs = performance.now();
  });
  await producer.enableTraceEvent(['pli']);
  return {
    async untilHeard() {
      const endMs = performance.now() + longestWaitMs;
      for (;;) {
        const waitMs = Math.min(askedAtMs + deafMs, endMs) - performance.now();
        if (waitMs <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
  };
}
