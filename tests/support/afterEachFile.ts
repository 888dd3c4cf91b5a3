import { afterAll, vi } from 'vitest';

/** Unit tests share their modules and their process: what a file took away is given back to the next one. */
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
