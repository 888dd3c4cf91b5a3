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

type Page = Pick<WallSnapshot, 'tour' | 'tiles' | 'layout'>;

/** Whether a scroll moved the page on from one to the other. */
function scrolledOn(before: Page | undefined, now: Page): before is Page {
  return (
    now.tour?.scroll !== undefined &&
    before?.tour?.scroll === now.tour.scroll &&
    before.tour.page !== now.tour.page &&
    before.tiles.length === now.tiles.length
  );
}

/** What a scroll brought onto the page, by slot. */
export function enteringSlots(before: Page | undefined, now: Page): ReadonlySet<string> {
  if (!scrolledOn(before, now)) return new Set();
  const were = new Set(before.tiles.map((tile) => slotIdOf(tile, before)));
  return new Set(now.tiles.map((tile) => slotIdOf(tile, now)).filter((slotId) => !were.has(slotId)));
}

/** The tiles that a scroll pushed off the page, at the cells they leave from. */
export function leavingTiles(before: Page | undefined, now: Page): Tile[] {
  if (!scrolledOn(before, now)) return [];
  const stay = new Set(now.tiles.map((tile) => slotIdOf(tile, now)));
  return before.tiles.filter((tile) => tile.camera !== undefined && !stay.has(slotIdOf(tile, before)));
}
