import { maxGridSide, maxTiles, type OwnGrid } from '../../../src-shared/wall/layouts.ts';

/** A rectangle of cells, from and to, both included. */
export interface CellRange {
  fromColumn: number;
  fromRow: number;
  toColumn: number;
  toRow: number;
}

type GridTile = OwnGrid['tiles'][number];

/** Why cells cannot be merged: another merged tile lies partly in them (`tiles`, places in the list from 0). */
export type MergeResult = { ok: true; grid: OwnGrid } | { ok: false; tiles: number[] };

/** A grid of equal cells, one tile each. */
export function plainGrid(columns: number, rows: number): OwnGrid {
  const tiles = Array.from({ length: columns * rows }, (_, index) =>
    cellAt(index % columns, Math.floor(index / columns)),
  );
  return { columns, rows, tiles };
}

/** The same drawing with more or fewer columns and rows: new cells are tiles of their own, tiles that no longer fit go. */
export function resizeGrid(grid: OwnGrid, columns: number, rows: number): OwnGrid {
  const kept = grid.tiles.filter(
    (tile) => tile.column + tile.columnSpan <= columns && tile.row + tile.rowSpan <= rows,
  );
  const added = plainGrid(columns, rows).tiles.filter((cell) => !kept.some((tile) => overlap(tile, cell)));
  return { columns, rows, tiles: [...kept, ...added] };
}

/** Sides a drawn grid may have so that its cells are not more than a screen takes. */
export function clampSide(value: number, other: number): number {
  const most = Math.min(maxGridSide, Math.floor(maxTiles / Math.max(1, other)));
  return Math.min(Math.max(1, Math.trunc(value) || 1), most);
}

/** The range between two cells, whichever was first. */
export function rangeBetween(
  one: { column: number; row: number },
  other: { column: number; row: number },
): CellRange {
  return {
    fromColumn: Math.min(one.column, other.column),
    fromRow: Math.min(one.row, other.row),
    toColumn: Math.max(one.column, other.column),
    toRow: Math.max(one.row, other.row),
  };
}

/** Makes one tile of a range of cells; refused where a tile lies only partly in it, as the two would overlap. */
export function mergeCells(grid: OwnGrid, range: CellRange): MergeResult {
  const merged = tileOf(range);
  const partly = grid.tiles.flatMap((tile, index) =>
    overlap(tile, merged) && !inside(tile, merged) ? [index] : [],
  );
  if (partly.length > 0) return { ok: false, tiles: partly };
  const others = grid.tiles.filter((tile) => !inside(tile, merged));
  return { ok: true, grid: { ...grid, tiles: [...others, merged] } };
}

/** Makes cells of a merged tile again. */
export function splitTile(grid: OwnGrid, column: number, row: number): OwnGrid {
  const tile = tileAt(grid, column, row);
  if (tile === undefined) return grid;
  const cells = plainGrid(grid.columns, grid.rows).tiles.filter((cell) => inside(cell, tile));
  return { ...grid, tiles: [...grid.tiles.filter((other) => other !== tile), ...cells] };
}

/** The tile that covers a cell. */
export function tileAt(grid: OwnGrid, column: number, row: number): GridTile | undefined {
  return grid.tiles.find((tile) => overlap(tile, cellAt(column, row)));
}

function cellAt(column: number, row: number): GridTile {
  return { column, row, columnSpan: 1, rowSpan: 1 };
}

function tileOf(range: CellRange): GridTile {
  return {
    column: range.fromColumn,
    row: range.fromRow,
    columnSpan: range.toColumn - range.fromColumn + 1,
    rowSpan: range.toRow - range.fromRow + 1,
  };
}

function overlap(left: GridTile, right: GridTile): boolean {
  return (
    left.column < right.column + right.columnSpan &&
    right.column < left.column + left.columnSpan &&
    left.row < right.row + right.rowSpan &&
    right.row < left.row + left.rowSpan
  );
}

function inside(inner: GridTile, outer: GridTile): boolean {
  return (
    inner.column >= outer.column &&
    inner.row >= outer.row &&
    inner.column + inner.columnSpan <= outer.column + outer.columnSpan &&
    inner.row + inner.rowSpan <= outer.row + outer.rowSpan
  );
}
