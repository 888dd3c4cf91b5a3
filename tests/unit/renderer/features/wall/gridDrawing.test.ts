import { describe, expect, it } from 'vitest';
import { arrangeLayout } from '../../../../../src-shared/wall/layouts.ts';
import {
  clampSide,
  mergeCells,
  plainGrid,
  rangeBetween,
  resizeGrid,
  splitTile,
  tileAt,
} from '../../../../../src-renderer/features/wall/gridDrawing.ts';

const twoByTwo = { fromColumn: 0, fromRow: 0, toColumn: 1, toRow: 1 };

function merged(grid = plainGrid(4, 3), range = twoByTwo) {
  const result = mergeCells(grid, range);
  if (!result.ok) throw new Error('the cells can be merged');
  return result.grid;
}

describe('drawing an own grid', () => {
  it('begins with one tile for each cell', () => {
    expect(arrangeLayout(plainGrid(4, 3))).toMatchObject({ ok: true, layout: { columns: 4, rows: 3 } });
    expect(plainGrid(4, 3).tiles).toHaveLength(12);
  });

  it('makes one tile of the cells drawn over', () => {
    const grid = merged();
    expect(grid.tiles).toHaveLength(9);
    expect(tileAt(grid, 1, 1)).toEqual({ column: 0, row: 0, columnSpan: 2, rowSpan: 2 });
    expect(arrangeLayout(grid).ok).toBe(true);
  });

  it('refuses cells that hold a part of another merged tile, and says how many', () => {
    const range = { fromColumn: 1, fromRow: 1, toColumn: 2, toRow: 2 };
    expect(mergeCells(merged(), range)).toMatchObject({ ok: false, tiles: [expect.any(Number)] });
  });

  it('swallows merged tiles that lie wholly in the cells', () => {
    const all = { fromColumn: 0, fromRow: 0, toColumn: 3, toRow: 2 };
    expect(merged(merged(), all).tiles).toEqual([{ column: 0, row: 0, columnSpan: 4, rowSpan: 3 }]);
  });

  it('makes cells of a merged tile again', () => {
    expect(splitTile(merged(), 1, 0).tiles).toHaveLength(12);
  });

  it('keeps what still fits when columns or rows are taken away, and fills what comes in', () => {
    const smaller = resizeGrid(merged(), 3, 2);
    expect(tileAt(smaller, 0, 0)).toMatchObject({ columnSpan: 2, rowSpan: 2 });
    expect(smaller.tiles).toHaveLength(3);
    const tiny = resizeGrid(merged(), 1, 1);
    expect(tiny.tiles).toEqual([{ column: 0, row: 0, columnSpan: 1, rowSpan: 1 }]);
    expect(arrangeLayout(resizeGrid(merged(), 5, 4)).ok).toBe(true);
  });

  it('takes no more cells than a screen shows tiles', () => {
    expect(clampSide(20, 8)).toBe(8);
    expect(clampSide(Number.NaN, 4)).toBe(1);
    expect(clampSide(-3, 4)).toBe(1);
    expect(clampSide(70, 1)).toBe(64);
  });

  it('draws in any direction', () => {
    expect(rangeBetween({ column: 2, row: 0 }, { column: 1, row: 3 })).toEqual({
      fromColumn: 1,
      fromRow: 0,
      toColumn: 2,
      toRow: 3,
    });
  });
});
