import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  arrangeLayout,
  layoutNames,
  layoutSchema,
  type ArrangedLayout,
  type Layout,
  type LayoutProblem,
  type OwnGrid,
} from '../../../../src-shared/wall/layouts.ts';

describe('a named layout', () => {
  it.each([
    ['1', 1, 1, 1],
    ['4', 2, 2, 4],
    ['1+5', 3, 3, 6],
    ['1+7', 4, 4, 8],
    ['9', 3, 3, 9],
    ['16', 4, 4, 16],
    ['25', 5, 5, 25],
    ['36', 6, 6, 36],
    ['64', 8, 8, 64],
  ] as const)('%s is %i × %i cells with %i tiles that fill them', (name, columns, rows, count) => {
    const layout = arranged(name);
    expect([layout.columns, layout.rows, layout.tiles.length]).toEqual([columns, rows, count]);
    expect(coveredCells(layout)).toBe(columns * rows);
    expect(new Set(layout.tiles.map((tile) => tile.tileId)).size).toBe(count);
  });

  it('1+7 has its large tile first, which is the spotlight tile', () => {
    const layout = arranged('1+7');
    expect(layout.tiles[0]).toEqual({ tileId: 'tile-0-0', column: 0, row: 0, columnSpan: 3, rowSpan: 3 });
    expect(layout.spotlightTileId).toBe('tile-0-0');
  });

  it('keeps the id of a tile at the same place from layout to layout', () => {
    const small = new Set(arranged('9').tiles.map((tile) => tile.tileId));
    expect(arranged('16').tiles.filter((tile) => small.has(tile.tileId))).toHaveLength(9);
  });

  it('is a layout of the schema, and a name nobody knows is not', () => {
    for (const name of layoutNames) expect(layoutSchema.parse(name)).toBe(name);
    expect(layoutSchema.safeParse('17').success).toBe(false);
  });
});

describe('an own grid', () => {
  it('comes out in reading order, whatever order it was drawn in, and may leave cells free', () => {
    const layout = arranged({ columns: 4, rows: 2, tiles: [tile(3, 1), tile(2, 0), tile(0, 0)] });
    expect(layout.tiles.map(({ tileId }) => tileId)).toEqual(['tile-0-0', 'tile-2-0', 'tile-3-1']);
  });

  it('gives the spotlight to the largest tile, not to the first', () => {
    const layout = arranged({ columns: 4, rows: 3, tiles: [tile(0, 0), tile(1, 0), tile(0, 1, 4, 2)] });
    expect(layout.spotlightTileId).toBe('tile-0-1');
  });

  it('is refused without tiles', () => {
    expect(problems({ columns: 2, rows: 2, tiles: [] })).toMatchObject([{ code: 'noTiles', tiles: [] }]);
  });

  it('is refused with more tiles than a screen shows, and takes exactly as many', () => {
    const tiles = (count: number): OwnGrid['tiles'] =>
      Array.from({ length: count }, (_, index) => tile(index % 10, Math.floor(index / 10)));
    expect(problems({ columns: 10, rows: 10, tiles: tiles(65) })).toMatchObject([{ code: 'tooManyTiles' }]);
    expect(arranged({ columns: 10, rows: 10, tiles: tiles(64) }).tiles).toHaveLength(64);
  });

  it('names both tiles that overlap, counted from 1 in the message', () => {
    const found = problems({ columns: 4, rows: 4, tiles: [tile(0, 0, 2, 2), tile(3, 3), tile(1, 1)] });
    expect(found).toEqual([
      { code: 'overlap', tiles: [0, 2], message: 'Tiles 1 and 3 overlap: move one of them.' },
    ]);
  });

  it.each([
    ['right', tile(3, 0, 2, 1)],
    ['bottom', tile(0, 1, 1, 2)],
    ['left', tile(-1, 0)],
    ['top', tile(0, -1)],
  ])('is refused when a tile reaches over the %s edge', (_edge, outside) => {
    expect(problems({ columns: 4, rows: 2, tiles: [tile(1, 0), outside] })).toMatchObject([
      { code: 'outside', tiles: [1] },
    ]);
  });

  it.each([
    ['half a cell', tile(0.5, 0)],
    ['no width', tile(0, 0, 0, 1)],
    ['no number', tile(Number.NaN, 0)],
    ['no end', tile(0, 0, Number.POSITIVE_INFINITY, 1)],
  ])('is refused when a tile has %s', (_what, bad) => {
    expect(problems({ columns: 4, rows: 2, tiles: [bad] })).toMatchObject([{ code: 'badTile', tiles: [0] }]);
  });

  it.each([0, -1, 2.5, 65, Number.NaN])('is refused with %d columns', (columns) => {
    expect(problems({ columns, rows: 2, tiles: [tile(0, 0)] })).toMatchObject([{ code: 'badGrid' }]);
  });

  it('lists all faults at once', () => {
    const tiles = [tile(0, 0), tile(0, 0), tile(9, 9), tile(0, 0.5)];
    expect(problems({ columns: 2, rows: 2, tiles }).map(({ code }) => code)).toEqual([
      'outside',
      'badTile',
      'overlap',
    ]);
  });

  it('is accepted exactly when no cell is used twice and none lies outside', () => {
    const side = fc.integer({ min: 1, max: 5 });
    const span = fc.integer({ min: 1, max: 2 });
    const place = fc.integer({ min: 0, max: 4 });
    const anyTile = fc.record({ column: place, row: place, columnSpan: span, rowSpan: span });
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(side, side, fc.array(anyTile, { minLength: 1, maxLength: 4 }), (columns, rows, tiles) => {
        const cells = tiles.flatMap(cellsOf);
        const fits =
          new Set(cells).size === cells.length &&
          tiles.every((one) => one.column + one.columnSpan <= columns && one.row + one.rowSpan <= rows);
        seen[fits ? 'taken' : 'refused'] += 1;
        expect(arrangeLayout({ columns, rows, tiles }).ok).toBe(fits);
      }),
      { numRuns: 2_000, seed: 7 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(50);
  });
});

function tile(column: number, row: number, columnSpan = 1, rowSpan = 1): OwnGrid['tiles'][number] {
  return { column, row, columnSpan, rowSpan };
}

function arranged(layout: Layout): ArrangedLayout {
  const result = arrangeLayout(layout);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join(' '));
  return result.layout;
}

function problems(layout: Layout): LayoutProblem[] {
  const result = arrangeLayout(layout);
  return result.ok ? [] : result.problems;
}

function cellsOf(one: OwnGrid['tiles'][number]): string[] {
  const cells: string[] = [];
  for (let column = one.column; column < one.column + one.columnSpan; column += 1) {
    for (let row = one.row; row < one.row + one.rowSpan; row += 1) cells.push(`${column} ${row}`);
  }
  return cells;
}

function coveredCells(layout: ArrangedLayout): number {
  return new Set(layout.tiles.flatMap(cellsOf)).size;
}
