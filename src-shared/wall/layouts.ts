import { z } from 'zod';

/** The layouts an operator picks by name: so many equal tiles, or one large tile with small ones around it. */
export const layoutNames = ['1', '4', '1+5', '1+7', '9', '16', '25', '36', '64'] as const;
export type LayoutName = (typeof layoutNames)[number];

/** The most tiles a screen may have: more would be smaller than a picture can be read. */
export const maxTiles = 64;
/** The most columns or rows of an own grid, in cells. */
export const maxGridSide = 64;

const gridTileSchema = z.object({
  column: z.number(),
  row: z.number(),
  columnSpan: z.number(),
  rowSpan: z.number(),
});

/**
 * A grid drawn by an operator, in cells from the top left. The schema checks the shape alone; `arrangeLayout` says what
 * is wrong with the rectangles, in words for the one who drew them.
 */
export const ownGridSchema = z.object({
  columns: z.number(),
  rows: z.number(),
  tiles: z.array(gridTileSchema).max(1024),
});
export type OwnGrid = z.output<typeof ownGridSchema>;

/** A layout as it is chosen and stored. */
export const layoutSchema = z.union([z.enum(layoutNames), ownGridSchema]);
export type Layout = z.output<typeof layoutSchema>;

/** One rectangle of a layout, in grid cells. Its id says its top left cell, so it outlives a reordered list. */
export interface TileRectangle {
  tileId: string;
  column: number;
  row: number;
  columnSpan: number;
  rowSpan: number;
}

/** A layout ready to be filled: tiles in reading order, none overlapping. */
export interface ArrangedLayout {
  columns: number;
  rows: number;
  tiles: TileRectangle[];
  /** The tile an event takes: the largest, and of equal ones the first in reading order. */
  spotlightTileId: string;
}

/** What is wrong with an own grid. `tiles` are places in the list that was given, from 0. */
export interface LayoutProblem {
  code: 'badGrid' | 'noTiles' | 'tooManyTiles' | 'badTile' | 'outside' | 'overlap';
  tiles: number[];
  /** What is wrong and what to do, in a sentence; tiles are counted from 1 in it. */
  message: string;
}

export type LayoutResult =
  { ok: true; layout: ArrangedLayout } | { ok: false; problems: [LayoutProblem, ...LayoutProblem[]] };

/** The rectangles of a layout, or everything that is wrong with an own grid. */
export function arrangeLayout(layout: Layout): LayoutResult {
  const grid = typeof layout === 'string' ? namedGrid(layout) : layout;
  const [problem, ...others] = problemsOf(grid);
  if (problem !== undefined) return { ok: false, problems: [problem, ...others] };
  const tiles = grid.tiles
    .map(({ column, row, columnSpan, rowSpan }) => ({
      tileId: tileIdAt(column, row),
      column,
      row,
      columnSpan,
      rowSpan,
    }))
    .sort((left, right) => left.row - right.row || left.column - right.column);
  const largest = tiles.reduce((best, tile) => (areaOf(tile) > areaOf(best) ? tile : best));
  return {
    ok: true,
    layout: { columns: grid.columns, rows: grid.rows, tiles, spotlightTileId: largest.tileId },
  };
}

/** The id of the tile whose top left cell this is. */
export function tileIdAt(column: number, row: number): string {
  return `tile-${column}-${row}`;
}

/** The area of a tile in grid cells. */
export function areaOf(tile: { columnSpan: number; rowSpan: number }): number {
  return tile.columnSpan * tile.rowSpan;
}

function namedGrid(name: LayoutName): OwnGrid {
  switch (name) {
    case '1':
      return equalGrid(1);
    case '4':
      return equalGrid(2);
    case '9':
      return equalGrid(3);
    case '16':
      return equalGrid(4);
    case '25':
      return equalGrid(5);
    case '36':
      return equalGrid(6);
    case '64':
      return equalGrid(8);
    case '1+5':
      return corneredGrid(3);
    case '1+7':
      return corneredGrid(4);
  }
}

function equalGrid(side: number): OwnGrid {
  const tiles = Array.from({ length: side * side }, (_, index) => ({
    column: index % side,
    row: Math.floor(index / side),
    columnSpan: 1,
    rowSpan: 1,
  }));
  return { columns: side, rows: side, tiles };
}

/** One tile of all but one row and column at the top left, single cells along the right and the bottom. */
function corneredGrid(side: number): OwnGrid {
  const large = { column: 0, row: 0, columnSpan: side - 1, rowSpan: side - 1 };
  const small = equalGrid(side).tiles.filter((tile) => tile.column === side - 1 || tile.row === side - 1);
  return { columns: side, rows: side, tiles: [large, ...small] };
}

function problemsOf(grid: OwnGrid): LayoutProblem[] {
  const { columns, rows, tiles } = grid;
  if (!isSide(columns) || !isSide(rows)) {
    return [
      problem(
        'badGrid',
        [],
        `A grid has 1 to ${maxGridSide} whole columns and rows, not ${columns} × ${rows}.`,
      ),
    ];
  }
  if (tiles.length === 0) return [problem('noTiles', [], 'The grid has no tiles: draw at least one.')];
  if (tiles.length > maxTiles) {
    return [
      problem('tooManyTiles', [], `The grid has ${tiles.length} tiles: a screen shows at most ${maxTiles}.`),
    ];
  }
  const problems: LayoutProblem[] = [];
  const sound = new Set<number>();
  tiles.forEach((tile, index) => {
    const { column, row, columnSpan, rowSpan } = tile;
    if (![column, row, columnSpan, rowSpan].every(Number.isSafeInteger) || columnSpan < 1 || rowSpan < 1) {
      const message = `Tile ${index + 1} must begin on a whole cell and span at least one: column ${column}, row ${row}, ${columnSpan} × ${rowSpan}.`;
      problems.push(problem('badTile', [index], message));
    } else if (column < 0 || row < 0 || column + columnSpan > columns || row + rowSpan > rows) {
      const message = `Tile ${index + 1} reaches outside the grid of ${columns} × ${rows} cells: move it or make it smaller.`;
      problems.push(problem('outside', [index], message));
    } else {
      sound.add(index);
    }
  });
  for (const first of sound) {
    for (const second of sound) {
      if (first >= second || !overlap(tiles[first]!, tiles[second]!)) continue;
      const message = `Tiles ${first + 1} and ${second + 1} overlap: move one of them.`;
      problems.push(problem('overlap', [first, second], message));
    }
  }
  return problems;
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= maxGridSide;
}

function overlap(left: OwnGrid['tiles'][number], right: OwnGrid['tiles'][number]): boolean {
  return (
    left.column < right.column + right.columnSpan &&
    right.column < left.column + left.columnSpan &&
    left.row < right.row + right.rowSpan &&
    right.row < left.row + left.rowSpan
  );
}

function problem(code: LayoutProblem['code'], tiles: number[], message: string): LayoutProblem {
  return { code, tiles, message };
}
