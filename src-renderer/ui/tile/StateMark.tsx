import type { TileStateKind } from './tileState.ts';

/** Shapes differ, so that colour never says it alone; drawn on a 16 × 16 grid. */
const shapes: Record<TileStateKind, string> = {
  live: 'M8 4.2a3.8 3.8 0 1 1 0 7.6a3.8 3.8 0 0 1 0-7.6z',
  connecting: 'M8 3a5 5 0 0 1 5 5h-1.8A3.2 3.2 0 0 0 8 4.8zM8 13a5 5 0 0 1-5-5h1.8A3.2 3.2 0 0 0 8 11.2z',
  still: 'M3.5 3.5h9v9h-9zM5 5v6h6V5z',
  waiting: 'M8 3a5 5 0 0 1 5 5h-1.8A3.2 3.2 0 0 0 8 4.8zM8 13a5 5 0 0 1-5-5h1.8A3.2 3.2 0 0 0 8 11.2z',
  frozen: 'M4.5 3.5h2.4v9H4.5zM9.1 3.5h2.4v9H9.1z',
  offline: 'M8 6.6l3.1-3.1 1.4 1.4L9.4 8l3.1 3.1-1.4 1.4L8 9.4l-3.1 3.1-1.4-1.4L6.6 8 3.5 4.9l1.4-1.4z',
  unauthorized: 'M5 7V5.5a3 3 0 0 1 6 0V7h1v6H4V7zm1.6 0h2.8V5.5a1.4 1.4 0 0 0-2.8 0z',
  unsupported: 'M8 2.5l6 10.8H2zM7.2 6.4v3.4h1.6V6.4zm0 4.4v1.5h1.6v-1.5z',
  undecodable: 'M8 2.5l6 10.8H2zM7.2 6.4v3.4h1.6V6.4zm0 4.4v1.5h1.6v-1.5z',
  no_camera: 'M3 7.2h10v1.6H3z',
};

/** The mark before a tile's word. */
export function StateMark({ kind }: { kind: TileStateKind }) {
  return (
    <svg className={`state-mark state-mark--${kind}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[kind]} fillRule="evenodd" />
    </svg>
  );
}
