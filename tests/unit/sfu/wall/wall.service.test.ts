import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWallService, type WallService } from '../../../../src-sfu/features/wall/wall.service.ts';
import type { WallRepository } from '../../../../src-sfu/features/wall/wall.ports.ts';
import type { CameraView } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { tourSettingsSchema } from '../../../../src-shared/wall/tourSettings.ts';
import type { UpcomingStream, WallSnapshot } from '../../../../src-shared/wall/wall.protocol.ts';

function camera(number: number): CameraView {
  return {
    cameraId: `cam-${number}`,
    externalId: `c${number}`,
    cameraName: '灶台',
    siteId: `site-${number}`,
    siteName: `食堂 ${number}`,
    siteType: 'school_canteen',
    district: '咸安区',
  };
}

/** A store that lives as long as the test, also over a restart of the service. */
function memoryRepository(): WallRepository & { saves: string[] } {
  const values = new Map<string, string>();
  const saves: string[] = [];
  return {
    saves,
    read: (name) => Promise.resolve(values.has(name) ? JSON.parse(values.get(name) ?? '') : undefined),
    save(name, value, actor) {
      saves.push(actor);
      values.set(name, JSON.stringify(value));
      return Promise.resolve();
    },
    keep(name, value) {
      values.set(name, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

describe('the wall', () => {
  let registry: CameraView[];
  let offline: Set<string>;
  let repository: ReturnType<typeof memoryRepository>;
  let warmed: UpcomingStream[];
  let shown: WallSnapshot[];
  let wall: WallService;
  let faults: unknown[];
  let commands = 0;

  const start = async (): Promise<void> => {
    wall = createWallService({
      cameras: {
        listCameras: () => registry,
        findCamera: (cameraId) => registry.find((view) => view.cameraId === cameraId),
        counts: () => ({ sites: registry.length, cameras: registry.length }),
        isOnline: (cameraId) => !offline.has(cameraId),
      },
      repository,
      warmer: { warm: (_screenId, streams) => void (warmed = [...streams]) },
      default: { fill: 'tour', layout: '16' },
      nowMs: () => Date.now(),
      localMoment: () => ({ day: 20_000, minuteOfDay: 600 }),
      onFault: (error) => faults.push(error),
      random: () => 0.5,
    });
    wall.onScreenChanged((_screenId, snapshot) => shown.push(snapshot));
    await wall.load();
    wall.surfaceJoined({ connectionId: 'screen', showsScreenId: 'main', drives: false });
  };
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    registry = Array.from({ length: 40 }, (_unused, index) => camera(index));
    offline = new Set();
    repository = memoryRepository();
    warmed = [];
    shown = [];
    faults = [];
    await start();
  });
  afterEach(async () => {
    await wall.close();
    expect(faults).toEqual([]);
    vi.useRealTimers();
  });

  const idsOf = ({ tiles }: WallSnapshot): (string | undefined)[] =>
    tiles.map((tile) => tile.camera?.cameraId);
  const command = () => ({ commandId: `command-${(commands += 1)}`, screenId: 'main' });
  const settings = tourSettingsSchema.parse({ dwellMs: 5_000 });
  const startTour = (layout: '4' | '16' = '4') =>
    wall.startTour({ ...command(), layout, settings }, 'officer');

  it('tours by default, and shows exactly what it had made ready', async () => {
    const first = wall.snapshot('main');
    expect(first.tiles).toHaveLength(16);
    expect(first.tour?.state).toBe('running');
    const ready = first.upcoming.map(({ cameraId }) => cameraId);
    await vi.advanceTimersByTimeAsync(200);
    expect(warmed).toEqual(first.upcoming);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(idsOf(shown.at(-1)!)).toEqual(ready);
  });

  it('shows every camera of the city in a round', async () => {
    await startTour();
    const seen = new Set(idsOf(wall.snapshot('main')));
    for (let page = 0; page < 10; page += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      for (const cameraId of idsOf(shown.at(-1)!)) seen.add(cameraId);
    }
    expect(seen.size).toBe(40);
  });

  it('goes on where it was after a restart of the hub', async () => {
    await startTour();
    await vi.advanceTimersByTimeAsync(12_000);
    const before = wall.snapshot('main');
    await wall.close();
    await start();
    const after = wall.snapshot('main');
    expect(idsOf(after)).toEqual(idsOf(before));
    expect(after.tour).toEqual(before.tour);
  });

  it('pauses, steps, goes back and resumes', async () => {
    await startTour();
    const steer = (action: 'pause' | 'resume' | 'step' | 'back') =>
      wall.steerTour({ ...command(), action }, 'officer');
    expect((await steer('pause')).ok).toBe(true);
    const first = idsOf(wall.snapshot('main'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(idsOf(wall.snapshot('main'))).toEqual(first);
    await steer('step');
    expect(idsOf(wall.snapshot('main'))).not.toEqual(first);
    await steer('back');
    expect(idsOf(wall.snapshot('main'))).toEqual(first);
    await steer('resume');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(idsOf(wall.snapshot('main'))).not.toEqual(first);
    expect(await steer('resume')).toMatchObject({ ok: false, code: 'conflict' });
  });

  it('keeps a pinned tile through every page, until it is let go', async () => {
    await startTour();
    const tileId = wall.snapshot('main').tiles[0]?.tileId ?? '';
    const pinned = await wall.pinTile({ ...command(), tileId, cameraId: 'cam-7' }, 'officer');
    expect(pinned.ok).toBe(true);
    for (let page = 0; page < 5; page += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      expect(shown.at(-1)?.tiles[0]).toMatchObject({ pinned: true, camera: { cameraId: 'cam-7' } });
    }
    await wall.pinTile({ ...command(), tileId }, 'officer');
    expect(wall.snapshot('main').tiles[0]?.pinned).toBeUndefined();
    expect(await wall.pinTile({ ...command(), tileId: 'tile-9-9', cameraId: 'cam-1' }, 'x')).toMatchObject({
      code: 'not_found',
    });
  });

  it('refuses a change that is based on what the screen no longer shows', async () => {
    const { revision } = wall.snapshot('main');
    await wall.showCameras({ ...command(), baseRevision: revision, cameraIds: ['cam-1'] }, 'first');
    const late = await wall.showCameras(
      { ...command(), baseRevision: revision, cameraIds: ['cam-2'] },
      'second',
    );
    expect(late).toMatchObject({ ok: false, code: 'conflict' });
    expect(idsOf(wall.snapshot('main'))).toEqual(['cam-1']);
  });

  it('does a repeated command once', async () => {
    const once = { ...command(), cameraIds: ['cam-3'] };
    const first = await wall.showCameras(once, 'officer');
    expect(await wall.showCameras(once, 'officer')).toEqual(first);
    expect(repository.saves).toEqual(['officer']);
  });

  it('says nothing is done that could not be saved, and tries again when asked again', async () => {
    const { save } = repository;
    repository.save = () => Promise.reject(new Error('the disk is full'));
    const once = { ...command(), cameraIds: ['cam-3'] };
    await expect(wall.showCameras(once, 'officer')).rejects.toThrow('the disk is full');
    repository.save = save;
    expect(await wall.showCameras(once, 'officer')).toMatchObject({ ok: true });
    expect(repository.saves).toEqual(['officer']);
  });

  it('leaves cameras that went offline out of its pages', async () => {
    await startTour();
    for (const { cameraId } of registry.slice(0, 20)) offline.add(cameraId);
    wall.camerasWentOnOrOffline();
    await vi.advanceTimersByTimeAsync(30_000);
    for (const cameraId of idsOf(shown.at(-1)!)) expect(offline.has(cameraId ?? '')).toBe(false);
  });

  it('shows empty tiles, and no fault, without cameras or with all of them offline', async () => {
    registry = [];
    wall.camerasChanged();
    expect(idsOf(wall.snapshot('main')).every((cameraId) => cameraId === undefined)).toBe(true);
    registry = [camera(1), camera(2)];
    offline = new Set(['cam-1', 'cam-2']);
    wall.camerasChanged();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(wall.snapshot('main').tiles).toHaveLength(16);
  });

  it('refuses a layout whose tiles overlap, and says which', async () => {
    const tile = { column: 0, row: 0, columnSpan: 1, rowSpan: 1 };
    const layout = { columns: 2, rows: 2, tiles: [tile, tile] };
    const answer = await wall.startTour({ ...command(), layout, settings }, 'officer');
    expect(answer).toMatchObject({ ok: false, code: 'bad_request' });
  });

  it('does not know screens without end', async () => {
    for (let screen = 0; screen < 100; screen += 1) {
      wall.surfaceJoined({
        connectionId: `screen-${screen}`,
        showsScreenId: `screen-${screen}`,
        drives: false,
      });
    }
    const late = await wall.showCameras(
      { commandId: 'late', screenId: 'screen-99', cameraIds: ['cam-1'] },
      'officer',
    );
    expect(late).toMatchObject({ ok: false, code: 'too_many' });
  });
});
