/** One keystroke in a search field. Milliseconds from the key event to each step. */
export interface SearchTiming {
  query: string;
  hits: number;
  /** Until the results were in the page. */
  renderedMs: number;
  /** Until the browser had painted them. */
  drawnMs: number;
}

/** The last keystrokes, for the bench: it asks how long a keystroke takes until its results are drawn. */
export interface SearchTimings {
  /** A key changed the query; `atMs` is the event's own time. */
  typed(query: string, atMs: number): void;
  /** The results of the query are in the page now. */
  rendered(query: string, hits: number): void;
  list(): SearchTiming[];
}

const kept = 1_000;

/** Timings of a page. */
export function createSearchTimings(): SearchTimings {
  const timings: SearchTiming[] = [];
  let pending: { query: string; atMs: number } | undefined;
  return {
    typed(query, atMs) {
      pending = { query, atMs };
    },
    rendered(query, hits) {
      if (pending === undefined || pending.query !== query) return;
      const { atMs } = pending;
      pending = undefined;
      const renderedMs = performance.now() - atMs;
      requestAnimationFrame(() => {
        // A message sent before the paint is delivered after it.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          timings.push({ query, hits, renderedMs, drawnMs: performance.now() - atMs });
          if (timings.length > kept) timings.shift();
          port1.close();
        };
        port2.postMessage(undefined);
      });
    },
    list: () => [...timings],
  };
}
