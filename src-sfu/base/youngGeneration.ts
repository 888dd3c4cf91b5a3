import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * What the young generation of the heap may grow to, about. Left alone, V8 doubles it up to 128 MiB while cameras are
 * taken in, whose packets leave garbage behind that is dead at once: no collection is the cheaper for it, and the
 * processor's caches hold it no more. A doubling may come between two checks.
 */
const wantedBytes = 16 * 1024 * 1024;
const checkIntervalMs = 50;

/** Lets the young generation grow no further once it is as large as is useful. V8 reads the flag before each growth. */
export function boundYoungGeneration(): void {
  const check = (): void => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (space !== undefined && space.space_size < wantedBytes) return;
    clearInterval(timer);
    setFlagsFromString('--semi-space-growth-factor=1');
  };
  const timer = setInterval(check, checkIntervalMs).unref();
  check();
}
