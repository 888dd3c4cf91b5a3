import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { camera, idsOf, quickTour, WallCity } from './wallCity.ts';

describe('the wall', () => {
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
  const lastShown = () => city.noticesOf('main').at(-1)!;

  it('tours by default, and shows exactly what it had made ready', async () => {
    const first = city.wall.snapshot('main');
    expect(first.tiles).toHaveLength(16);
    expect(first.tour?.state).toBe('running');
    const ready = first.upcoming.map(({ cameraId }) => cameraId);
    await city.pass(200);
    expect(city.warmed.get('main')).toEqual(first.upcoming);
    await city.pass(15_000);
    expect(idsOf(lastShown())).toEqual(ready);
  });

  it('shows every camera of the city in a round', async () => {
    await city.startTour();
    const seen = new Set(idsOf(city.wall.snapshot('main')));
    for (let page = 0; page < 10; page += 1) {
      await city.pass(5_000);
      for (const cameraId of idsOf(lastShown())) seen.add(cameraId);
    }
    expect(seen.size).toBe(40);
  });

  it('goes on where it was after a restart of the hub', async () => {
    await city.startTour();
    await city.pass(12_000);
    const before = city.wall.snapshot('main');
    await city.restart();
    const after = city.wall.snapshot('main');
    expect(idsOf(after)).toEqual(idsOf(before));
    expect(after.tour).toEqual(before.tour);
  });

  it('pauses, steps, goes back and resumes', async () => {
    await city.startTour();
    const steer = (action: 'pause' | 'resume' | 'step' | 'back') =>
      city.wall.steerTour({ ...city.command(), action }, 'officer');
    expect((await steer('pause')).ok).toBe(true);
    const first = idsOf(city.wall.snapshot('main'));
    await city.pass(60_000);
    expect(idsOf(city.wall.snapshot('main'))).toEqual(first);
    await steer('step');
    expect(idsOf(city.wall.snapshot('main'))).not.toEqual(first);
    await steer('back');
    expect(idsOf(city.wall.snapshot('main'))).toEqual(first);
    await steer('resume');
    await city.pass(5_000);
    expect(idsOf(city.wall.snapshot('main'))).not.toEqual(first);
    expect(await steer('resume')).toMatchObject({ ok: false, code: 'conflict' });
  });

  it('keeps a pinned tile through every page, until it is released', async () => {
    await city.startTour();
    const tileId = city.wall.snapshot('main').tiles[0]?.tileId ?? '';
    const pinned = await city.wall.pinTile({ ...city.command(), tileId, cameraId: 'cam-7' }, 'officer');
    expect(pinned.ok).toBe(true);
    for (let page = 0; page < 5; page += 1) {
      await city.pass(5_000);
      expect(lastShown().tiles[0]).toMatchObject({ pinned: true, camera: { cameraId: 'cam-7' } });
    }
    await city.wall.pinTile({ ...city.command(), tileId }, 'officer');
    expect(city.wall.snapshot('main').tiles[0]?.pinned).toBeUndefined();
    expect(
      await city.wall.pinTile({ ...city.command(), tileId: 'tile-9-9', cameraId: 'cam-1' }, 'x'),
    ).toMatchObject({
      code: 'not_found',
    });
  });

  it('refuses a change that is based on what the screen no longer shows', async () => {
    const { revision } = city.wall.snapshot('main');
    await city.wall.showCameras({ ...city.command(), baseRevision: revision, cameraIds: ['cam-1'] }, 'first');
    const late = await city.wall.showCameras(
      { ...city.command(), baseRevision: revision, cameraIds: ['cam-2'] },
      'second',
    );
    expect(late).toMatchObject({ ok: false, code: 'conflict' });
    expect(idsOf(city.wall.snapshot('main'))).toEqual(['cam-1']);
  });

  it('does a repeated command once', async () => {
    const once = { ...city.command(), cameraIds: ['cam-3'] };
    const first = await city.wall.showCameras(once, 'officer');
    expect(await city.wall.showCameras(once, 'officer')).toEqual(first);
    expect(city.repository.saves).toEqual([{ name: 'wall.screen.main', actor: 'officer' }]);
  });

  it('says nothing is done that could not be saved, and tries again when asked again', async () => {
    city.repository.fault = new Error('the disk is full');
    const once = { ...city.command(), cameraIds: ['cam-3'] };
    await expect(city.wall.showCameras(once, 'officer')).rejects.toThrow('the disk is full');
    city.repository.fault = undefined;
    expect(await city.wall.showCameras(once, 'officer')).toMatchObject({ ok: true });
    expect(city.repository.saves).toEqual([{ name: 'wall.screen.main', actor: 'officer' }]);
  });

  it('leaves cameras that went offline out of its pages', async () => {
    await city.startTour();
    for (const { cameraId } of city.registry.slice(0, 20)) city.offline.add(cameraId);
    city.wall.camerasWentOnOrOffline();
    await city.pass(30_000);
    for (const cameraId of idsOf(lastShown())) expect(city.offline.has(cameraId ?? '')).toBe(false);
  });

  it('shows empty tiles, and no fault, without cameras or with all of them offline', async () => {
    city.registry = [];
    city.wall.camerasChanged();
    expect(idsOf(city.wall.snapshot('main')).every((cameraId) => cameraId === undefined)).toBe(true);
    city.registry = [camera(1), camera(2)];
    for (const one of ['cam-1', 'cam-2']) city.offline.add(one);
    city.wall.camerasChanged();
    await city.pass(60_000);
    expect(city.wall.snapshot('main').tiles).toHaveLength(16);
  });

  it('refuses a layout whose tiles overlap, and says which', async () => {
    const tile = { column: 0, row: 0, columnSpan: 1, rowSpan: 1 };
    const layout = { columns: 2, rows: 2, tiles: [tile, tile] };
    const answer = await city.wall.startTour({ ...city.command(), layout, settings: quickTour }, 'officer');
    expect(answer).toMatchObject({ ok: false, code: 'bad_request' });
  });

  it('does not know screens without end', async () => {
    for (let screen = 0; screen < 100; screen += 1) {
      city.wall.surfaceJoined({
        connectionId: `screen-${screen}`,
        showsScreenId: `screen-${screen}`,
        drives: false,
      });
    }
    const late = await city.wall.showCameras(
      { commandId: 'late', screenId: 'screen-99', cameraIds: ['cam-1'] },
      'officer',
    );
    expect(late).toMatchObject({ ok: false, code: 'too_many' });
  });
});
