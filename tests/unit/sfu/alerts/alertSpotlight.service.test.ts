import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createAlertWall,
  type WallOfAlerts,
} from '../../../../src-sfu/features/alerts/alertSpotlight.service.ts';
import { WallCity } from '../wall/wallCity.ts';
import { ok } from '../../../../src-shared/protocol/define.ts';

describe('alerts on the wall', () => {
  let offline: Set<string>;
  /** What the wall was asked, in order. */
  let asked: string[];
  let alertWall: WallOfAlerts;

  beforeEach(() => {
    vi.useFakeTimers();
    offline = new Set();
    asked = [];
    alertWall = createAlertWall({
      wall: {
        openScreenIds: () => [],
        requestSpotlight(screenId, { eventId }) {
          asked.push(`${screenId}: show ${eventId}`);
          return Promise.resolve(ok({ revision: 0 }));
        },
        withdrawSpotlight: (eventId) => Promise.resolve(void asked.push(`withdraw ${eventId}`)),
        spotlightHandled: (eventId) => Promise.resolve(void asked.push(`end ${eventId}`)),
      },
      mainScreenId: 'main',
      isOnline: (cameraId) => !offline.has(cameraId),
      logger: pino({ level: 'silent' }),
    });
  });
  afterEach(() => {
    alertWall.close();
    vi.useRealTimers();
  });

  const rat = { eventId: 'rat', cameraId: 'cam-1', priority: 1 };
  const goes = (state: 'online' | 'offline'): void => {
    if (state === 'offline') offline.add('cam-1');
    else offline.delete('cam-1');
    alertWall.camerasWentOnOrOffline();
  };

  it('give the spotlight back when their camera shows nothing, and have it again when it does', () => {
    alertWall.requestSpotlight(rat);
    goes('offline');
    goes('offline');
    expect(asked).toEqual(['main: show rat', 'withdraw rat']);
    alertWall.requestSpotlight(rat);
    expect(asked).toHaveLength(2);
    goes('online');
    expect(asked.slice(2)).toEqual(['main: show rat']);
    alertWall.spotlightHandled('rat');
    goes('offline');
    expect(asked.slice(3)).toEqual(['end rat']);
  });

  it('try a camera that was offline before, and withdraw when it stays so', async () => {
    offline.add('cam-1');
    alertWall.requestSpotlight(rat);
    alertWall.camerasWentOnOrOffline();
    expect(asked).toEqual(['main: show rat']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual(['main: show rat', 'withdraw rat']);
  });

  it('stay with a camera that comes up in time', async () => {
    offline.add('cam-1');
    alertWall.requestSpotlight(rat);
    goes('online');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual(['main: show rat']);
  });

  it('do not make the wall compose its screens again for each alert of a burst', async () => {
    const city = await new WallCity().start();
    await city.wall.spotlightCamera(
      { ...city.command(), eventId: 'first', cameraId: 'cam-30', target: 'tile', priority: 1 },
      'officer',
    );
    const burst = createAlertWall({
      wall: city.wall,
      mainScreenId: 'main',
      isOnline: () => true,
      logger: pino({ level: 'silent' }),
    });
    for (let count = 0; count < 40; count += 1) {
      burst.requestSpotlight({ eventId: `rat-${count}`, cameraId: `cam-${count}`, priority: 1 });
    }
    await city.pass(1_000);
    // Composing a screen looks up the camera of each tile.
    const lookedUp = vi.spyOn(city, 'lookUpCamera');
    for (let count = 0; count < 40; count += 1) {
      burst.requestSpotlight({ eventId: `rat-${count}`, cameraId: `cam-${count}`, priority: 1 });
    }
    expect(lookedUp).not.toHaveBeenCalled();
    burst.close();
    await city.wall.close();
  });
});
