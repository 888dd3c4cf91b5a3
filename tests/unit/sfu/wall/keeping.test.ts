import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quickTour, WallCity } from './wallCity.ts';

describe('what a screen shows', () => {
  let city: WallCity;
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = await new WallCity().start();
  });
  afterEach(async () => {
    await city.wall.close();
    vi.useRealTimers();
  });
  const full = new Error('the disk is full');
  const show = (cameraId: string) =>
    city.wall.showCameras({ ...city.command(), cameraIds: [cameraId] }, 'officer');

  it('is written together for many page turns', async () => {
    await city.startTour();
    await city.wall.steerTour({ ...city.command(), action: 'pause' }, 'officer');
    await city.wall.steerTour({ ...city.command(), action: 'resume' }, 'officer');
    city.repository.keeps.splice(0);
    for (let turn = 0; turn < 30; turn += 1) {
      city.wall.camerasWentOnOrOffline();
      await city.pass(1_000);
    }
    expect(city.repository.keeps.length).toBeLessThanOrEqual(10);
    expect(city.repository.keeps.length).toBeGreaterThan(0);
  });

  it('is written at once for an operator, before it is shown', async () => {
    let shownBeforeSaved = false;
    const { save } = city.repository;
    city.repository.save = async function (name, value, actor) {
      shownBeforeSaved = city.showing()[0] === 'cam-7';
      await save.call(this, name, value, actor);
    };
    const answer = await show('cam-7');
    expect(answer.ok).toBe(true);
    expect(shownBeforeSaved).toBe(false);
    expect(city.repository.values.get('wall.screen.main')).toContain('cam-7');
  });

  it('stays as it was when it could not be written', async () => {
    await show('cam-1');
    const before = city.wall.snapshot('main');
    city.notices.splice(0);
    city.repository.fault = full;
    await expect(show('cam-2')).rejects.toThrow('the disk is full');
    expect(city.wall.snapshot('main')).toEqual(before);
    expect(city.notices).toEqual([]);
  });

  it('goes on turning while the disk is full, and is written when there is room again', async () => {
    await city.startTour();
    city.repository.fault = full;
    await city.pass(30_000);
    expect(city.faults.length).toBeGreaterThan(0);
    city.repository.fault = undefined;
    city.faults.splice(0);
    await city.pass(10_000);
    const page = city.wall.snapshot('main').tour?.page ?? 0;
    expect(page).toBeGreaterThanOrEqual(7);
    expect(city.faults).toEqual([]);
    await city.restart();
    expect(city.wall.snapshot('main').tour?.page).toBe(page);
  });

  it('does not turn while a command is being written, and loses neither', async () => {
    await city.startTour();
    const { save } = city.repository;
    let goOn = (): void => undefined;
    city.repository.save = async function (name, value, actor) {
      await new Promise<void>((resolve) => (goOn = resolve));
      await save.call(this, name, value, actor);
    };
    const page = city.wall.snapshot('main').tour?.page ?? 0;
    const pinned = city.wall.pinTile({ ...city.command(), tileId: 'tile-0-0', cameraId: 'cam-7' }, 'officer');
    await city.pass(6_000);
    expect(city.wall.snapshot('main').tour?.page).toBe(page);
    goOn();
    expect((await pinned).ok).toBe(true);
    await city.pass(0);
    expect(city.wall.snapshot('main').tour?.page).toBe(page + 1);
    expect(city.showing()[0]).toBe('cam-7');
  });

  it('is the choice of the first of two who choose at the same moment', async () => {
    const { revision } = city.wall.snapshot('main');
    const choose = (cameraId: string) =>
      city.wall.showCameras({ ...city.command(), baseRevision: revision, cameraIds: [cameraId] }, 'officer');
    const answers = await Promise.all([choose('cam-1'), choose('cam-2')]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
    expect(city.showing()).toEqual(['cam-1']);
  });

  it('is changed once by a command that is repeated while it is still being written', async () => {
    const command = { ...city.command(), action: 'step' as const };
    const page = city.wall.snapshot('main').tour?.page ?? 0;
    const steps = await Promise.all([
      city.wall.steerTour(command, 'officer'),
      city.wall.steerTour(command, 'officer'),
    ]);
    expect(steps[0]).toEqual(steps[1]);
    expect(city.wall.snapshot('main').tour?.page).toBe(page + 1);
  });

  it('answers a command that is sent again after a kill as before, and does it once', async () => {
    await city.startTour();
    const scene = { id: 's', name: 'one', layout: '1' as const, cameras: {} };
    const [saved, shown, turned] = [city.command(), city.command(), city.command()];
    const baseRevision = city.wall.library().revision;
    const send = async () => [
      await city.wall.saveScene({ commandId: saved.commandId, baseRevision, scene }, 'officer'),
      await city.wall.showCameras({ ...shown, cameraIds: ['cam-7'] }, 'officer'),
      await city.wall.startTour({ ...turned, layout: '4', settings: quickTour }, 'officer'),
    ];
    const answers = await send();
    expect(answers.every(({ ok }) => ok)).toBe(true);
    const later = { ...scene, name: 'two' };
    await city.wall.saveScene({ commandId: 'later', scene: later }, 'officer');
    const before = [city.repository.saves.length, city.showing(), city.wall.library()];
    await city.start();
    expect(await send()).toEqual(answers);
    expect([city.repository.saves.length, city.showing(), city.wall.library()]).toEqual(before);
  });

  it('repeats a step of the tour after a kill exactly when that step was not stored', async () => {
    await city.startTour();
    await city.wall.steerTour({ ...city.command(), action: 'pause' }, 'officer');
    await city.pass(5_000);
    const [kept, lost] = [city.command(), city.command()];
    const next = (command: typeof kept) => city.wall.steerTour({ ...command, action: 'step' }, 'officer');
    await next(kept);
    await city.pass(5_000);
    const second = city.showing();
    await next(lost);
    const third = city.showing();
    expect(third).not.toEqual(second);
    await city.start();
    expect(await next(kept)).toMatchObject({ ok: true });
    expect(city.showing()).toEqual(second);
    expect(await next(lost)).toMatchObject({ ok: true });
    expect(city.showing()).toEqual(third);
  });
});
