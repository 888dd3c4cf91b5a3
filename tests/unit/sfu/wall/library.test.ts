import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Programme, Scene, ScheduleEntry } from '../../../../src-shared/wall/wallLibrary.ts';
import { quickTour, WallCity } from './wallCity.ts';

function programme(id: string, changes: Partial<Programme> = {}): Programme {
  return { id, name: `Programme ${id}`, layout: '4', settings: quickTour, ...changes };
}

function scene(id: string, cameras: Record<string, string>, changes: Partial<Scene> = {}): Scene {
  return { id, name: `Scene ${id}`, layout: '4', cameras, ...changes };
}

/** Every day at this minute. */
function daily(id: string, fromMinute: number, shows: ScheduleEntry['shows']): ScheduleEntry {
  return { id, screenId: 'main', weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute, shows };
}

describe('what is saved for the wall', () => {
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

  let commands = 0;
  const common = (baseRevision?: number) => ({
    commandId: `library-${(commands += 1)}`,
    ...(baseRevision === undefined ? {} : { baseRevision }),
  });
  const saveProgramme = (saved: Programme, baseRevision?: number) =>
    city.wall.saveProgramme({ ...common(baseRevision), programme: saved }, 'officer');
  const saveScene = (saved: Scene, baseRevision?: number) =>
    city.wall.saveScene({ ...common(baseRevision), scene: saved }, 'officer');
  const saveSchedule = (schedule: ScheduleEntry[]) =>
    city.wall.saveSchedule({ ...common(), schedule }, 'officer');
  const remove = (type: 'programme' | 'scene', id: string) =>
    city.wall.removeSaved({ ...common(), type, id }, 'officer');
  const showSaved = (type: 'programme' | 'scene', id: string) =>
    city.wall.showSaved({ ...city.command(), type, id }, 'officer');
  const chosen = () => city.wall.snapshot('main').chosen?.id;
  const messageOf = (answer: { ok: boolean; message?: string }): string => answer.message ?? 'done';

  it('is sent to the listeners, and is there after a restart', async () => {
    const notified: number[] = [];
    city.wall.onLibraryChanged(({ revision }) => notified.push(revision));
    await saveProgramme(programme('schools'));
    await saveScene(scene('three', { 'tile-0-0': 'cam-3' }));
    await saveSchedule([daily('noon', 720, { type: 'scene', id: 'three' })]);
    expect(notified).toEqual([1, 2, 3]);
    expect(city.repository.saves.slice(0, 3)).toEqual(
      Array(3).fill({ name: 'wall.library', actor: 'officer' }),
    );
    const before = city.wall.library();
    await city.restart();
    expect(city.wall.library()).toEqual(before);
    expect(before).toMatchObject({ revision: 3, programmes: [{ id: 'schools' }], scenes: [{ id: 'three' }] });
  });

  it('is changed in its place when it is saved again', async () => {
    await saveProgramme(programme('a'));
    await saveProgramme(programme('b'));
    await saveProgramme(programme('a', { name: '新名' }));
    expect(city.wall.library().programmes.map(({ name }) => name)).toEqual(['新名', 'Programme b']);
  });

  it('is not changed on top of what somebody else changed, and says what that was', async () => {
    await saveProgramme(programme('schools'), 0);
    const late = await saveScene(scene('three', {}), 0);
    expect(late).toMatchObject({ ok: false, code: 'conflict' });
    expect(messageOf(late)).toMatch(/revision 1, yours 0\): programme “Programme schools” was saved\./);
    expect((await saveScene(scene('three', {}), 1)).ok).toBe(true);
  });

  it('is refused with overlapping tiles, unknown cameras or unknown tiles', async () => {
    const cell = { column: 0, row: 0, columnSpan: 1, rowSpan: 1 };
    const layout = { columns: 2, rows: 2, tiles: [cell, cell] };
    const pins = { 'tile-0-0': 'cam-77' };
    const answers = [
      await saveProgramme(programme('a', { layout })),
      await saveScene(scene('a', {}, { layout })),
      await saveProgramme(programme('a', { settings: { ...quickTour, pins } })),
      await saveScene(scene('a', { 'tile-0-0': 'cam-77' })),
      await saveScene(scene('a', { 'tile-3-3': 'cam-1' })),
    ];
    expect(answers.map((answer) => (answer.ok ? 'done' : answer.code))).toEqual([
      'bad_request',
      'bad_request',
      'not_found',
      'not_found',
      'not_found',
    ]);
    expect(messageOf(answers[0]!)).toMatch(/Tiles 1 and 2 overlap/);
    expect(city.wall.library().revision).toBe(0);
  });

  it('is shown by its id, with its name', async () => {
    await saveScene(scene('three', { 'tile-0-0': 'cam-3', 'tile-1-1': 'cam-4' }));
    await saveProgramme(programme('schools'));
    await showSaved('scene', 'three');
    expect(city.showing()).toEqual(['cam-3', undefined, undefined, 'cam-4']);
    expect(city.wall.snapshot('main')).toMatchObject({
      chosen: { type: 'scene', id: 'three', name: 'Scene three' },
      scheduled: false,
    });
    await showSaved('programme', 'schools');
    expect(city.wall.snapshot('main').tour?.state).toBe('running');
    expect(chosen()).toBe('schools');
    await city.startTour();
    expect(chosen()).toBeUndefined();
    expect(await showSaved('scene', 'nothing')).toMatchObject({ ok: false, code: 'not_found' });
    expect(await showSaved('scene', 'schools')).toMatchObject({ ok: false, code: 'not_found' });
  });

  it('is shown without the cameras that have gone since', async () => {
    await saveScene(scene('three', { 'tile-0-0': 'cam-3', 'tile-1-1': 'cam-4' }));
    city.registry = city.registry.filter(({ cameraId }) => cameraId !== 'cam-3');
    city.wall.camerasChanged();
    expect((await showSaved('scene', 'three')).ok).toBe(true);
    expect(city.showing()).toEqual([undefined, undefined, undefined, 'cam-4']);
  });

  it('cannot be removed while the schedule names it', async () => {
    await saveProgramme(programme('schools'));
    await saveSchedule([daily('noon', 720, { type: 'programme', id: 'schools' })]);
    const refused = await remove('programme', 'schools');
    expect(refused).toMatchObject({ ok: false, code: 'bad_request' });
    expect(messageOf(refused)).toMatch(/on screen main.*Take it out of the schedule first/);
    await saveSchedule([]);
    expect((await remove('programme', 'schools')).ok).toBe(true);
    expect(await remove('programme', 'schools')).toMatchObject({ ok: false, code: 'not_found' });
    expect(city.wall.library().programmes).toEqual([]);
  });

  it('has an end', async () => {
    for (let number = 0; number < 200; number += 1) await saveScene(scene(`s${number}`, {}));
    expect(await saveScene(scene('one more', {}))).toMatchObject({ ok: false, code: 'too_many' });
    expect((await saveScene(scene('s7', { 'tile-0-0': 'cam-1' }))).ok).toBe(true);
    const cameraIds = Array.from({ length: 30_000 }, (_unused, index) => `camera-of-the-city-${index}`);
    const large = (id: string) => programme(id, { settings: { ...quickTour, filter: { cameraIds } } });
    const codes = new Set<string>();
    for (let number = 0; number < 4; number += 1) {
      const answer = await saveProgramme(large(`p${number}`));
      codes.add(answer.ok ? 'done' : answer.code);
    }
    expect([...codes]).toEqual(['done', 'too_many']);
  });

  it('that cannot be read any more does not take the rest with it', async () => {
    await saveScene(scene('three', {}));
    const stored = JSON.parse(city.repository.values.get('wall.library') ?? '') as { scenes: unknown[] };
    stored.scenes.push({ id: 7 }, null, 'x');
    city.repository.values.set('wall.library', JSON.stringify(stored));
    await city.restart();
    expect(city.wall.library().scenes.map(({ id }) => id)).toEqual(['three']);
  });

  describe('with a schedule', () => {
    const morning = daily('morning', 480, { type: 'programme', id: 'schools' });
    const noon = daily('noon', 720, { type: 'scene', id: 'three' });
    beforeEach(async () => {
      await saveProgramme(programme('schools'));
      await saveScene(scene('three', { 'tile-0-0': 'cam-3' }));
    });

    it('is on the screen at once and at its time, and the revision says so', async () => {
      const { revision } = city.wall.snapshot('main');
      await saveSchedule([noon, morning]);
      expect(chosen()).toBe('schools');
      expect(city.wall.snapshot('main')).toMatchObject({ scheduled: true, revision: revision + 1 });
      await city.passMinutes(119);
      expect(chosen()).toBe('schools');
      await city.passMinutes(1);
      expect(chosen()).toBe('three');
      expect(city.repository.saves.at(-1)).toEqual({ name: 'wall.screen.main', actor: 'schedule' });
      await city.passMinutes(1200);
      expect(chosen()).toBe('schools');
    });

    it('gives way to a choice by hand until its next change', async () => {
      await saveSchedule([morning, noon]);
      await city.startTour();
      expect(city.wall.snapshot('main').scheduled).toBe(false);
      await city.passMinutes(100);
      await city.restart();
      expect(chosen()).toBeUndefined();
      await city.passMinutes(20);
      expect(chosen()).toBe('three');
      expect(city.wall.snapshot('main').scheduled).toBe(true);
    });

    it('lets a tour go on over a restart, and catches up with what fell into it', async () => {
      await saveSchedule([morning, noon]);
      await city.pass(12_000);
      const { page } = city.wall.snapshot('main').tour ?? {};
      await city.restart();
      expect(city.wall.snapshot('main').tour?.page).toBe(page);
      await city.wall.close();
      city.moment = { day: city.moment.day + 3, minuteOfDay: 800 };
      await city.start();
      expect(chosen()).toBe('three');
    });

    it('begins again every day, also with one entry only', async () => {
      await saveSchedule([noon]);
      await city.startTour();
      await city.passMinutes(24 * 60);
      expect(chosen()).toBe('three');
    });

    it('rules nothing any more when it is emptied, and leaves the screen as it is', async () => {
      await saveSchedule([morning]);
      await saveSchedule([]);
      expect(city.wall.snapshot('main')).toMatchObject({ scheduled: false, chosen: { id: 'schools' } });
    });

    it('is refused when it names what is not there or names it twice', async () => {
      const answers = [
        await saveSchedule([daily('x', 0, { type: 'scene', id: 'schools' })]),
        await saveSchedule([{ ...noon, screenId: 'nowhere' }]),
        await saveSchedule([noon, { ...noon, fromMinute: 5 }]),
        await saveSchedule([noon, { ...morning, fromMinute: 720 }]),
      ];
      expect(answers.map((answer) => (answer.ok ? 'done' : answer.code))).toEqual([
        'not_found',
        'not_found',
        'bad_request',
        'bad_request',
      ]);
      expect(messageOf(answers[3]!)).toMatch(/noon and morning both begin on screen main at 12:00/);
    });

    it('tries again in a minute when it could not be saved', async () => {
      await saveSchedule([morning, noon]);
      city.repository.fault = new Error('the disk is full');
      await city.passMinutes(121);
      expect(chosen()).toBe('schools');
      expect(city.faults.length).toBeGreaterThan(0);
      city.faults.splice(0);
      city.repository.fault = undefined;
      await city.passMinutes(1);
      expect(chosen()).toBe('three');
      city.faults.splice(0);
    });
  });
});
