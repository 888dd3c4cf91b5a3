import type { Tile } from '../../../src-shared/wall/wall.protocol.ts';

type Placed = Pick<Tile, 'tileId' | 'column' | 'row' | 'columnSpan' | 'rowSpan'>;

/** Tiles as they are numbered on the desk: 1 is the first in reading order. */
export function inReadingOrder<T extends Placed>(tiles: readonly T[]): T[] {
  return [...tiles].sort((left, right) => left.row - right.row || left.column - right.column);
}

/** What a typed digit means: a tile, a number that may go on, or nothing. */
export type NumberStep = { type: 'chosen'; number: number } | { type: 'typing'; typed: string };

/** Adds a digit to a tile number under way. It is chosen at once when no further digit could follow. */
export function typeTileNumber(typed: string, digit: string, tileCount: number): NumberStep {
  const number = Number(typed + digit);
  if (!Number.isInteger(number) || number < 1 || number > tileCount) {
    // The number cannot be: the new digit begins another one.
    return typed === '' ? { type: 'typing', typed: '' } : typeTileNumber('', digit, tileCount);
  }
  return number * 10 > tileCount ? { type: 'chosen', number } : { type: 'typing', typed: String(number) };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The tile next to another one in a direction, the nearest of them; the tile itself at the edge. */
export function neighbourTile(tiles: readonly Placed[], tileId: string, direction: Direction): string {
  const from = tiles.find((tile) => tile.tileId === tileId);
  if (from === undefined) return inReadingOrder(tiles)[0]?.tileId ?? tileId;
  const centre = centreOf(from);
  let best: { tileId: string; distance: number } | undefined;
  for (const tile of tiles) {
    if (tile === from) continue;
    const { along, across } = offset(centre, centreOf(tile), direction);
    if (along <= 0) continue;
    // A tile straight ahead is nearer than one aside at the same distance.
    const distance = along + across * 2;
    if (best === undefined || distance < best.distance) best = { tileId: tile.tileId, distance };
  }
  return best?.tileId ?? tileId;
}

function centreOf(tile: Placed): { x: number; y: number } {
  return { x: tile.column + tile.columnSpan / 2, y: tile.row + tile.rowSpan / 2 };
}

function offset(
  from: { x: number; y: number },
  to: { x: number; y: number },
  direction: Direction,
): { along: number; across: number } {
  const right = to.x - from.x;
  const down = to.y - from.y;
  switch (direction) {
    case 'left':
      return { along: -right, across: Math.abs(down) };
    case 'right':
      return { along: right, across: Math.abs(down) };
    case 'up':
      return { along: -down, across: Math.abs(right) };
    case 'down':
      return { along: down, across: Math.abs(right) };
  }
}
