import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OwnGrid } from '../../../../src-shared/wall/layouts.ts';
import { idsOf, quickTour, WallCity } from './wallCity.ts';

describe('a screen', () => {
  let city: WallCity;
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = await new WallCity().start();
  });
  afterEach(async () => {
    await city.wall.close();
    expect(city.faults).toEqual([]);
    vi.useRealTimers();
  });

  const showPage = (cameras: Record<string, string>, layout: '4' | '1+5' = '4') =>
    city.wall.showPage({ ...city.command(), layout, cameras }, 'officer');
  const place = (tileId: string, cameraId: string) =>
    city.wall.placeCamera({ ...city.command(), tileId, cameraId }, 'officer');

  it('shows a fixed page: cameras on the tiles named, the others empty', async () => {
    await showPage({ 'tile-1-0': 'cam-3', 'tile-0-1': 'cam-5' });
    expect(city.showing()).toEqual([undefined, 'cam-3', 'cam-5', undefined]);
    const { layout, tour, tiles } = city.wall.snapshot('main');
    expect([layout, tour]).toEqual(['4', undefined]);
    expect(tiles.map(({ live }) => live)).toEqual([false, true, true, false]);
  });

  it('shows cameras in reading order in the smallest square grid, as a fixed page', async () => {
    await city.wall.showCameras({ ...city.command(), cameraIds: ['cam-1', 'cam-2', 'cam-3'] }, 'officer');
    const { tiles, columns, rows } = city.wall.snapshot('main');
    expect([columns, rows]).toEqual([2, 2]);
    expect(tiles.map(({ tileId }) => tileId)).toEqual(['tile-0-0', 'tile-1-0', 'tile-0-1']);
    await place('tile-1-0', 'cam-9');
    expect(city.showing()).toEqual(['cam-1', 'cam-9', 'cam-3']);
  });

  it('keeps its page over a restart of the hub', async () => {
    await showPage({ 'tile-0-0': 'cam-3' }, '1+5');
    const before = city.wall.snapshot('main');
    await city.restart();
    expect(city.wall.snapshot('main')).toEqual(before);
  });

  it('replaces the camera of a tile on a fixed page, and pins one on a tour', async () => {
    await showPage({ 'tile-0-0': 'cam-1', 'tile-1-0': 'cam-2' });
    await place('tile-1-0', 'cam-8');
    expect(city.showing()).toEqual(['cam-1', 'cam-8', undefined, undefined]);
    await city.startTour();
    await place('tile-1-1', 'cam-8');
    await city.pass(20_000);
    expect(city.wall.snapshot('main').tiles[3]).toMatchObject({
      pinned: true,
      camera: { cameraId: 'cam-8' },
    });
  });

  it('refuses cameras and tiles nobody knows, and names them', async () => {
    await showPage({ 'tile-0-0': 'cam-1' });
    const answers = [
      await showPage({ 'tile-0-0': 'cam-99' }),
      await showPage({ 'tile-7-7': 'cam-1' }),
      await place('tile-0-0', 'cam-99'),
      await place('tile-9-9', 'cam-1'),
    ];
    expect(answers.map((answer) => (answer.ok ? 'done' : [answer.code, answer.message]))).toEqual([
      ['not_found', expect.stringContaining('cam-99')],
      ['not_found', expect.stringContaining('tile-7-7')],
      ['not_found', expect.stringContaining('cam-99')],
      ['not_found', expect.stringContaining('tile-9-9')],
    ]);
    expect(city.showing()[0]).toBe('cam-1');
  });

  it('refuses an own grid with all that is wrong with it', async () => {
    const cell = { column: 0, row: 0, columnSpan: 1, rowSpan: 1 };
    const layout: OwnGrid = { columns: 2, rows: 1, tiles: [cell, cell, { ...cell, column: 5 }] };
    const answer = await city.wall.showPage({ ...city.command(), layout, cameras: {} }, 'officer');
    expect(answer).toMatchObject({ ok: false, code: 'bad_request' });
    expect(answer.ok ? '' : answer.message).toMatch(/Tile 3 reaches outside.*Tiles 1 and 2 overlap/);
  });

  it('says what was changed when a change comes too late', async () => {
    const { revision } = city.wall.snapshot('main');
    await city.startTour();
    await city.wall.pinTile({ ...city.command(), tileId: 'tile-0-0', cameraId: 'cam-7' }, 'officer');
    const late = await city.wall.placeCamera(
      { ...city.command(), baseRevision: revision, tileId: 'tile-0-0', cameraId: 'cam-1' },
      'officer',
    );
    expect(late).toMatchObject({ ok: false, code: 'conflict' });
    expect(late.ok ? '' : late.message).toMatch(
      /Screen main changed meanwhile .*it was given a tour; 食堂 7 · 灶台 was pinned to tile-0-0/,
    );
  });

  it('counts neither turned pages nor a paused tour as changes', async () => {
    await city.startTour();
    const { revision } = city.wall.snapshot('main');
    await city.pass(12_000);
    await city.wall.steerTour({ ...city.command(), action: 'pause' }, 'officer');
    expect(city.wall.snapshot('main').revision).toBe(revision);
  });

  it('that nobody opened is not there to be driven; main always is', async () => {
    const driven = (screenId: string) =>
      city.wall.showCameras({ ...city.command(screenId), cameraIds: ['cam-1'] }, 'officer');
    const answer = await driven('left');
    expect(answer).toMatchObject({ ok: false, code: 'not_found' });
    expect(answer.ok ? '' : answer.message).toMatch(/no screen left.*main/);
    city.openScreen('second', 'left');
    expect((await driven('left')).ok).toBe(true);
    city.wall.surfaceLeft('second');
    await city.restart();
    expect((await driven('left')).ok).toBe(true);
    expect(city.wall.screens().map(({ screenId }) => screenId)).toEqual(['main', 'left']);
  });

  it('that nobody chose for and nobody shows makes room for others', async () => {
    for (let number = 0; number < 100; number += 1) {
      city.openScreen('passing', `screen-${number}`);
      await city.pass(200);
    }
    expect(city.wall.screens().length).toBeLessThanOrEqual(32);
    expect(city.wall.screens().map(({ screenId }) => screenId)).toContain('screen-99');
    await city.pass(60_000);
    expect([...city.repository.values].filter(([, text]) => text !== 'null').length).toBeLessThanOrEqual(33);
  });

  it('with a tour over no camera is an empty page, and fills when cameras come', async () => {
    const settings = { ...quickTour, filter: { districts: ['通山县' as const] } };
    const answer = await city.wall.startTour({ ...city.command(), layout: '4', settings }, 'officer');
    expect(answer.ok).toBe(true);
    expect(city.showing()).toEqual([undefined, undefined, undefined, undefined]);
    expect(city.wall.snapshot('main').tour).toEqual({ state: 'running', page: 0, round: 0 });
    city.registry = city.registry.map((one, index) => (index < 3 ? { ...one, district: '通山县' } : one));
    city.wall.camerasChanged();
    await city.pass(0);
    expect(
      city
        .showing()
        .filter((cameraId) => cameraId !== undefined)
        .sort(),
    ).toEqual(['cam-0', 'cam-1', 'cam-2']);
  });

  it('follows the registry while it shows the first cameras because nobody chose', async () => {
    await city.wall.close();
    city.registry = [];
    city.repository.values.clear();
    await city.start({ fill: 'cameras', count: 4 });
    expect(city.wall.snapshot('main')).toMatchObject({ revision: 0, tiles: [], upcoming: [] });
    city.registry = new WallCity().registry;
    city.wall.camerasChanged();
    expect(city.showing()).toEqual(['cam-0', 'cam-1', 'cam-2', 'cam-3']);
    city.registry = city.registry.slice(2);
    city.wall.camerasChanged();
    expect(city.showing()).toEqual(['cam-2', 'cam-3', 'cam-4', 'cam-5']);
  });

  it('notifies only of what has changed', async () => {
    await city.startTour();
    await city.pass(200);
    city.notices.splice(0);
    city.wall.camerasWentOnOrOffline();
    await city.pass(1_000);
    expect(city.notices).toEqual([]);
  });

  it('stored by an older version in one setting is read', async () => {
    await city.wall.close();
    city.repository.values.clear();
    const former = { fill: 'cameras', revision: 7, cameraIds: ['cam-4', 'cam-5'] };
    await city.repository.keep('wall.screens', { main: former, left: { ...former, revision: 3 } });
    await city.start();
    await city.wall.showCameras({ ...city.command('left'), cameraIds: ['cam-1'] }, 'officer');
    await city.restart();
    expect(city.showing('left')).toEqual(['cam-1']);
    expect(city.wall.snapshot('main').revision).toBe(7);
    expect(idsOf(city.wall.snapshot('main'))).toEqual(['cam-4', 'cam-5']);
  });

  it('that cannot be read starts with its default content', async () => {
    await city.wall.close();
    city.repository.values.set('wall.screenIds', '["main","left"]');
    city.repository.values.set('wall.screen.main', '{"fill":"tour","revision":"x"}');
    city.repository.values.set('wall.screen.left', '[1,2');
    city.repository.values.set('wall.screen.left', '{"fill":"page","revision":1,"layout":"5","cameras":{}}');
    await city.start();
    expect(city.wall.snapshot('main').tiles).toHaveLength(16);
  });
});
