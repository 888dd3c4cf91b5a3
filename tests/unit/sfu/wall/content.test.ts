import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NamedContent } from '../../../../src-shared/wall/wall.protocol.ts';
import { WallCity } from './wallCity.ts';

describe('a screen that shows the city map', () => {
  let city: WallCity;
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = await new WallCity().start();
    await city.startTour();
  });
  afterEach(async () => {
    await city.wall.close();
    expect(city.faults).toEqual([]);
    vi.useRealTimers();
  });

  const show = (content: NamedContent, baseRevision?: number) =>
    city.wall.showContent(
      { ...city.command(), content, ...(baseRevision === undefined ? {} : { baseRevision }) },
      'officer',
    );
  const screen = () => city.wall.snapshot('main');

  it('has no tiles and no streams, and gets back exactly what the tour showed', async () => {
    const before = city.showing();
    expect(await show('map', 1)).toEqual({ ok: true, data: { revision: 2 } });
    expect(screen()).toMatchObject({ content: 'map', tiles: [], upcoming: [] });
    expect(screen().tour).toBeUndefined();
    await city.pass(30_000);
    expect(city.warmed.get('main')).toEqual([]);
    await show('tiles');
    expect(screen().content).toBe('tiles');
    expect(city.showing()).toEqual(before);
  });

  it('is refused to somebody who saw another revision, with what was changed', async () => {
    await show('map');
    expect(await show('tiles', 1)).toMatchObject({
      ok: false,
      code: 'conflict',
      message: expect.stringContaining('it was given the city map') as string,
    });
  });

  it('stays so over a restart of the hub', async () => {
    await show('map');
    await city.restart();
    expect(screen()).toMatchObject({ content: 'map', revision: 2 });
  });

  it('has the spotlight as its only picture', async () => {
    await show('map');
    await city.wall.spotlightCamera(
      { ...city.command(), eventId: 'rat', cameraId: 'cam-30', target: 'tile', priority: 1 },
      'officer',
    );
    expect(city.showing()).toEqual(['cam-30']);
    await city.wall.endSpotlight({ ...city.command(), eventId: 'rat' }, 'officer');
    expect(city.showing()).toEqual([]);
  });

  it('shows its tiles again when something is put on them', async () => {
    await show('map');
    await city.wall.showCameras({ ...city.command(), cameraIds: ['cam-3'] }, 'officer');
    expect(screen().content).toBe('tiles');
    expect(city.showing()).toEqual(['cam-3']);
  });

  it('withdraws an event without forgetting that it may come again', async () => {
    const request = {
      eventId: 'alert-1',
      source: { type: 'camera' as const, cameraId: 'cam-9' },
      kind: 'alert',
      priority: 1,
      target: 'tile' as const,
      minShowMs: 10_000,
      untilHandled: true,
    };
    await city.wall.requestSpotlight('main', request);
    await city.wall.withdrawSpotlight('alert-1');
    expect(screen().spotlight).toBeUndefined();
    expect((await city.wall.requestSpotlight('main', request)).ok).toBe(true);
    await city.wall.spotlightHandled('alert-1');
    expect(await city.wall.requestSpotlight('main', request)).toMatchObject({
      ok: false,
      reason: 'wall.spotlight_has_ended',
    });
  });
});
