import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  arrangeLayout,
  layoutNames,
  type ArrangedLayout,
  type Layout,
} from '../../../../src-shared/wall/layouts.ts';
import { leastBlockShare, spotlightArea } from '../../../../src-shared/wall/spotlightArea.ts';
import { arrangeScreen, coveredTileIds } from '../../../../src-shared/wall/wallScene.ts';
import type { SpotlightRequest } from '../../../../src-shared/wall/spotlight.ts';

const classOne = { target: 'tile', priority: 1 } as const;
const classTwo = { target: 'tile', priority: 2 } as const;

describe('what an alert of class 1 takes', () => {
  it.each([
    ['1', [1, 1]],
    ['4', [1, 1]],
    ['1+5', [2, 2]],
    ['1+7', [3, 3]],
    ['9', [2, 2]],
    ['16', [2, 2]],
    ['25', [2, 2]],
    ['36', [3, 3]],
    ['64', [4, 4]],
  ] as const)('of %s is %j cells, from the top left', (name, [columnSpan, rowSpan]) => {
    expect(spotlightArea(layout(name), classOne)).toMatchObject({
      anchorTileId: 'tile-0-0',
      column: 0,
      row: 0,
      columnSpan,
      rowSpan,
    });
  });

  it('is one tile for less urgent events, and until a block may be taken again', () => {
    const one = { anchorTileId: 'tile-0-0', tileIds: ['tile-0-0'], columnSpan: 1, rowSpan: 1 };
    expect(spotlightArea(layout('16'), classTwo)).toMatchObject(one);
    expect(spotlightArea(layout('16'), { ...classOne, waitsForBlock: true })).toMatchObject(one);
  });

  it('goes around pinned tiles', () => {
    expect(spotlightArea(layout('16'), classOne, new Set(['tile-1-1']))).toMatchObject({
      anchorTileId: 'tile-2-0',
      tileIds: ['tile-2-0', 'tile-3-0', 'tile-2-1', 'tile-3-1'],
    });
    // Two whole columns are free: a block of 2 × 2 fits, but none of 3 × 3.
    const pins = layout('36').tiles.filter(({ column }) => column < 4);
    expect(spotlightArea(layout('36'), classOne, new Set(pins.map(({ tileId }) => tileId)))).toMatchObject({
      anchorTileId: 'tile-4-0',
      columnSpan: 2,
      rowSpan: 2,
    });
  });

  it('follows the pins of one and the same layout, however often it is computed', () => {
    const same = layout('16');
    const free = spotlightArea(same, classOne);
    const around = spotlightArea(same, classOne, new Set(['tile-1-1']));
    expect(around).not.toEqual(free);
    expect(spotlightArea(same, classOne)).toEqual(free);
    expect(spotlightArea(same, classOne, new Set(['tile-1-1']))).toEqual(around);
    expect(spotlightArea(same, classOne, new Set(['tile-1-1']))).toEqual(
      spotlightArea(layout('16'), classOne, new Set(['tile-1-1'])),
    );
  });

  it('is nothing where every tile is pinned, and one tile where one is free', () => {
    const all = layout('16').tiles.map(({ tileId }) => tileId);
    expect(spotlightArea(layout('16'), classOne, new Set(all))).toBeUndefined();
    expect(spotlightArea(layout('16'), classTwo, new Set(all))).toBeUndefined();
    const last = spotlightArea(layout('16'), classOne, new Set(all.slice(0, -1)));
    expect(last?.tileIds).toEqual(['tile-3-3']);
  });

  it('cuts no tile of an own grid', () => {
    // A wide tile above six narrow ones above a wide one, all flatter than a block.
    const narrow = Array.from({ length: 6 }, (_unused, index) => ({
      column: index,
      row: 1,
      columnSpan: 1,
      rowSpan: 4,
    }));
    const tiles = [
      { column: 0, row: 0, columnSpan: 6, rowSpan: 1 },
      ...narrow,
      { column: 0, row: 5, columnSpan: 6, rowSpan: 1 },
    ];
    expect(spotlightArea(layout({ columns: 6, rows: 6, tiles }), classOne)?.tileIds).toEqual([
      'tile-0-1',
      'tile-1-1',
      'tile-2-1',
    ]);
  });

  it('is found within a moment on the worst grid: 64 tiles with no two edges alike', () => {
    const tiles = Array.from({ length: 64 }, (_unused, index) => ({
      column: index,
      row: index,
      columnSpan: 1,
      rowSpan: 1,
    }));
    const began = performance.now();
    expect(spotlightArea(layout({ columns: 64, rows: 64, tiles }), classOne)).toBeDefined();
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('whatever the grid and the pins', () => {
  it('a block is whole tiles, none pinned, large enough when one can be, and everything comes back as it was', () => {
    let blocks = 0;
    fc.assert(
      fc.property(anyLayout(), fc.infiniteStream(fc.nat({ max: 5 })), (arranged, dice) => {
        const pins = Object.fromEntries(
          arranged.tiles.flatMap(({ tileId }) =>
            dice.next().value === 0 ? [[tileId, `pin-${tileId}`]] : [],
          ),
        );
        const page = {
          tiles: arranged.tiles.map(({ tileId }, index) => ({ tileId, cameraId: `camera-${index}` })),
        };
        const screen = { widthPx: 3840, heightPx: 2160 };
        const before = arrangeScreen({ layout: arranged, page, pins, screen });
        const lit = arrangeScreen({ layout: arranged, page, pins, screen, spotlight: alert });
        const covered = coveredTileIds(arranged, alert, pins);
        const block = lit.tiles.find(({ spotlight }) => spotlight !== undefined);
        const free = arranged.tiles.filter(({ tileId }) => pins[tileId] === undefined);
        if (block === undefined) {
          expect(free).toEqual([]);
          return;
        }
        blocks += covered.length > 1 ? 1 : 0;
        // None pinned, and the others are exactly where and what they were.
        expect(covered.filter((tileId) => pins[tileId] !== undefined)).toEqual([]);
        const others = before.tiles.filter(({ tileId }) => !covered.includes(tileId));
        expect(lit.tiles.filter((tile) => tile !== block)).toEqual(others);
        // It covers whole tiles and nothing else: cell by cell.
        for (const tile of before.tiles) {
          expect(countCells(tile, block)).toBe(
            covered.includes(tile.tileId) ? tile.columnSpan * tile.rowSpan : 0,
          );
        }
        // Large enough, unless no free rectangle is.
        if (Math.min(block.columnSpan / lit.columns, block.rowSpan / lit.rows) < leastBlockShare) {
          expect(hasRoom(arranged, pins)).toBe(false);
        }
        expect(lit.covered).toEqual(before.tiles.filter(({ tileId }) => covered.includes(tileId)));
        expect(arrangeScreen({ layout: arranged, page, pins, screen })).toEqual(before);
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(blocks).toBeGreaterThan(50);
  });
});

const alert: SpotlightRequest = {
  eventId: 'rat',
  source: { type: 'camera', cameraId: 'kitchen' },
  kind: 'alert',
  priority: 1,
  target: 'tile',
  minShowMs: 10_000,
  untilHandled: true,
};

/** A named layout, or a grid whose tiles were merged at random. */
function anyLayout(): fc.Arbitrary<ArrangedLayout> {
  const own = fc
    .tuple(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.nat(), { maxLength: 12 }),
    )
    .map(([columns, rows, merges]) => {
      let tiles = Array.from({ length: columns * rows }, (_unused, index) => ({
        column: index % columns,
        row: Math.floor(index / columns),
        columnSpan: 1,
        rowSpan: 1,
      }));
      for (const merge of merges) {
        const from = tiles[merge % tiles.length]!;
        const grown = merge % 2 === 0 ? { ...from, columnSpan: 2 } : { ...from, rowSpan: 2 };
        const touched = tiles.filter((tile) => countCells(tile, grown) > 0);
        const fits = grown.column + grown.columnSpan <= columns && grown.row + grown.rowSpan <= rows;
        if (!fits || touched.some((tile) => tile.columnSpan * tile.rowSpan > 1)) continue;
        tiles = [...tiles.filter((tile) => !touched.includes(tile)), grown];
      }
      return layout({ columns, rows, tiles });
    });
  return fc.oneof(fc.constantFrom(...layoutNames).map(layout), own);
}

/** Whether some rectangle that is large enough has no pinned tile and cuts none: every rectangle is tried. */
function hasRoom(arranged: ArrangedLayout, pins: Readonly<Record<string, string>>): boolean {
  const { columns, rows, tiles } = arranged;
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (
        let columnSpan = Math.ceil(columns * leastBlockShare);
        column + columnSpan <= columns;
        columnSpan += 1
      ) {
        for (let rowSpan = Math.ceil(rows * leastBlockShare); row + rowSpan <= rows; rowSpan += 1) {
          const isFree = tiles.every((tile) => {
            const cells = countCells(tile, { column, row, columnSpan, rowSpan });
            return (
              cells === 0 || (cells === tile.columnSpan * tile.rowSpan && pins[tile.tileId] === undefined)
            );
          });
          if (isFree) return true;
        }
      }
    }
  }
  return false;
}

interface Cells {
  column: number;
  row: number;
  columnSpan: number;
  rowSpan: number;
}

/** How many cells two rectangles have in common. */
function countCells(one: Cells, other: Cells): number {
  const across =
    Math.min(one.column + one.columnSpan, other.column + other.columnSpan) -
    Math.max(one.column, other.column);
  const down = Math.min(one.row + one.rowSpan, other.row + other.rowSpan) - Math.max(one.row, other.row);
  return Math.max(0, across) * Math.max(0, down);
}

function layout(choice: Layout): ArrangedLayout {
  const result = arrangeLayout(choice);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.layout;
}
