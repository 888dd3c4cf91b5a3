import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WallCity } from './wallCity.ts';

describe('the spotlight of a screen', () => {
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

  const spotlight = (
    eventId: string,
    changes: { cameraId?: string; target?: 'tile' | 'screen'; showMs?: number; priority?: number } = {},
  ) =>
    city.wall.spotlightCamera(
      { ...city.command(), eventId, cameraId: 'cam-30', target: 'tile', priority: 5, ...changes },
      'officer',
    );
  const end = (eventId: string) => city.wall.endSpotlight({ ...city.command(), eventId }, 'officer');

  it('takes a tile of the tour, which goes on around it, and gives back exactly what was there', async () => {
    await city.startTour();
    const before = city.showing();
    await spotlight('rat', { showMs: 12_000 });
    expect(city.wall.snapshot('main').tiles[0]).toMatchObject({
      camera: { cameraId: 'cam-30' },
      live: true,
      spotlight: { eventId: 'rat', kind: 'manual', priority: 5 },
    });
    expect(city.wall.snapshot('main').spotlight).toMatchObject({
      eventId: 'rat',
      cameraId: 'cam-30',
      untilHandled: false,
      waiting: 0,
    });
    await city.pass(10_500);
    expect(city.showing().slice(1)).not.toEqual(before.slice(1));
    expect(city.warmed.get('main')?.[0]?.cameraId).toBe(before[0]);
    await city.pass(1_600);
    expect(city.wall.snapshot('main').spotlight).toBeUndefined();
    expect(city.showing()[0]).toBe(before[0]);
  });

  it('takes the whole screen, keeps what it covers ready, and gives it all back', async () => {
    await city.startTour();
    const before = city.wall.snapshot('main');
    await spotlight('fire', { target: 'screen' });
    const lit = city.wall.snapshot('main');
    expect(lit.tiles).toHaveLength(1);
    expect(lit.tiles[0]).toMatchObject({ columnSpan: 2, rowSpan: 2, stream: 'main' });
    expect(lit.upcoming).toEqual(
      before.tiles.map(({ camera, stream }) => ({ cameraId: camera?.cameraId, stream })),
    );
    await city.pass(500);
    expect(city.warmed.get('main')).toEqual(lit.upcoming);
    await city.pass(59_500);
    expect((await end('fire')).ok).toBe(true);
    expect(city.wall.snapshot('main').tiles).toEqual(before.tiles);
    await city.pass(5_000);
    expect(city.showing()).not.toEqual(before.tiles.map(({ camera }) => camera?.cameraId));
  });

  it('lets others wait, the most urgent first, and has their streams running', async () => {
    await spotlight('first', { cameraId: 'cam-31' });
    await spotlight('second', { cameraId: 'cam-32', priority: 6 });
    expect(city.wall.snapshot('main').spotlight).toMatchObject({ eventId: 'first', waiting: 1 });
    expect(city.wall.snapshot('main').upcoming.map(({ cameraId }) => cameraId)).toContain('cam-32');
    await spotlight('urgent', { cameraId: 'cam-33', priority: 1, showMs: 2_000 });
    expect(city.wall.snapshot('main').spotlight).toMatchObject({ eventId: 'urgent', waiting: 2 });
    await city.pass(2_000);
    expect(city.wall.snapshot('main').spotlight).toMatchObject({ eventId: 'first', waiting: 1 });
    await end('first');
    expect(city.wall.snapshot('main').spotlight).toMatchObject({ eventId: 'second', waiting: 0 });
  });

  it('is given once for an event', async () => {
    await spotlight('rat', { showMs: 1_000 });
    expect(await spotlight('rat')).toMatchObject({ ok: false, code: 'conflict' });
    await city.pass(1_000);
    expect(await spotlight('rat')).toMatchObject({ ok: false, code: 'conflict' });
    expect(await end('rat')).toMatchObject({ ok: false, code: 'not_found' });
    expect(await end('nothing')).toMatchObject({ ok: false, code: 'not_found' });
  });

  it('stays over a restart of the hub, and ends in time', async () => {
    await city.startTour();
    const before = city.showing();
    await spotlight('rat', { showMs: 12_000 });
    await city.pass(4_000);
    await city.restart();
    expect(city.wall.snapshot('main').spotlight?.eventId).toBe('rat');
    await city.pass(8_000);
    expect(city.wall.snapshot('main').spotlight).toBeUndefined();
    expect(city.showing()[0]).toBe(before[0]);
  });

  it('stays over what is chosen meanwhile', async () => {
    await spotlight('rat');
    await city.startTour();
    const beneath = city.wall.snapshot('main').upcoming[0]?.cameraId;
    expect(city.showing()[0]).toBe('cam-30');
    await city.pass(30_000);
    await end('rat');
    expect(city.showing()[0]).toBe(beneath);
  });

  it('lights up a screen that shows nothing', async () => {
    await city.wall.showCameras({ ...city.command(), cameraIds: [] }, 'officer');
    await spotlight('rat');
    expect(city.showing()).toEqual(['cam-30']);
    await end('rat');
    expect(city.showing()).toEqual([]);
  });

  it('ends for a camera that leaves the registry', async () => {
    await spotlight('rat');
    city.registry = city.registry.filter(({ cameraId }) => cameraId !== 'cam-30');
    city.wall.camerasChanged();
    await city.pass(0);
    expect(city.wall.snapshot('main').spotlight).toBeUndefined();
  });

  const alert = (eventId: string, cameraId = 'cam-30') =>
    city.wall.requestSpotlight('main', {
      eventId,
      source: { type: 'camera', cameraId },
      kind: 'alert',
      priority: 1,
      target: 'tile',
      minShowMs: 10_000,
      untilHandled: true,
    });
  const block = () => city.wall.snapshot('main').tiles.find(({ spotlight }) => spotlight !== undefined);

  it('takes a block of a wall of small tiles for class 1, over page turns, and gives it back exactly', async () => {
    await city.startTour('16');
    const before = city.wall.snapshot('main').tiles;
    await alert('rat');
    expect(block()).toMatchObject({ columnSpan: 2, rowSpan: 2, stream: 'main' });
    expect(city.wall.snapshot('main').tiles).toHaveLength(13);
    const beneath = ['tile-0-0', 'tile-1-0', 'tile-0-1', 'tile-1-1'];
    const covered = before.filter(({ tileId }) => beneath.includes(tileId));
    // Two page turns later the rest of the wall has moved on, and the covered streams are kept ready.
    await city.pass(10_500);
    expect(city.wall.snapshot('main').upcoming.slice(0, 4)).toEqual(
      covered.map(({ camera, stream }) => ({ cameraId: camera?.cameraId, stream })),
    );
    await city.wall.spotlightHandled('rat');
    const after = city.wall.snapshot('main').tiles;
    expect(after.filter(({ tileId }) => beneath.includes(tileId))).toEqual(covered);
    expect(after).toHaveLength(16);
    expect(after.slice(8)).not.toEqual(before.slice(8));
  });

  it('takes at most one block in 10 s in a burst, and never a tile that is pinned meanwhile', async () => {
    await city.startTour('16');
    for (const eventId of ['one', 'two', 'three']) await alert(eventId);
    await city.pass(2_000);
    await city.wall.spotlightHandled('one');
    expect(block()).toMatchObject({ spotlight: { eventId: 'two' }, columnSpan: 1, rowSpan: 1 });
    await city.pass(8_000);
    expect(block()).toMatchObject({ spotlight: { eventId: 'two' }, columnSpan: 2, rowSpan: 2 });
    await city.pass(5_000);
    await city.wall.pinTile({ ...city.command(), tileId: 'tile-1-1', cameraId: 'cam-7' }, 'officer');
    expect(block()).toMatchObject({ tileId: 'tile-2-0', columnSpan: 2, rowSpan: 2 });
    const pinned = city.wall.snapshot('main').tiles.find(({ tileId }) => tileId === 'tile-1-1');
    expect(pinned).toMatchObject({ pinned: true, camera: { cameraId: 'cam-7' } });
  });

  it('keeps its block over a restart of the hub', async () => {
    await city.startTour('16');
    await alert('rat');
    await city.pass(4_000);
    await city.restart();
    expect(block()).toMatchObject({ spotlight: { eventId: 'rat' }, columnSpan: 2, rowSpan: 2 });
    await city.wall.spotlightHandled('rat');
    await alert('fire');
    expect(block()).toMatchObject({ spotlight: { eventId: 'fire' }, columnSpan: 1 });
  });

  it('can be asked for by other features, and ends on all screens when the event was handled', async () => {
    city.openScreen('second', 'left');
    const request = {
      eventId: 'alert-1',
      source: { type: 'camera' as const, cameraId: 'cam-9' },
      kind: 'alert',
      priority: 1,
      target: 'tile' as const,
      minShowMs: 10_000,
      untilHandled: true,
    };
    for (const screenId of ['main', 'left']) {
      expect((await city.wall.requestSpotlight(screenId, request)).ok).toBe(true);
      expect(city.wall.snapshot(screenId).spotlight).toMatchObject({ kind: 'alert', untilHandled: true });
    }
    await city.wall.spotlightHandled('alert-1');
    for (const screenId of ['main', 'left']) {
      expect(city.wall.snapshot(screenId).spotlight).toBeUndefined();
    }
    await city.wall.spotlightHandled('alert-1');
  });
});
