import type { Tile, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';

/**
 * What keeps its elements over a turn. On a page that turns it is the tile: its camera changes and the picture before stays
 * for a moment. On one that scrolls it is the camera, which takes its running picture along to the next tile.
 */
export function slotIdOf(tile: Tile, wall: Pick<WallSnapshot, 'tour' | 'tiles'>): string {
  const cameraId = tile.camera?.cameraId;
  if (wall.tour?.scroll === undefined || cameraId === undefined) return tile.tileId;
  const isTwice = wall.tiles.filter(({ camera }) => camera?.cameraId === cameraId).length > 1;
  return isTwice ? tile.tileId : `camera-${cameraId}`;
}

/** The tiles that a scroll pushed off the page, at the cells they leave from. */
export function leavingTiles(
  before: Pick<WallSnapshot, 'tour' | 'tiles' | 'layout'> | undefined,
  now: Pick<WallSnapshot, 'tour' | 'tiles' | 'layout'>,
): Tile[] {
  const turned =
    now.tour?.scroll !== undefined &&
    before?.tour?.scroll === now.tour.scroll &&
    before.tour.page !== now.tour.page &&
    before.tiles.length === now.tiles.length;
  if (!turned) return [];
  const stay = new Set(now.tiles.map((tile) => slotIdOf(tile, now)));
  return before.tiles.filter((tile) => tile.camera !== undefined && !stay.has(slotIdOf(tile, before)));
}
