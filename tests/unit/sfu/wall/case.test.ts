import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaseSources } from '../../../../src-shared/wall/wallCase.ts';
import { WallCity } from './wallCity.ts';

const sources: CaseSources = { orderId: 'o1', kitchenId: 'cam-7', memberIds: ['ann', 'bo'] };

describe('a screen that shows the case of an order', () => {
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

  const put = (of = sources, number = '7-001', baseRevision?: number) =>
    city.wall.showCase(
      {
        ...city.command(),
        orderId: of.orderId,
        sources: of,
        number,
        ...(baseRevision === undefined ? {} : { baseRevision }),
      },
      'officer',
    );
  const take = () => city.wall.endCase(city.command(), 'officer');
  const screen = () => city.wall.snapshot('main');
  /** What people see, without the count of changes. */
  const seen = () => {
    const { revision: _count, ...rest } = screen();
    return rest;
  };

  it('has the kitchen and the body cams, and gives back exactly what was there', async () => {
    const before = seen();
    expect(await put()).toMatchObject({ ok: true });
    expect(screen()).toMatchObject({ content: 'case', caseOf: 'o1', columns: 12, rows: 12, upcoming: [] });
    expect(screen().tour).toBeUndefined();
    expect(screen().tiles.map(({ tileId, camera }) => [tileId, camera?.cameraId])).toEqual([
      ['case-kitchen', 'cam-7'],
      ['case-body-ann', undefined],
      ['case-body-bo', undefined],
    ]);
    await city.pass(30_000);
    expect(city.warmed.get('main')).toEqual([]);
    expect(await take()).toMatchObject({ ok: true });
    const { tour: after, ...rest } = seen();
    const { tour: was, ...same } = before;
    expect(rest).toEqual(same);
    expect(after?.page).toBe(was?.page);
  });

  it('gives back a map, also when one case followed another', async () => {
    await city.wall.showContent({ ...city.command(), content: 'map' }, 'officer');
    const before = seen();
    await put();
    await put({ ...sources, orderId: 'o2' }, '7-002');
    expect(screen().caseOf).toBe('o2');
    await take();
    expect(seen()).toEqual(before);
  });

  it('gives back a saved scene with its name', async () => {
    await city.wall.showCameras({ ...city.command(), cameraIds: ['cam-1', 'cam-2'] }, 'officer');
    const before = seen();
    await put();
    await take();
    expect(seen()).toEqual(before);
  });

  it('shows a body cam as soon as it is there', async () => {
    await put();
    city.registry = [...city.registry, { ...city.registry[0]!, cameraId: 'bodycam:ann', cameraName: '李强' }];
    city.wall.camerasChanged();
    await city.pass(200);
    expect(screen().tiles[1]).toMatchObject({ camera: { cameraId: 'bodycam:ann' }, live: true });
    expect(screen().tiles[2]?.camera).toBeUndefined();
  });

  it('follows the order: who goes, and its end', async () => {
    const before = seen();
    await put();
    await city.wall.followCase('o1', { orderId: 'o1', kitchenId: 'cam-7', memberIds: ['zhang'] });
    expect(screen().tiles.map(({ tileId }) => tileId)).toEqual(['case-kitchen', 'case-body-zhang']);
    await city.wall.followCase('o2', undefined);
    expect(screen().content).toBe('case');
    await city.wall.followCase('o1', undefined);
    const { tour: _after, ...rest } = seen();
    const { tour: _was, ...same } = before;
    expect(rest).toEqual(same);
  });

  it('stays so over a restart of the hub, and still gives back what was there', async () => {
    const before = city.showing();
    await put();
    await city.restart();
    expect(screen()).toMatchObject({ content: 'case', caseOf: 'o1' });
    await take();
    expect(city.showing()).toEqual(before);
  });

  it('is put up once, and taken back only where there is one', async () => {
    await put();
    const { revision } = screen();
    await put();
    expect(screen().revision).toBe(revision);
    await take();
    expect(await take()).toMatchObject({ ok: false, code: 'conflict', reason: 'wall.shows_no_case' });
  });

  it('is refused to somebody who saw another revision', async () => {
    await put();
    expect(await put({ ...sources, orderId: 'o2' }, '7-002', 1)).toMatchObject({
      ok: false,
      code: 'conflict',
      message: expect.stringContaining('the case of order 7-001') as string,
    });
  });

  it('has the spotlight over it, and ends where something is put on the tiles', async () => {
    await put();
    await city.wall.spotlightCamera(
      { ...city.command(), eventId: 'rat', cameraId: 'cam-30', target: 'tile', priority: 1 },
      'officer',
    );
    expect(city.showing()).toContain('cam-30');
    expect(screen().tiles).toHaveLength(4);
    await city.wall.showCameras({ ...city.command(), cameraIds: ['cam-3'] }, 'officer');
    expect(screen()).toMatchObject({ content: 'tiles' });
    expect(screen().caseOf).toBeUndefined();
    expect(await take()).toMatchObject({ ok: false, reason: 'wall.shows_no_case' });
  });
});
