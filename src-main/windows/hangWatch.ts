/** How often a page is asked for a sign of life. */
const askEveryMs = 500;
/** A page that has answered before and is silent for so long hangs: with half a second to load again it is back within 3 s. */
const firstLimitMs = 2_000;
/** While a page is loaded its scripts may keep it busy. */
const loadingLimitMs = 15_000;
/** A page that hangs again soon may only be slow on this machine: it gets longer each time. */
const longestLimitMs = 16_000;
/** A page that ran so long since it hung is sound again. */
const healthyAfterMs = 120_000;

export interface HangWatchOptions {
  /** Resolves when the page's own thread has answered. Rejects where there is no page to ask, which is no sign of anything. */
  ping(): Promise<void>;
  /** The page does not answer any more; whoever is called ends it. */
  onHang(silentMs: number): void;
  /** How long a page that has answered before may be silent, at first. Milliseconds. */
  silentMs?: number;
  nowMs?: () => number;
}

/** Finds out that a page's thread hangs. */
export interface HangWatch {
  /** A page is loaded from now on. */
  loading(): void;
  /** Nothing is expected of the page, as while it shows a dialog. */
  pause(): void;
  close(): void;
}

/** Nothing is watched before `loading`. */
export function createHangWatch({
  ping,
  onHang,
  silentMs = firstLimitMs,
  nowMs = Date.now,
}: HangWatchOptions): HangWatch {
  let timer: NodeJS.Timeout | undefined;
  let generation = 0;
  let limitMs = silentMs;
  let hungAtMs = -Infinity;

  const watch = (of: number, hasAnswered: boolean): void => {
    const askedAtMs = nowMs();
    const waitMs = hasAnswered ? limitMs : Math.max(loadingLimitMs, silentMs);
    timer = setTimeout(() => {
      if (of !== generation) return;
      generation += 1;
      limitMs = Math.max(silentMs, Math.min(longestLimitMs, limitMs * 2));
      hungAtMs = nowMs();
      onHang(nowMs() - askedAtMs);
    }, waitMs);
    ping().then(
      () => again(of, true),
      () => again(of, hasAnswered),
    );
  };
  const again = (of: number, hasAnswered: boolean): void => {
    if (of !== generation) return;
    clearTimeout(timer);
    if (nowMs() - hungAtMs > healthyAfterMs) limitMs = silentMs;
    timer = setTimeout(() => {
      if (of === generation) watch(of, hasAnswered);
    }, askEveryMs);
  };
  const stop = (): void => {
    generation += 1;
    clearTimeout(timer);
  };
  return {
    loading() {
      stop();
      watch(generation, false);
    },
    pause: stop,
    close: stop,
  };
}
