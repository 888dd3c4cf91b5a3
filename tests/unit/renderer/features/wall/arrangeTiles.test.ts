import { describe, expect, it } from 'vitest';
import { arrangeTiles } from '../../../../../src-renderer/features/wall/arrangeTiles.ts';
import type { Tile } from '../../../../../src-shared/wall/wall.protocol.ts';

const grid = (columns: number, rows: number) => ({
  columns,
  rows,
  tiles: Array.from({ length: columns * rows }, (_, index): Tile => ({
    tileId: `t${index}`,
    column: index % columns,
    row: Math.floor(index / columns),
    columnSpan: 1,
    rowSpan: 1,
    stream: 'sub',
    live: true,
  })),
});

describe('arranging tiles', () => {
  it('keeps the hub’s grid where its tiles can be read', () => {
    const wall = grid(4, 4);
    const arrangement = arrangeTiles(wall, { width: 1920, height: 1040, smallestTileWidth: 170 });
    expect(arrangement).toEqual({ columns: 4, rows: 4, tiles: wall.tiles, rowHeight: undefined });
  });

  it('flows into fewer columns on a phone, in reading order, and scrolls when they do not fit', () => {
    const wall = grid(4, 4);
    const shuffled = { ...wall, tiles: [...wall.tiles].reverse() };
    const arrangement = arrangeTiles(shuffled, { width: 390, height: 700, smallestTileWidth: 168 });
    expect(arrangement.columns).toBe(2);
    expect(arrangement.rows).toBe(8);
    expect(arrangement.tiles.map((tile) => tile.tileId)).toEqual(wall.tiles.map((tile) => tile.tileId));
    expect(arrangement.tiles[3]).toMatchObject({ column: 1, row: 1 });
    expect(arrangement.rowHeight).toBe(109);
  });

  it('fills the room when the rows are nearly of the picture’s shape', () => {
    const arrangement = arrangeTiles(grid(4, 4), { width: 390, height: 810, smallestTileWidth: 168 });
    expect(arrangement).toMatchObject({ columns: 2, rows: 8, rowHeight: undefined });
  });

  it('gives every tile one cell of its own when it flows, whatever it spanned', () => {
    const wall = grid(8, 1);
    const wide = { ...wall, tiles: wall.tiles.map((tile) => ({ ...tile, columnSpan: 2, rowSpan: 2 })) };
    const { tiles } = arrangeTiles(wide, { width: 360, height: 700, smallestTileWidth: 168 });
    const cells = new Set(tiles.map((tile) => `${tile.column}/${tile.row}`));
    expect(cells.size).toBe(8);
    expect(tiles.every((tile) => tile.columnSpan === 1 && tile.rowSpan === 1)).toBe(true);
  });

  it('has at least one column in the smallest room', () => {
    const arrangement = arrangeTiles(grid(4, 1), { width: 100, height: 100, smallestTileWidth: 168 });
    expect(arrangement.columns).toBe(1);
    expect(arrangement.rows).toBe(4);
  });
});
