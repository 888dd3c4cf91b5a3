import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';

/** The hub announces a turn less than a second ahead; whatever names a later moment is wrong and is shown at once. */
const longestWaitMs = 1_000;

/** Lets a screen turn its page at the moment that the hub named, so that the screens of a wall turn together. */
export interface TurnTogether {
  /** Takes what the hub decided: shown at its moment, or at once when that is past or there is none. Replaces what still waits. */
  take(wall: WallSnapshot): void;
  /** What waits is not shown any more, because something newer is on the screen. */
  drop(): void;
}

/** `nowMs` is the hub's clock as this machine knows it. A clock that is set while a turn waits makes it no later: the wait is fixed. */
export function createTurnTogether(options: {
  show(wall: WallSnapshot): void;
  nowMs(): number;
}): TurnTogether {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return {
    take(wall) {
      clearTimeout(waiting);
      const waitMs = (wall.showAtMs ?? 0) - options.nowMs();
      if (waitMs > 0 && waitMs <= longestWaitMs) waiting = setTimeout(() => options.show(wall), waitMs);
      else options.show(wall);
    },
    drop: () => clearTimeout(waiting),
  };
}
