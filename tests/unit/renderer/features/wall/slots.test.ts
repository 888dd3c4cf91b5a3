import { describe, expect, it } from 'vitest';
import { enteringSlots, leavingTiles, slotIdOf } from '../../../../../src-renderer/features/wall/slots.ts';
import type { Tile, WallSnapshot } from '../../../../../src-shared/wall/wall.protocol.ts';

type Page = Pick<WallSnapshot, 'tour' | 'tiles' | 'layout'>;

/** A page of one column; `-` is an empty tile. */
function page(cameras: string, options: { number?: number; scroll?: 'up' | 'left' } = {}): Page {
  const { number = 1, scroll } = options;
  const tiles = [...cameras].map((name, row) => ({
    tileId: `tile-0-${row}`,
    column: 0,
    row,
    columnSpan: 1,
    rowSpan: 1,
    stream: 'sub',
    live: true,
    ...(name === '-' ? {} : { camera: { cameraId: name } }),
  })) as Tile[];
  return {
    tiles,
    tour: { state: 'running', page: number, round: 0, ...(scroll === undefined ? {} : { scroll }) },
  };
}

const slots = (shown: Page): string[] => shown.tiles.map((tile) => slotIdOf(tile, shown));
const leaving = (before: Page | undefined, now: Page) =>
  leavingTiles(before, now).map(({ camera, row }) => `${camera?.cameraId} from ${row}`);

describe('what keeps its elements', () => {
  it('is the tile on a page that turns', () => {
    expect(slots(page('ab'))).toEqual(['tile-0-0', 'tile-0-1']);
  });

  it('is the camera on a page that scrolls', () => {
    expect(slots(page('ab', { scroll: 'up' }))).toEqual(['camera-a', 'camera-b']);
  });

  it('is the tile where it is empty, or where a camera is shown twice', () => {
    expect(slots(page('a-bb', { scroll: 'up' }))).toEqual(['camera-a', 'tile-0-1', 'tile-0-2', 'tile-0-3']);
  });
});

describe('what glides out', () => {
  it('are the cameras that the next page of a scroll no longer has, from where they were', () => {
    const before = page('abc', { number: 1, scroll: 'up' });
    expect(leaving(before, page('bcd', { number: 2, scroll: 'up' }))).toEqual(['a from 0']);
  });

  it('is nothing on a page that turns, at first, or while the page stays', () => {
    expect(leaving(page('abc'), page('def', { number: 2 }))).toEqual([]);
    expect(leaving(undefined, page('abc', { scroll: 'up' }))).toEqual([]);
    expect(leaving(page('abc', { scroll: 'up' }), page('abx', { scroll: 'up' }))).toEqual([]);
  });

  it('is nothing when the layout or the way changed with the page', () => {
    const before = page('abc', { number: 1, scroll: 'up' });
    expect(leaving(before, page('bcde', { number: 2, scroll: 'up' }))).toEqual([]);
    expect(leaving(before, page('bcd', { number: 2, scroll: 'left' }))).toEqual([]);
  });
});

describe('what glides in', () => {
  it('are the cameras that a turn of the scroll brought', () => {
    const before = page('abc', { number: 1, scroll: 'up' });
    expect([...enteringSlots(before, page('bcd', { number: 2, scroll: 'up' }))]).toEqual(['camera-d']);
  });

  it('is nothing at first, or when an event gives back what it had taken: those are simply there', () => {
    expect(enteringSlots(undefined, page('abc', { scroll: 'up' })).size).toBe(0);
    expect(enteringSlots(page('xbc', { scroll: 'up' }), page('abc', { scroll: 'up' })).size).toBe(0);
  });
});
