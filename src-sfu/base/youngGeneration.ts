import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * The approximate size limit of the heap's young generation. By default V8 doubles it up to 128 MiB while cameras are
 * received. Their packets become garbage at once, so a larger young generation makes no collection cheaper, but it no longer
 * fits into the processor's caches. V8 may double it once more between two checks.
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
