import type { Tile, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';

/** The room for tiles, and the smallest width at which a tile's words can be read. CSS pixels. */
export interface Room {
  width: number;
  height: number;
  smallestTileWidth: number;
}

/** A grid for the present screen: tiles with their cells, and how high the rows are. */
export interface Arrangement {
  columns: number;
  rows: number;
  tiles: readonly Tile[];
  /** Height of a row in CSS pixels when the grid is higher than the room and scrolls; undefined when it fills the room. */
  rowHeight: number | undefined;
}

/** Rows may be this much lower than the picture's shape asks for, when that saves scrolling. */
const shortestShare = 1.12;

/**
 * Lays the hub's grid out. On a screen too narrow for its columns (the wall on a phone), the tiles keep
 * their reading order and flow into as many columns as can be read, each of the picture's shape.
 */
export function arrangeTiles(
  wall: Pick<WallSnapshot, 'columns' | 'rows' | 'tiles'>,
  room: Room,
): Arrangement {
  const narrowest = room.width / wall.columns;
  if (narrowest >= room.smallestTileWidth || wall.columns === 1) {
    return { columns: wall.columns, rows: wall.rows, tiles: wall.tiles, rowHeight: undefined };
  }
  const columns = Math.max(1, Math.floor(room.width / room.smallestTileWidth));
  const inOrder = [...wall.tiles].sort((one, other) => one.row - other.row || one.column - other.column);
  const tiles = inOrder.map((tile, index) => ({
    ...tile,
    column: index % columns,
    row: Math.floor(index / columns),
    columnSpan: 1,
    rowSpan: 1,
  }));
  const rows = Math.ceil(tiles.length / columns);
  const pictureHeight = Math.floor(((room.width / columns) * 9) / 16);
  const fills = rows * pictureHeight <= room.height * shortestShare;
  return { columns, rows, tiles, rowHeight: fills && rows > 1 ? undefined : pictureHeight };
}
