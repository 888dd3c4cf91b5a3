import { useEffect, useState } from 'react';

/** After this time without an answer, what is on the page is no longer shown. Milliseconds. */
const staleMs = 5_000;

/** What came of reading a page of the hub. */
export type Read<T> = { state: 'reading' | 'missing' | 'unreachable' } | { state: 'read'; page: T };

/** Reads a page of the hub again and again while it can be seen. What is too old is not shown any more. */
export function usePage<T>(path: string, everyMs: number): Read<T> {
  const [read, setRead] = useState<Read<T>>({ state: 'reading' });
  useEffect(() => {
    let isCurrent = true;
    let timer: number | undefined;
    let readAtMs = performance.now();
    const take = (next: Read<T>): void => {
      if (isCurrent) setRead(next);
    };
    const ask = async (): Promise<void> => {
      try {
        const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(staleMs) });
        if (answer.status === 404) take({ state: 'missing' });
        else if (answer.ok) {
          const page = (await answer.json()) as T;
          readAtMs = performance.now();
          take({ state: 'read', page });
        }
      } catch {
        // Asked again below.
      }
      if (performance.now() - readAtMs > Math.max(staleMs, 2 * everyMs)) take({ state: 'unreachable' });
      if (isCurrent) timer = window.setTimeout(next, everyMs);
    };
    const next = (): void => {
      if (document.visibilityState === 'visible') void ask();
      else timer = window.setTimeout(next, everyMs);
    };
    next();
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [path, everyMs]);
  return read;
}
