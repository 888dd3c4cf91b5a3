import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdMs } from '../../../../src-sfu/features/wall/screenHolds.ts';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';
import { quickTour, WallCity } from './wallCity.ts';

const of = (role: Role): Principal => ({
  kind: 'person',
  accountId: role,
  name: role,
  role,
  scope: wholeCity,
  sessionId: role,
  device: '',
  address: '',
});
const supervisor = of('supervisor');
const officer = of('duty_officer');
const minutesOfHold = holdMs / 60_000;

describe('the hold of a screen', () => {
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

  const show = (principal: Principal, cameraId: string, screenId = 'main') =>
    city.wall.showCameras(
      { ...city.command(screenId), cameraIds: [cameraId] },
      principal.role === 'supervisor' ? '陈刚' : '王芳',
      principal,
    );
  const spotlight = (principal: Principal, cameraId: string, priority = 5) =>
    city.wall.spotlightCamera(
      { ...city.command(), eventId: `e-${cameraId}`, cameraId, target: 'tile', priority },
      principal.name,
      principal,
    );
  const held = { ok: false, code: 'conflict', reason: 'wall.held_by_supervisor' };
  const chosen = () => city.wall.snapshot('main').chosen?.id;

  it('keeps what a supervisor commanded against a duty officer, with the name and the time that is left', async () => {
    city.openScreen('left', 'left');
    await show(supervisor, 'cam-1');
    await city.pass(1_000);
    expect(await show(officer, 'cam-2')).toMatchObject({
      ...held,
      parameters: { name: '陈刚', seconds: holdMs / 1_000 - 1 },
    });
    expect(city.showing()).toEqual(['cam-1']);
    expect(await show(officer, 'cam-2', 'left')).toMatchObject({ ok: true });
  });

  it('never keeps what a duty officer commanded, and does not bind another supervisor', async () => {
    await show(officer, 'cam-1');
    expect(await show(officer, 'cam-2')).toMatchObject({ ok: true });
    expect(await show(supervisor, 'cam-3')).toMatchObject({ ok: true });
    expect(await show({ ...supervisor, accountId: 'other' }, 'cam-4')).toMatchObject({ ok: true });
    expect(city.showing()).toEqual(['cam-4']);
  });

  it('ends by itself, and begins again with the next command', async () => {
    await show(supervisor, 'cam-1');
    await city.pass(holdMs - 1);
    await show(supervisor, 'cam-2');
    await city.pass(holdMs - 1);
    expect(await show(officer, 'cam-3')).toMatchObject({ ...held, parameters: { seconds: 1 } });
    await city.pass(1);
    expect(await show(officer, 'cam-3')).toMatchObject({ ok: true });
  });

  it('binds a duty officer whose command came while the supervisor’s was written', async () => {
    const [first, second] = await Promise.all([show(supervisor, 'cam-1'), show(officer, 'cam-2')]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toMatchObject(held);
    expect(city.showing()).toEqual(['cam-1']);
  });

  it('is there after a restart, and over after the clock was set back by more than a hold', async () => {
    await show(supervisor, 'cam-1');
    await city.restart();
    expect(await show(officer, 'cam-2')).toMatchObject(held);
    vi.setSystemTime(Date.now() - 2 * 86_400_000);
    expect(await show(officer, 'cam-2')).toMatchObject({ ok: true });
  });

  describe('against what the hub shows by itself', () => {
    const entry = (id: string, fromMinute: number, shows: string) => ({
      id,
      screenId: 'main',
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      fromMinute,
      shows: { type: 'scene' as const, id: shows },
    });
    const saveScene = (id: string, cameraId: string) =>
      city.wall.saveScene(
        { ...city.command(), scene: { id, name: id, layout: '4', cameras: { 'tile-0-0': cameraId } } },
        '王芳',
      );
    const saveSchedule = (...schedule: ReturnType<typeof entry>[]) =>
      city.wall.saveSchedule({ ...city.command(), schedule }, '王芳');

    beforeEach(async () => {
      await saveScene('a', 'cam-3');
      await saveScene('b', 'cam-4');
    });

    it('lets no schedule that a duty officer saves onto the screen, until it is over', async () => {
      await show(supervisor, 'cam-1');
      expect(await saveSchedule(entry('now', 480, 'a'))).toMatchObject({ ok: true });
      expect(city.showing()).toEqual(['cam-1']);
      await city.passMinutes(minutesOfHold);
      expect(city.showing()).toEqual(['cam-1']);
      await city.passMinutes(1);
      expect(chosen()).toBe('a');
    });

    it('lets no entry begin whose time comes, and the last that began follows', async () => {
      await saveSchedule(entry('first', 601, 'a'), entry('second', 603, 'b'));
      await show(supervisor, 'cam-1');
      await city.passMinutes(minutesOfHold);
      expect(city.showing()).toEqual(['cam-1']);
      await city.passMinutes(1);
      expect(chosen()).toBe('b');
    });

    it('lets no schedule onto the screen that the hub finds at a restart', async () => {
      await show(supervisor, 'cam-1');
      await saveSchedule(entry('now', 480, 'a'));
      await city.restart();
      expect(city.showing()).toEqual(['cam-1']);
    });

    it('is not of other screens, which the schedule changes', async () => {
      city.openScreen('left', 'left');
      await show(supervisor, 'cam-1');
      await saveSchedule({ ...entry('now', 480, 'a'), screenId: 'left' });
      expect(city.wall.snapshot('left').chosen?.id).toBe('a');
    });

    it('leaves the screen as it is when a saved scene or tour that it shows is saved again', async () => {
      await city.wall.showSaved({ ...city.command(), type: 'scene', id: 'a' }, '陈刚', supervisor);
      await saveScene('a', 'cam-9');
      await city.wall.saveProgramme(
        { ...city.command(), programme: { id: 'p', name: 'p', layout: '4', settings: quickTour } },
        '王芳',
      );
      expect(city.showing()[0]).toBe('cam-3');
    });

    it('lets no spotlight of a duty officer take turns with a supervisor’s, however urgent it was named', async () => {
      await spotlight(officer, 'cam-10', 1);
      await spotlight(officer, 'cam-11');
      await spotlight(supervisor, 'cam-12');
      await city.pass(60_000);
      expect(city.wall.snapshot('main').spotlight?.eventId).toBe('e-cam-12');
      await city.wall.endSpotlight({ ...city.command(), eventId: 'e-cam-12' }, '陈刚', supervisor);
      expect(city.wall.snapshot('main').spotlight).toBeUndefined();
    });

    it('gives way to an alert, which is above both', async () => {
      await spotlight(supervisor, 'cam-12');
      await city.wall.requestSpotlight('main', {
        eventId: 'fire',
        source: { type: 'camera', cameraId: 'cam-5' },
        kind: 'alert',
        priority: 1,
        target: 'tile',
        minShowMs: 10_000,
        untilHandled: true,
      });
      expect(city.wall.snapshot('main').spotlight?.eventId).toBe('fire');
    });
  });
});
