import { describe, expect, it } from 'vitest';
import { arrangeLayout, type LayoutName } from '../../../../../src-shared/wall/layouts.ts';
import {
  inReadingOrder,
  neighbourTile,
  typeTileNumber,
} from '../../../../../src-renderer/features/wall/tileChoice.ts';

function tilesOf(layout: LayoutName) {
  const arranged = arrangeLayout(layout);
  if (!arranged.ok) throw new Error('a named layout can be arranged');
  return arranged.layout.tiles;
}

describe('typing the number of a tile', () => {
  it('chooses at once when no further digit could follow', () => {
    expect(typeTileNumber('', '7', 9)).toEqual({ type: 'chosen', number: 7 });
    expect(typeTileNumber('', '9', 64)).toEqual({ type: 'chosen', number: 9 });
    expect(typeTileNumber('1', '2', 16)).toEqual({ type: 'chosen', number: 12 });
  });

  it('waits where the number may go on', () => {
    expect(typeTileNumber('', '1', 16)).toEqual({ type: 'typing', typed: '1' });
  });

  it('begins again with a digit that cannot follow', () => {
    expect(typeTileNumber('1', '9', 16)).toEqual({ type: 'chosen', number: 9 });
    expect(typeTileNumber('', '0', 16)).toEqual({ type: 'typing', typed: '' });
  });
});

describe('going from tile to tile', () => {
  it('goes to the tile beside, and stays at the edge', () => {
    const tiles = tilesOf('16');
    expect(neighbourTile(tiles, 'tile-0-0', 'right')).toBe('tile-1-0');
    expect(neighbourTile(tiles, 'tile-1-1', 'up')).toBe('tile-1-0');
    expect(neighbourTile(tiles, 'tile-3-3', 'right')).toBe('tile-3-3');
  });

  it('goes in and out of a large tile', () => {
    const tiles = tilesOf('1+5');
    expect(neighbourTile(tiles, 'tile-2-0', 'left')).toBe('tile-0-0');
    expect(neighbourTile(tiles, 'tile-0-0', 'down')).toMatch(/^tile-[01]-2$/);
  });

  it('reaches every tile of every layout', () => {
    for (const layout of ['1', '4', '1+5', '1+7', '9', '64'] as const) {
      const tiles = tilesOf(layout);
      const reached = new Set(['tile-0-0']);
      for (const tileId of reached) {
        for (const direction of ['left', 'right', 'up', 'down'] as const) {
          reached.add(neighbourTile(tiles, tileId, direction));
        }
      }
      expect(reached.size).toBe(tiles.length);
    }
  });

  it('begins at the first tile when the one looked at is gone', () => {
    expect(neighbourTile(tilesOf('4'), 'gone', 'down')).toBe('tile-0-0');
    expect(inReadingOrder(tilesOf('4')).map(({ tileId }) => tileId)[1]).toBe('tile-1-0');
  });
});
