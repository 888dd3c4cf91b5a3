import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Where a tile is, in cells, and how it moves there. */
export interface GlideOptions {
  column: number;
  row: number;
  /** The way the page scrolls; undefined where it turns at once. */
  scroll: 'up' | 'left' | undefined;
  /** Whether it has just left the page and glides out of it. */
  leaving: boolean;
  /** Whether the turn brought it: it glides in over the edge. Whatever else appears is simply there. */
  entering: boolean;
  /** How long a glide takes from now: until the next turn. */
  glideMs(): number;
  paused: boolean;
}

/** A turn asked for by hand comes without a time: the glide of a calm page. */
const shortestMs = 400;

/** Lets a tile glide from the cell it was in to the one it is in now; one that a turn brings comes in over the edge. */
export function useGlide(element: RefObject<HTMLElement | null>, options: GlideOptions): void {
  const { column, row, scroll, leaving, entering, paused } = options;
  const before = useRef<{ column: number; row: number } | undefined>(undefined);
  const latest = useRef(options);
  useLayoutEffect(() => {
    latest.current = options;
  });

  useLayoutEffect(() => {
    const tile = element.current;
    const from = before.current ?? (entering ? cellBefore(column, row, scroll) : { column, row });
    const to = leaving ? cellAfter(column, row, scroll) : { column, row };
    before.current = { column, row };
    const moved = from.column !== to.column || from.row !== to.row;
    if (tile === null || scroll === undefined || !moved || isReduced()) return undefined;
    // A glide that is under way goes on from where it is.
    const matrix = new DOMMatrix(getComputedStyle(tile).transform);
    const x = (from.column - column) * tile.offsetWidth + matrix.m41;
    const y = (from.row - row) * tile.offsetHeight + matrix.m42;
    const endX = (to.column - column) * tile.offsetWidth;
    const endY = (to.row - row) * tile.offsetHeight;
    const glide = tile.animate(
      [{ transform: `translate(${x}px, ${y}px)` }, { transform: `translate(${endX}px, ${endY}px)` }],
      { duration: Math.max(shortestMs, latest.current.glideMs()), fill: leaving ? 'forwards' : 'none' },
    );
    if (latest.current.paused) glide.pause();
    return () => glide.cancel();
  }, [element, column, row, scroll, leaving, entering]);

  useLayoutEffect(() => {
    for (const glide of element.current?.getAnimations() ?? []) {
      if (paused) glide.pause();
      else glide.play();
    }
  }, [element, paused]);
}

function cellBefore(column: number, row: number, scroll: 'up' | 'left' | undefined) {
  return { column: scroll === 'left' ? column + 1 : column, row: scroll === 'up' ? row + 1 : row };
}

function cellAfter(column: number, row: number, scroll: 'up' | 'left' | undefined) {
  return { column: scroll === 'left' ? column - 1 : column, row: scroll === 'up' ? row - 1 : row };
}

function isReduced(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
