import { slotIdOf } from '../../../features/wall/slots.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import type { TileState } from '../../../ui/tile/tileState.ts';
import { followPictures, type FollowedPictures } from '../../shared/pictureStates.ts';

/** Keeps the states of the tiles of a screen true, also of those that no picture came for. */
export function followTiles({
  wallStore,
  ...parts
}: Omit<FollowedPictures, 'before' | 'take'> & { wallStore: WallStore }): { ask(): void } {
  return followPictures({
    ...parts,
    before: (targetId) => wallStore.getState().tileStates[targetId],
    take(pictures) {
      const { wall } = wallStore.getState();
      if (wall === undefined) return;
      const states: Record<string, TileState> = {};
      for (const tile of wall.tiles) {
        if (tile.camera === undefined) states[tile.tileId] = { kind: 'no_camera' };
        else states[slotIdOf(tile, wall)] = { kind: 'connecting' };
      }
      // Tiles that glide out of a scrolling page are still seen, so each picture that is drawn has its state.
      wallStore.setTileStates({ ...states, ...Object.fromEntries(pictures) });
    },
  });
}
