/** Which tiles of a layout an event takes: its spotlight tile, a block of several small ones, or the whole screen. */
import { areaOf, type ArrangedLayout, type TileRectangle } from './layouts.ts';
import { takesBlock, type SpotlightRequest } from './spotlight.ts';

/**
 * The least share of the screen's width and of its height that a block has, so that it is noticed from the back of the
 * hall: 2 × 2 tiles of 9, of 16 and of 25, 3 × 3 of 36, 4 × 4 of 64. A tile that is as large already is taken alone.
 */
export const leastBlockShare = 0.4;

/** What an event takes of a layout, in grid cells. */
export interface SpotlightArea {
  /** The tile that shows the event, grown over the others: the layout's spotlight tile when it is among them. */
  anchorTileId: string;
  /** All tiles that are covered, the anchor too, in reading order. */
  tileIds: string[];
  column: number;
  row: number;
  columnSpan: number;
  rowSpan: number;
}

/** The part of a request that decides what it takes. */
export type SpotlightWish = Pick<SpotlightRequest, 'target' | 'priority'> & {
  /** It is shown on one tile for now, because another block was taken a moment ago (spotlight.ts). */
  waitsForBlock?: boolean | undefined;
};

/**
 * What an event takes. A request for a tile never takes a pinned one: undefined when every tile is pinned. The whole
 * screen is taken with its pins, as an officer asked for just that.
 */
export function spotlightArea(
  layout: ArrangedLayout,
  wish: SpotlightWish,
  pinnedTileIds: ReadonlySet<string> = new Set(),
): SpotlightArea | undefined {
  const { columns, rows, tiles } = layout;
  if (tiles.length === 0) return undefined;
  if (wish.target === 'screen') {
    return areaOn(layout, tiles, { column: 0, row: 0, columnSpan: columns, rowSpan: rows });
  }
  const free = tiles.filter(({ tileId }) => !pinnedTileIds.has(tileId));
  if (!takesBlock(wish)) {
    const tile = best(free, (one, other) => rankTile(layout, one) - rankTile(layout, other));
    return tile === undefined ? undefined : areaOn(layout, [tile], tile);
  }
  const block = bestBlock(layout, pinnedTileIds);
  if (block === undefined) return undefined;
  const area = areaOn(layout, block.tiles, block.cells);
  if (wish.waitsForBlock !== true) return area;
  const anchor = free.find(({ tileId }) => tileId === area.anchorTileId);
  return anchor === undefined ? undefined : areaOn(layout, [anchor], anchor);
}

interface Cells {
  column: number;
  row: number;
  columnSpan: number;
  rowSpan: number;
}

/** A rectangle of whole tiles, none of them pinned. */
interface Block {
  cells: Cells;
  tiles: TileRectangle[];
}

/** The last answer for each layout: a screen is composed several times for each of its changes, mostly with the same pins. */
const bestBlocks = new WeakMap<ArrangedLayout, { pins: string; block: Block | undefined }>();

function bestBlock(layout: ArrangedLayout, pinnedTileIds: ReadonlySet<string>): Block | undefined {
  const pins = JSON.stringify([...pinnedTileIds].sort());
  const known = bestBlocks.get(layout);
  if (known?.pins === pins) return known.block;
  const block = best(blocksOf(layout, pinnedTileIds), (one, other) => compareBlocks(layout, one, other));
  bestBlocks.set(layout, { pins, block });
  return block;
}

/** The spotlight tile first, then the larger tiles; equal ones stay in reading order. */
function rankTile(layout: ArrangedLayout, tile: TileRectangle): number {
  return tile.tileId === layout.spotlightTileId ? Number.NEGATIVE_INFINITY : -areaOf(tile);
}

/**
 * Rectangles that are made of whole free tiles; cells without a tile may lie in them. Each begins with two tiles, or with a
 * block's least size at a corner of a tile, and grows until it cuts no tile: about 2,300 for the 64 tiles of a full screen.
 */
function blocksOf(layout: ArrangedLayout, pinnedTileIds: ReadonlySet<string>): Block[] {
  const free = layout.tiles.filter(({ tileId }) => !pinnedTileIds.has(tileId));
  const screen = { column: 0, row: 0, columnSpan: layout.columns, rowSpan: layout.rows };
  const width = Math.ceil(layout.columns * leastBlockShare);
  const height = Math.ceil(layout.rows * leastBlockShare);
  const blocks = new Map<string, Block>();
  const add = (from: Cells): void => {
    const cells = grownToWholeTiles(layout.tiles, from);
    const key = [cells.column, cells.row, cells.columnSpan, cells.rowSpan].join();
    if (blocks.has(key) || !isWithin(cells, screen)) return;
    const tiles = layout.tiles.filter((tile) => overlap(tile, cells));
    if (!tiles.some(({ tileId }) => pinnedTileIds.has(tileId))) blocks.set(key, { cells, tiles });
  };
  free.forEach((tile, index) => {
    for (const other of free.slice(index)) add(around(tile, other));
    const columnSpan = Math.max(width, tile.columnSpan);
    const rowSpan = Math.max(height, tile.rowSpan);
    for (const column of [tile.column, tile.column + tile.columnSpan - columnSpan]) {
      for (const row of [tile.row, tile.row + tile.rowSpan - rowSpan]) {
        add({ column, row, columnSpan, rowSpan });
      }
    }
  });
  return [...blocks.values()];
}

/** The smallest rectangle around cells that cuts no tile. */
function grownToWholeTiles(tiles: readonly TileRectangle[], from: Cells): Cells {
  let cells = from;
  for (;;) {
    const cut = tiles.find((tile) => overlap(tile, cells) && !isWithin(tile, cells));
    if (cut === undefined) return cells;
    cells = around(cells, cut);
  }
}

function around(one: Cells, other: Cells): Cells {
  const column = Math.min(one.column, other.column);
  const row = Math.min(one.row, other.row);
  const right = Math.max(one.column + one.columnSpan, other.column + other.columnSpan);
  const bottom = Math.max(one.row + one.rowSpan, other.row + other.rowSpan);
  return { column, row, columnSpan: right - column, rowSpan: bottom - row };
}

/**
 * Large enough first; where none is, the one whose picture is largest. Of those the one that covers least, then the one of
 * the screen's own shape, then the one that has the layout's spotlight tile, then the first in reading order.
 */
function compareBlocks(layout: ArrangedLayout, one: Block, other: Block): number {
  const order = (block: Block): number[] => [
    -Math.min(leastBlockShare, pictureShare(layout, block.cells)),
    areaOf(block.cells),
    shapeOf(layout, block.cells),
    block.tiles.some(({ tileId }) => tileId === layout.spotlightTileId) ? 0 : 1,
    block.cells.row,
    block.cells.column,
  ];
  const others = order(other);
  return (
    order(one)
      .map((value, index) => value - others[index]!)
      .find((difference) => difference !== 0) ?? 0
  );
}

/** How large a picture of the screen's own shape is in these cells: its share of the screen's width and height. */
function pictureShare(layout: ArrangedLayout, { columnSpan, rowSpan }: Cells): number {
  return Math.min(columnSpan / layout.columns, rowSpan / layout.rows);
}

/** How far a block is from the screen's own shape: 1 is the same, more is flatter or narrower. */
function shapeOf(layout: ArrangedLayout, cells: Cells): number {
  const ratio = cells.columnSpan / layout.columns / (cells.rowSpan / layout.rows);
  return Math.max(ratio, 1 / ratio);
}

function areaOn(layout: ArrangedLayout, tiles: readonly TileRectangle[], cells: Cells): SpotlightArea {
  const { column, row, columnSpan, rowSpan } = cells;
  const tileIds = tiles.map(({ tileId }) => tileId);
  const anchorTileId = tileIds.includes(layout.spotlightTileId) ? layout.spotlightTileId : tileIds[0]!;
  return { anchorTileId, tileIds, column, row, columnSpan, rowSpan };
}

function best<Value>(values: readonly Value[], compare: (one: Value, other: Value) => number) {
  return values.reduce<Value | undefined>(
    (found, value) => (found === undefined || compare(value, found) < 0 ? value : found),
    undefined,
  );
}

function overlap(left: Cells, right: Cells): boolean {
  return (
    left.column < right.column + right.columnSpan &&
    right.column < left.column + left.columnSpan &&
    left.row < right.row + right.rowSpan &&
    right.row < left.row + left.rowSpan
  );
}

function isWithin(inner: Cells, outer: Cells): boolean {
  return (
    inner.column >= outer.column &&
    inner.row >= outer.row &&
    inner.column + inner.columnSpan <= outer.column + outer.columnSpan &&
    inner.row + inner.rowSpan <= outer.row + outer.rowSpan
  );
}
