import { describe, expect, it } from 'vitest';
import { qualityLevels, type QualityLevel } from '../../../../src-shared/wall/decodeBudget.ts';
import { arrangeLayout, type ArrangedLayout, type Layout } from '../../../../src-shared/wall/layouts.ts';
import type { SpotlightRequest } from '../../../../src-shared/wall/spotlight.ts';
import {
  arrangeScreen,
  coveredTileIds,
  type SceneOptions,
  type WallScene,
} from '../../../../src-shared/wall/wallScene.ts';

const fullHd = { widthPx: 1920, heightPx: 1080 };

describe('the stream of a tile', () => {
  it.each([
    ['1', fullHd, ['main']],
    ['4', fullHd, ['main', 'main', 'main', 'main']],
    ['16', fullHd, Array(16).fill('sub')],
    ['1+5', fullHd, ['main', 'main', 'main', 'main', 'main', 'main']],
    ['1+5', { ...fullHd, stripPx: 28 }, ['main', 'sub', 'sub', 'sub', 'sub', 'sub']],
    ['1+7', fullHd, ['main', ...Array(7).fill('sub')]],
    ['36', { widthPx: 3840, heightPx: 2160 }, Array(36).fill('main')],
  ] as const)('is by its picture in pixels: %s on %j', (name, screen, streams) => {
    expect(scene({ layout: layout(name), screen }).tiles.map(({ stream }) => stream)).toEqual(streams);
  });
});

describe('what a tile shows', () => {
  it('is the page of the tour, and a pin before it', () => {
    const { tiles } = scene({ pins: { 'tile-1-0': 'pinned' } });
    expect(tiles.map(({ source }) => source)).toEqual([
      { type: 'camera', cameraId: 'camera-0' },
      { type: 'camera', cameraId: 'pinned' },
      { type: 'camera', cameraId: 'camera-2' },
      { type: 'camera', cameraId: 'camera-3' },
    ]);
  });

  it('is nothing, and not live, where the page has no camera', () => {
    const { tiles } = scene({ page: { tiles: [] } });
    expect(tiles.map((tile) => [tile.source, tile.live])).toEqual(Array(4).fill([undefined, false]));
  });
});

describe('the spotlight', () => {
  it('takes the large tile and leaves the others as they are', () => {
    const before = scene({ layout: layout('1+7') });
    const lit = scene({ layout: layout('1+7'), spotlight: spotlight({ target: 'tile' }) });
    expect(lit.tiles[0]).toEqual({
      ...before.tiles[0],
      source: { type: 'bodyCam', bodyCamId: 'wenquan' },
      spotlight: { eventId: 'rat', kind: 'bodyCam', priority: 1 },
    });
    expect(lit.tiles.slice(1)).toEqual(before.tiles.slice(1));
    expect(lit.covered).toEqual([before.tiles[0]]);
  });

  it('takes the whole screen on the same tile, with its main stream', () => {
    const before = scene({ layout: layout('16') });
    const lit = scene({ layout: layout('16'), spotlight: spotlight({ target: 'screen' }) });
    expect(lit.tiles).toHaveLength(1);
    expect(lit.tiles[0]).toMatchObject({
      tileId: 'tile-0-0',
      column: 0,
      row: 0,
      columnSpan: 4,
      rowSpan: 4,
      stream: 'main',
    });
    expect(lit.covered).toEqual(before.tiles);
  });

  it('gives back exactly what was there', () => {
    const before = scene({});
    scene({ spotlight: spotlight({ target: 'screen' }) });
    expect(scene({})).toEqual(before);
    expect(before.covered).toEqual([]);
  });

  it('covers its tile or all of them', () => {
    expect(coveredTileIds(layout('1+7'), undefined)).toEqual([]);
    expect(coveredTileIds(layout('1+7'), spotlight({ target: 'tile' }))).toEqual(['tile-0-0']);
    expect(coveredTileIds(layout('1+7'), spotlight({ target: 'screen' }))).toHaveLength(8);
  });
});

describe('the decode budget', () => {
  const mains = (wall: WallScene): string[] =>
    wall.tiles.filter(({ stream }) => stream === 'main').map(({ tileId }) => tileId);
  const live = (wall: WallScene): string[] =>
    wall.tiles.filter((tile) => tile.live).map(({ tileId }) => tileId);

  it('leaves the only main stream to the largest tile', () => {
    expect(mains(scene({ layout: layout('1+5'), quality: quality('fewerMains') }))).toEqual(['tile-0-0']);
  });

  it('leaves it to the largest tile when that is not the first', () => {
    const tiles = [
      { column: 0, row: 0, columnSpan: 3, rowSpan: 1 },
      { column: 0, row: 1, columnSpan: 3, rowSpan: 2 },
    ];
    const wall = scene({ layout: layout({ columns: 3, rows: 3, tiles }), quality: quality('fewerMains') });
    expect(mains(wall)).toEqual(['tile-0-1']);
  });

  it('leaves it to a pinned tile before others of its size', () => {
    const wall = scene({ pins: { 'tile-1-1': 'pinned' }, quality: quality('fewerMains') });
    expect(mains(wall)).toEqual(['tile-1-1']);
  });

  it('leaves it to the spotlight before all others', () => {
    const wall = scene({
      pins: { 'tile-1-1': 'pinned' },
      spotlight: spotlight({ target: 'tile' }),
      quality: quality('fewerMains'),
    });
    expect(mains(wall)).toEqual(['tile-0-0']);
  });

  it('takes all main streams, then half of the frames: every other tile shows its key pictures only', () => {
    const sub = scene({ quality: quality('subOnly') });
    expect([mains(sub), live(sub).length]).toEqual([[], 4]);
    const half = scene({ layout: layout('16'), quality: quality('halfRate') });
    expect(mains(half)).toEqual([]);
    expect(half.tiles.map((tile) => tile.live)).toEqual(
      Array.from({ length: 16 }, (_unused, index) => index % 2 === 0),
    );
  });

  it('keeps the pinned tile live, and others spread evenly over the screen', () => {
    const wall = scene({ pins: { 'tile-1-1': 'pinned' }, quality: quality('halfRate') });
    expect(live(wall)).toEqual(['tile-0-0', 'tile-1-1']);
    expect(wall.tiles[1]?.source).toEqual({ type: 'camera', cameraId: 'camera-1' });
    expect(wall.quality).toBe('halfRate');
  });

  it('leaves a quarter of the tiles live, then an eighth', () => {
    const tiles = (name: QualityLevel['name']): string[] =>
      live(scene({ layout: layout('16'), quality: quality(name) }));
    expect(tiles('fewerTiles')).toEqual(['tile-0-0', 'tile-0-1', 'tile-0-2', 'tile-0-3']);
    expect(tiles('fewestTiles')).toEqual(['tile-0-0', 'tile-0-2']);
  });

  it('never takes the last tile', () => {
    expect(live(scene({ layout: layout('1'), quality: quality('fewestTiles') }))).toEqual(['tile-0-0']);
  });
});

/** A full HD screen of four tiles with camera-0 to camera-3, unless the test says otherwise. */
function scene(changes: Partial<SceneOptions>): WallScene {
  const arranged = changes.layout ?? layout('4');
  const tiles = arranged.tiles.map(({ tileId }, index) => ({ tileId, cameraId: `camera-${index}` }));
  return arrangeScreen({ layout: arranged, page: { tiles }, screen: fullHd, ...changes });
}

function layout(choice: Layout): ArrangedLayout {
  const result = arrangeLayout(choice);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.layout;
}

function quality(name: QualityLevel['name']): QualityLevel {
  return qualityLevels.find((one) => one.name === name)!;
}

function spotlight(changes: Partial<SpotlightRequest>): SpotlightRequest {
  return {
    eventId: 'rat',
    source: { type: 'bodyCam', bodyCamId: 'wenquan' },
    kind: 'bodyCam',
    priority: 1,
    target: 'tile',
    minShowMs: 10_000,
    untilHandled: true,
    ...changes,
  };
}
