import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askedBy } from '../../../../src-sfu/base/asking.ts';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';
import { quickTour, WallCity } from './wallCity.ts';

const of = (role: Role, name: string): Principal => ({
  kind: 'person',
  accountId: name,
  name,
  role,
  scope: wholeCity,
  sessionId: name,
  device: '',
  address: '192.0.2.1',
});
const supervisor = of('supervisor', '陈刚');
const officer = of('duty_officer', '王芳');

describe('the audit log of the wall', () => {
  let city: WallCity;
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = await new WallCity().start();
  });
  afterEach(async () => {
    await city.wall.close();
    vi.useRealTimers();
  });
  const written = () =>
    city.repository.lines.map(({ actor, action, subject, detail }) => ({ actor, action, subject, detail }));
  const steer = (action: 'step' | 'back' | 'pause', by = officer) =>
    askedBy(by, () => city.wall.steerTour({ ...city.command(), action }, by.name, by));

  it('names each command, its screen and what it was about', async () => {
    const { wall } = city;
    const cameras = { 'tile-0-0': 'cam-4', 'tile-1-0': 'cam-5' };
    const scene = { id: 'noon', name: '午间', layout: '4' as const, cameras };
    await wall.showCameras({ ...city.command(), cameraIds: ['cam-1', 'cam-2'] }, '王芳', officer);
    await wall.showPage({ ...city.command(), layout: '4', cameras }, '王芳', officer);
    await wall.showContent({ ...city.command(), content: 'map' }, '王芳', officer);
    await wall.saveScene({ commandId: 's', scene }, '王芳');
    await wall.showSaved({ ...city.command(), type: 'scene', id: 'noon' }, '王芳', officer);
    await wall.removeSaved({ commandId: 'r', type: 'scene', id: 'noon' }, '王芳');
    const by = { actor: '王芳', subject: 'main' };
    expect(written()).toEqual([
      { ...by, action: 'wall:showCameras', detail: { cameraIds: ['cam-1', 'cam-2'] } },
      { ...by, action: 'wall:showPage', detail: { layout: '4', cameraIds: ['cam-4', 'cam-5'] } },
      { ...by, action: 'wall:showContent', detail: { content: 'map' } },
      {
        actor: '王芳',
        subject: 'noon',
        action: 'wall:saveScene',
        detail: { name: '午间', layout: '4', cameraIds: ['cam-4', 'cam-5'] },
      },
      { ...by, action: 'wall:showSaved', detail: { type: 'scene', id: 'noon', name: '午间' } },
      {
        actor: '王芳',
        subject: 'noon',
        action: 'wall:removeSaved',
        detail: { type: 'scene', name: '午间' },
      },
    ]);
  });

  it('says whom a supervisor overrode', async () => {
    const show = (by: Principal, name: string) =>
      city.wall.showCameras({ ...city.command(), cameraIds: ['cam-1'] }, name, by);
    await show(supervisor, '陈刚');
    await show(of('supervisor', '李静'), '李静');
    await show(of('supervisor', '李静'), '李静');
    expect(written().map(({ detail }) => (detail as { overrode?: string }).overrode)).toEqual([
      undefined,
      '陈刚',
      undefined,
    ]);
  });

  it('has the pages that somebody turned, in one line for many, with who stood behind them', async () => {
    await city.startTour();
    city.repository.lines.splice(0);
    for (let turn = 0; turn < 3; turn += 1) await steer('step');
    await steer('back', supervisor);
    expect(written()).toEqual([]);
    await city.pass(4_000);
    expect(written()).toEqual([
      { actor: '王芳', action: 'wall:steerTour', subject: 'main', detail: { tour: 'step', times: 3 } },
      { actor: '陈刚', action: 'wall:steerTour', subject: 'main', detail: { tour: 'back' } },
    ]);
    expect(city.repository.lines.map(({ principal }) => principal?.name)).toEqual(['王芳', '陈刚']);
    // A page that turned by itself is nobody's deed.
    await city.pass(20_000);
    expect(written()).toHaveLength(2);
  });

  it('keeps the pages that were turned while nothing could be written, each once', async () => {
    await city.startTour();
    city.repository.lines.splice(0);
    city.repository.fault = new Error('the disk is full');
    await steer('step');
    await city.pass(4_000);
    expect(city.faults.length).toBeGreaterThan(0);
    await steer('step');
    await city.pass(4_000);
    city.repository.fault = undefined;
    await city.pass(10_000);
    expect(written().map(({ detail }) => detail)).toEqual([{ tour: 'step', times: 2 }]);
  });

  it('has a page that was turned just before a choice', async () => {
    await city.wall.startTour({ ...city.command(), layout: '4', settings: quickTour }, '王芳', officer);
    await steer('step');
    await steer('pause');
    await city.pass(4_000);
    expect(written().map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([{ tour: 'step' }, { tour: 'pause' }]),
    );
  });

  it('has what the schedule and the end of an event change by themselves', async () => {
    const scene = { id: 'noon', name: '午间', layout: '1' as const, cameras: {} };
    await city.wall.saveScene({ commandId: 's', scene }, '王芳');
    const entry = {
      id: 'e',
      screenId: 'main',
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      fromMinute: 0,
      shows: { type: 'scene' as const, id: 'noon' },
    };
    await city.wall.saveSchedule({ commandId: 't', schedule: [entry] }, '王芳');
    await city.wall.spotlightCamera(
      { ...city.command(), eventId: 'fire', cameraId: 'cam-1', target: 'tile', priority: 5 },
      '王芳',
      officer,
    );
    await city.wall.spotlightHandled('fire');
    expect(written().slice(1)).toEqual([
      {
        actor: '王芳',
        action: 'wall:saveSchedule',
        subject: 'schedule',
        detail: { entries: 1, screens: ['main'] },
      },
      {
        actor: 'schedule',
        action: 'wall:showSaved',
        subject: 'main',
        detail: { type: 'scene', id: 'noon', name: '午间' },
      },
      {
        actor: '王芳',
        action: 'wall:spotlightCamera',
        subject: 'main',
        detail: { cameraId: 'cam-1', eventId: 'fire', target: 'tile' },
      },
      { actor: 'hub', action: 'wall:endSpotlight', subject: 'main', detail: { eventId: 'fire' } },
    ]);
  });
});
