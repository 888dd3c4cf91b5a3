import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RequestName } from '../../../src-shared/protocol/index.ts';
import { tourSettingsSchema } from '../../../src-shared/wall/tourSettings.ts';
import { eventually, type HubProcess } from '../../support/processes.ts';
import { camerasOf, codeOf, joinAs, messageOf, startWallHub, latestOf, type Joined } from './wallHub.ts';

const settings = tourSettingsSchema.parse({ dwellMs: 600_000 });

/** The part of a wall request's name after `wall:`. */
type WallRequest = RequestName extends infer Name
  ? Name extends `wall:${infer Rest}`
    ? Rest
    : never
  : never;

describe('driving the wall over a real socket', () => {
  let hub: HubProcess;
  const clients: Joined[] = [];
  beforeAll(async () => {
    hub = await startWallHub({ settings: { MINGCHU_WALL_TOUR: 'true' } });
  });
  afterAll(() => hub.stop());
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  const join = async (...rest: ['wall' | 'desk' | 'showcase', string?]): Promise<Joined> => {
    const client = await joinAs(hub, ...rest);
    clients.push(client);
    return client;
  };
  const command = (screenId = 'main') => ({ commandId: randomUUID(), screenId });
  const idOf = (desk: Joined, index: number): string => camerasOf(desk)[index]?.cameraId ?? '';

  it('two desks see each other’s changes of screens and library, and a wall sees its own screen', async () => {
    const first = await join('desk');
    const second = await join('desk');
    const wall = await join('wall', 'left');
    expect(first.snapshot.screens?.map(({ screenId }) => screenId)).toContain('main');
    expect(first.snapshot.library).toEqual({ revision: 0, programmes: [], scenes: [], schedule: [] });
    expect(wall.snapshot.screens ?? wall.snapshot.library).toBeUndefined();

    const cameraId = idOf(first, 3);
    const cameras = { 'tile-1-0': cameraId };
    await first.request('wall:showPage', { ...command('left'), layout: '4', cameras });
    for (const client of [second, wall]) {
      const latest = await eventually(
        'the page shows it',
        () => latestOf(client, 'left')?.layout === '4' && latestOf(client, 'left'),
      );
      expect(latest.tiles[1]?.camera?.cameraId).toBe(cameraId);
    }
    const programme = { id: 'schools', name: '学校', layout: '16' as const, settings };
    await second.request('wall:saveProgramme', { commandId: randomUUID(), programme });
    const { library } = await eventually('the library is reported', () =>
      first.noticesOf('wall:libraryChanged').at(-1),
    );
    expect(library.programmes).toEqual([programme]);
    await first.request('wall:showSaved', { ...command('left'), type: 'programme', id: 'schools' });
    const touring = await eventually('the programme is reported', () => {
      const latest = latestOf(second, 'left');
      return latest?.chosen !== undefined && latest;
    });
    expect(touring.chosen).toEqual({ type: 'programme', id: 'schools', name: '学校' });
    expect(wall.noticesOf('wall:libraryChanged')).toEqual([]);
    expect(wall.noticesOf('wall:screenChanged').every((latest) => latest.wall.screenId === 'left')).toBe(
      true,
    );

    const later = await join('desk');
    expect(later.snapshot.screens?.find(({ screenId }) => screenId === 'left')?.chosen?.id).toBe('schools');
    expect(later.snapshot.library?.programmes).toEqual([programme]);
  });

  it('a screen reports its size and measurements, and the desk sees the result', async () => {
    const desk = await join('desk');
    const wall = await join('wall', 'hall');
    const cameraIds = camerasOf(desk)
      .slice(0, 16)
      .map(({ cameraId }) => cameraId);
    await desk.request('wall:showCameras', { ...command('hall'), cameraIds });
    await wall.request('wall:reportDisplay', { widthPx: 3840, heightPx: 2160, stripPx: 24 });
    const large = await eventually('its size is reported', () => {
      const latest = latestOf(desk, 'hall');
      return latest?.display !== undefined && latest;
    });
    expect(large.display).toEqual({ open: 1, widthPx: 3840, heightPx: 2160 });
    expect(large.tiles.every(({ stream }) => stream === 'main')).toBe(true);
    const dropping = {
      tilesShown: 16,
      framesExpected: 240,
      framesPresented: 100,
      framesDropped: 140,
      framesLate: 0,
      decodeMs: 20,
    };
    const degraded = await eventually('it is degraded', async () => {
      await wall.request('wall:reportPlayback', dropping);
      const latest = latestOf(desk, 'hall');
      return latest?.quality !== undefined && latest;
    });
    expect(degraded.quality).toMatchObject({ name: 'fewerMains', cause: 'dropped', limit: 0.05 });
    expect(degraded.tiles.filter(({ stream }) => stream === 'main')).toHaveLength(1);
    wall.close();
    await eventually('it is gone', () => latestOf(desk, 'hall')?.display === undefined);
  });

  it('a spotlight is shown, reported, and ended', async () => {
    const desk = await join('desk');
    const wall = await join('wall');
    const cameraId = idOf(desk, 7);
    const before = wall.snapshot.wall?.tiles[0]?.camera?.cameraId;
    const asked = { ...command(), eventId: 'rat', cameraId, target: 'tile' as const, priority: 1 };
    expect(codeOf(await desk.request('wall:spotlightCamera', asked))).toBe('done');
    expect(await desk.request('wall:spotlightCamera', asked)).toMatchObject({ ok: true });
    const lit = await eventually('it is shown', () => {
      const latest = latestOf(wall, 'main');
      return latest?.spotlight !== undefined && latest;
    });
    expect(lit.tiles[0]).toMatchObject({ camera: { cameraId }, spotlight: { eventId: 'rat' } });
    expect(codeOf(await desk.request('wall:endSpotlight', { ...command(), eventId: 'rat' }))).toBe('done');
    await eventually('it is over', () => latestOf(wall, 'main')?.spotlight === undefined);
    expect(latestOf(wall, 'main')?.tiles[0]?.camera?.cameraId).toBe(before);
  });

  it('a stale revision is refused with what was changed since', async () => {
    const desk = await join('desk');
    const other = await join('desk');
    const { revision } = desk.snapshot.screens?.find(({ screenId }) => screenId === 'main') ?? {
      revision: -1,
    };
    await other.request('wall:startTour', { ...command(), layout: '9', settings });
    const place = { tileId: 'tile-0-0', cameraId: idOf(desk, 1) };
    const late = await desk.request('wall:placeCamera', { ...command(), baseRevision: revision, ...place });
    expect(codeOf(late)).toBe('conflict');
    expect(messageOf(late)).toMatch(/it was given a tour\. Check it and choose again/);
    const scene = { id: 's', name: 's', layout: '1' as const, cameras: {} };
    const stale = await desk.request('wall:saveScene', { commandId: randomUUID(), baseRevision: 999, scene });
    expect(codeOf(stale)).toBe('conflict');
  });

  it('a repeated command is answered alike and done once', async () => {
    const desk = await join('desk');
    const started = await desk.request('wall:startTour', { ...command(), layout: '4', settings });
    expect(codeOf(started)).toBe('done');
    const step = { ...command(), action: 'step' as const };
    const page = () => latestOf(desk, 'main')?.tour?.page;
    await eventually('the tour began', () => page() === 0);
    const answers = await Promise.all([1, 2, 3].map(() => desk.request('wall:steerTour', step)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await eventually('the page turned', () => page() === 1);
    await desk.request('wall:steerTour', step);
    expect(page()).toBe(1);
  });

  it('a screen may not drive the wall, nor a desk tell how it shows pictures', async () => {
    const wall = await join('wall');
    const asked = { ...command(), tileId: 'tile-0-0', cameraId: 'x' };
    expect(codeOf(await wall.request('wall:placeCamera', asked))).toBe('forbidden');
    const save = { commandId: '1', schedule: [] };
    expect(codeOf(await wall.request('wall:saveSchedule', save))).toBe('forbidden');
    const desk = await join('desk');
    const display = { widthPx: 1920, heightPx: 1080, stripPx: 0 };
    expect(codeOf(await desk.request('wall:reportDisplay', display))).toBe('forbidden');
    const visitor = await join('showcase');
    expect(codeOf(await visitor.request('wall:reportDisplay', display))).toBe('forbidden');
  });

  it('what does not fit is refused in words, and nothing is changed by it', async () => {
    const desk = await join('desk');
    await desk.request('wall:startTour', { ...command(), layout: '4', settings });
    const cameraId = idOf(desk, 0);
    const cell = { column: 0, row: 0, columnSpan: 1, rowSpan: 1 };
    const overlapping = { columns: 2, rows: 2, tiles: [cell, cell] };
    const tile = { tileId: 'tile-0-0', cameraId };
    const scene = { id: 's', name: 'S', layout: '4', cameras: {} };
    const saved = { commandId: randomUUID() };
    const tooMany = Array.from({ length: 65 }, () => cameraId);
    const entry = { id: 'e', screenId: 'main', weekdays: [1], fromMinute: 0 };
    const cases: [name: WallRequest, input: unknown, code: string, message?: RegExp][] = [
      ['showPage', { layout: overlapping, cameras: {} }, 'bad_request', /Tiles 1 and 2 overlap/],
      ['startTour', { layout: overlapping, settings: {} }, 'bad_request', /overlap/],
      ['saveScene', { ...saved, scene: { ...scene, layout: overlapping } }, 'bad_request', /overlap/],
      ['showPage', { layout: { columns: 0, rows: -1, tiles: [cell] }, cameras: {} }, 'bad_request'],
      ['showPage', { layout: { columns: 1e9, rows: 1, tiles: [cell] }, cameras: {} }, 'bad_request'],
      ['showPage', { layout: '5', cameras: {} }, 'bad_request'],
      ['showPage', { layout: '4', cameras: { 'tile-0-0': 'nobody' } }, 'not_found', /no camera nobody/],
      ['showPage', { layout: '4', cameras: { 'tile-9-9': cameraId } }, 'not_found', /no tile tile-9-9/],
      ['showPage', { layout: '4', cameras: { constructor: cameraId } }, 'not_found'],
      ['placeCamera', { ...command('nowhere'), ...tile }, 'not_found', /no screen nowhere/],
      ['placeCamera', { ...command('../../etc'), ...tile }, 'bad_request'],
      ['placeCamera', { ...tile, tileId: 'tile-5-5' }, 'not_found'],
      ['placeCamera', { ...tile, cameraId: '' }, 'bad_request'],
      ['placeCamera', { ...tile, baseRevision: 1.5 }, 'bad_request'],
      ['placeCamera', { ...tile, commandId: 'x'.repeat(65) }, 'bad_request'],
      ['showCameras', { cameraIds: tooMany }, 'bad_request'],
      ['showSaved', { type: 'scene', id: 'nothing' }, 'not_found', /no scene nothing/],
      ['removeSaved', { ...saved, type: 'programme', id: '__proto__' }, 'not_found'],
      ['saveScene', { ...saved, scene: { ...scene, name: ' ' } }, 'bad_request'],
      ['saveScene', { ...saved, scene: { ...scene, name: '名'.repeat(81) } }, 'bad_request'],
      [
        'saveSchedule',
        { ...saved, schedule: [{ ...entry, shows: { type: 'scene', id: 's' } }] },
        'not_found',
      ],
      ['saveSchedule', { ...saved, schedule: [{ ...entry, fromMinute: 1440 }] }, 'bad_request'],
      ['saveSchedule', { ...saved, schedule: Array(201).fill(entry) }, 'bad_request'],
      ['spotlightCamera', { eventId: 'e', cameraId: 'nobody', target: 'tile' }, 'not_found'],
      ['spotlightCamera', { eventId: 'e', cameraId, target: 'tile', showMs: 1 }, 'bad_request'],
      ['spotlightCamera', { eventId: 'e', cameraId, target: 'tile', priority: 0 }, 'bad_request'],
      ['endSpotlight', { eventId: 'nothing' }, 'not_found'],
      ['startTour', { layout: '4', settings: { dwellMs: 1 } }, 'bad_request'],
    ];
    const before = (await join('desk')).snapshot;
    for (const [name, input, code, message] of cases) {
      const answer = await desk.requestAnything(`wall:${name}`, { ...command(), ...(input as object) });
      expect([name, input, codeOf(answer)]).toEqual([name, input, code]);
      if (message !== undefined) expect(messageOf(answer)).toMatch(message);
    }
    const after = (await join('desk')).snapshot;
    expect(after.library).toEqual(before.library);
    expect(after.screens).toEqual(before.screens);
  });

  it('measurements and sizes that cannot be are refused', async () => {
    const wall = await join('wall');
    const good = {
      tilesShown: 1,
      framesExpected: 15,
      framesPresented: 15,
      framesDropped: 0,
      framesLate: 0,
      decodeMs: 5,
    };
    expect(codeOf(await wall.requestAnything('wall:reportPlayback', good))).toBe('done');
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e9, 0.5 - 1e6, '15', null, undefined]) {
      for (const field of Object.keys(good)) {
        const answer = await wall.requestAnything('wall:reportPlayback', { ...good, [field]: wrong });
        expect([field, wrong, codeOf(answer)]).toEqual([field, wrong, 'bad_request']);
      }
      const size = { widthPx: wrong, heightPx: 1080, stripPx: 0 };
      expect(codeOf(await wall.requestAnything('wall:reportDisplay', size))).toBe('bad_request');
    }
    expect(codeOf(await wall.requestAnything('wall:reportDisplay', [1, 2, 3]))).toBe('bad_request');
  });

  it('a tour over no camera is an empty page that says nothing is to come', async () => {
    const desk = await join('desk');
    const filter = { districts: ['通山县' as const] };
    const empty = { ...settings, filter };
    expect(codeOf(await desk.request('wall:startTour', { ...command(), layout: '4', settings: empty }))).toBe(
      'done',
    );
    const latest = await eventually('it is reported', () => {
      const wall = latestOf(desk, 'main');
      return wall?.tour !== undefined && wall.tiles.every(({ camera }) => camera === undefined) && wall;
    });
    expect(latest.tiles.map(({ live }) => live)).toEqual([false, false, false, false]);
    expect(latest.upcoming).toEqual([]);
    expect(latest.tour?.turnAtMs).toBeUndefined();
  });
});
