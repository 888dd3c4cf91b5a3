import type { HubClock } from './hubClock.ts';
import type { HubLink } from './hubLink.ts';

/** Soon after the join, when the page is still busy, and then often enough that a clock that was set is noticed. */
const pausesMs = [1_000, 1_000, 1_000, 1_000, 1_000] as const;
const usualPauseMs = 15_000;

/**
 * Asks the hub again and again what time it is there. The snapshot says it too, but comes while page and hub are busy with the join, and can
 * be wrong by half the time that this takes. Returns the function that ends it.
 */
export function measureHubClock(
  link: Pick<HubLink, 'request'>,
  clock: Pick<HubClock, 'measured'>,
): () => void {
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const ask = async (): Promise<void> => {
    asked += 1;
    const askedAtMs = Date.now();
    const answer = await link.request('session:checkLink', { asksTime: true });
    if (ended) return;
    const answeredAtMs = Date.now();
    if (answer.ok && answer.data.nowMs !== undefined)
      clock.measured({ askedAtMs, answeredAtMs, hubNowMs: answer.data.nowMs });
    askLater();
  };
  const askLater = (): void => {
    timer = setTimeout(() => void ask(), pausesMs[asked] ?? usualPauseMs);
  };
  askLater();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
