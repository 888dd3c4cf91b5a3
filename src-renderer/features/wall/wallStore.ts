import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { slotIdOf } from './slots.ts';
import { sameTileState, type TileState } from '../../ui/tile/tileState.ts';

/** What this screen of the wall shows: the hub's decision, and what each tile's picture clock says of it. */
export interface WallState {
  wall: WallSnapshot | undefined;
  tileStates: Readonly<Record<string, TileState>>;
}

/** The wall's store. Tiles subscribe to their own state only. */
export interface WallStore extends StoreApi<WallState> {
  /** Takes what the hub decided; one decision older than the present one is ignored. */
  show(wall: WallSnapshot): void;
  /** Takes the hub's decision as it is, after a snapshot: revisions may have begun again. */
  reset(wall: WallSnapshot | undefined): void;
  setTileStates(states: Readonly<Record<string, TileState>>): void;
}

/** Makes an empty wall store. */
export function createWallStore(): WallStore {
  const store = createStore<WallState>(() => ({ wall: undefined, tileStates: {} }));
  return {
    ...store,
    show(wall) {
      const present = store.getState().wall;
      if (present !== undefined && present.screenId === wall.screenId && wall.revision < present.revision)
        return;
      store.setState({ wall });
    },
    reset(wall) {
      store.setState({ wall });
    },
    setTileStates(states) {
      const present = store.getState().tileStates;
      const next: Record<string, TileState> = {};
      let changed = Object.keys(present).length !== Object.keys(states).length;
      for (const [tileId, state] of Object.entries(states)) {
        const before = present[tileId];
        const same = before !== undefined && sameTileState(before, state);
        next[tileId] = same ? before : state;
        changed ||= !same;
      }
      if (changed) store.setState({ tileStates: next });
    },
  };
}

/** How many tiles of the wall have a camera, and how many of those are live. */
export function liveTiles(state: WallState): { live: number; shown: number } {
  const shown = state.wall?.tiles.filter((tile) => tile.camera !== undefined) ?? [];
  const { wall } = state;
  const live = shown.filter(
    (tile) => wall !== undefined && state.tileStates[slotIdOf(tile, wall)]?.kind === 'live',
  );
  return { live: live.length, shown: shown.length };
}
