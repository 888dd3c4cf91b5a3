import { useEffect, useState } from 'react';

/** After this time without an answer, what is on the page is no longer shown. Milliseconds. */
const staleMs = 5_000;
/** A page that was not answered, because the hub was busy, is asked for again after this time or sooner. Milliseconds. */
const againMs = 2_000;

/** What came of reading a page of the hub. */
export type Read<T> = { state: 'reading' | 'missing' | 'unreachable' } | { state: 'read'; page: T };

/** Reads a page of the hub again and again while it can be seen. What is too old is not shown any more. */
export function usePage<T>(path: string, everyMs: number): Read<T> {
  const [read, setRead] = useState<Read<T>>({ state: 'reading' });
  useEffect(() => followPage<T>(path, everyMs, setRead), [path, everyMs]);
  return read;
}

/** Gives `take` what comes of each reading of the page at `path`, until the function that it returns is called. `everyMs` in milliseconds. */
export function followPage<T>(path: string, everyMs: number, take: (read: Read<T>) => void): () => void {
  let isCurrent = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let readAtMs = performance.now();
  let patienceMs = staleMs;
  const readOnce = async (): Promise<Read<T> | undefined> => {
    // `AbortSignal.timeout` is missing in the browsers of older phones.
    const control = new AbortController();
    const limit = setTimeout(() => control.abort(), staleMs);
    try {
      const answer = await fetch(path, { cache: 'no-store', signal: control.signal });
      if (answer.status === 404) return { state: 'missing' };
      return answer.ok ? { state: 'read', page: (await answer.json()) as T } : undefined;
    } catch {
      return undefined;
    } finally {
      clearTimeout(limit);
    }
  };
  const ask = async (): Promise<void> => {
    const read = await readOnce();
    if (!isCurrent) return;
    if (read?.state === 'read') {
      readAtMs = performance.now();
      patienceMs = Math.max(staleMs, 2 * everyMs);
    }
    if (read !== undefined) take(read);
    if (performance.now() - readAtMs > patienceMs) take({ state: 'unreachable' });
    timer = setTimeout(next, read === undefined ? Math.min(everyMs, againMs) : everyMs);
  };
  const next = (): void => {
    if (document.visibilityState === 'visible') void ask();
    else timer = setTimeout(next, everyMs);
  };
  next();
  return () => {
    isCurrent = false;
    clearTimeout(timer);
  };
}
