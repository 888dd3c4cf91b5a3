import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { turnLeadMs } from '../../../../src-shared/wall/turnRhythm.ts';
import type { WallSnapshot } from '../../../../src-shared/wall/wall.protocol.ts';
import { quickTour, WallCity } from './wallCity.ts';

describe('screens of one wall', () => {
  let city: WallCity;
  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = await new WallCity().start({ fill: 'tour', layout: '16' });
    city.openScreen('second screen', 'second');
  });
  afterEach(async () => {
    await city.wall.close();
    expect(city.faults).toEqual([]);
    vi.useRealTimers();
  });

  const startTour = (screenId: string, dwellMs = quickTour.dwellMs) =>
    city.wall.startTour(
      { ...city.command(screenId), layout: '4', settings: { ...quickTour, dwellMs } },
      'officer',
    );
  const steer = (screenId: string, action: 'step' | 'pause' | 'resume') =>
    city.wall.steerTour({ ...city.command(screenId), action }, 'officer');
  /** When each page that the clock turned to is to be shown, by screen. */
  const turnsOf = (screenId: string): number[] => [
    ...new Set(city.noticesOf(screenId).flatMap(({ showAtMs }: WallSnapshot) => showAtMs ?? [])),
  ];

  it('turn at the same moments, although their tours were started one after the other', async () => {
    await startTour('main');
    await city.pass(1_700);
    await startTour('second');
    await city.pass(1);
    city.notices.length = 0;
    await city.pass(30_000);
    expect(turnsOf('main')).toHaveLength(6);
    expect(turnsOf('second').slice(-5)).toEqual(turnsOf('main').slice(-5));
    expect(turnsOf('main')[0]).toBe(1_000_025_000 + turnLeadMs);
  });

  it('have the moment a little ahead of it', async () => {
    await startTour('main');
    city.notices.length = 0;
    await city.pass(5_000);
    const [wall] = city.noticesOf('main');
    expect(wall?.showAtMs).toBe(Date.now() + turnLeadMs);
    expect(city.wall.snapshot('main').showAtMs).toBe(Date.now() + turnLeadMs);
    await city.pass(turnLeadMs);
    expect(city.wall.snapshot('main').showAtMs).toBeUndefined();
  });

  it('turn together again after a page was turned by hand, which is shown at once', async () => {
    await startTour('main');
    await startTour('second');
    await city.pass(7_000);
    city.notices.length = 0;
    await steer('second', 'step');
    expect(city.noticesOf('second').map(({ showAtMs }) => showAtMs)).toEqual([undefined]);
    await steer('main', 'pause');
    await city.pass(2_300);
    await steer('main', 'resume');
    city.notices.length = 0;
    await city.pass(30_000);
    expect(turnsOf('second').length).toBeGreaterThanOrEqual(5);
    expect(turnsOf('main').slice(-5)).toEqual(turnsOf('second').slice(-5));
  });

  it('keep times of their own where their pages stay differently long', async () => {
    await startTour('main');
    await city.pass(1_000);
    await startTour('second', 7_000);
    expect(city.wall.snapshot('second').tour?.turnAtMs).toBe(Date.now() + 7_000);
  });

  it('show a spotlight at once, also just after a turn', async () => {
    await startTour('main');
    await city.pass(5_000);
    const cameraId = 'cam-39';
    await city.wall.spotlightCamera(
      { ...city.command(), eventId: 'event', cameraId, target: 'tile', priority: 5 },
      'officer',
    );
    expect(city.noticesOf('main').at(-1)).toMatchObject({ spotlight: { cameraId } });
    expect(city.noticesOf('main').at(-1)?.showAtMs).toBeUndefined();
  });

  it('are not announced once more only because the moment has passed', async () => {
    await startTour('main');
    await city.pass(5_000);
    city.wall.reportDisplay('screen', { widthPx: 1920, heightPx: 1080, stripPx: 24 });
    await city.pass(1_000);
    const before = city.noticesOf('main').length;
    city.wall.reportDisplay('screen', { widthPx: 1920, heightPx: 1080, stripPx: 24 });
    await city.pass(1_000);
    expect(city.noticesOf('main')).toHaveLength(before);
  });
});
