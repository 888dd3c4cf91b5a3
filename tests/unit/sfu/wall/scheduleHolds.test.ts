import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Programme, ScheduleEntry } from '../../../../src-shared/wall/wallLibrary.ts';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';
import { holdMs } from '../../../../src-sfu/features/wall/screenHolds.ts';
import { createWallHandlers } from '../../../../src-sfu/features/wall/wall.handlers.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { quickTour, WallCity } from './wallCity.ts';

const programme = (id: string): Programme => ({ id, name: id, layout: '4', settings: quickTour });
/** Every day at this minute; the city's clock begins at minute 600. */
const daily = (id: string, fromMinute: number, screenId = 'main'): ScheduleEntry => ({
  id,
  screenId,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  fromMinute,
  shows: { type: 'programme', id },
});

/** A desk of this role, as handlers see it. */
function desk(role: Role): SurfaceContext {
  const principal: Principal = {
    kind: 'person',
    accountId: role,
    name: role,
    role,
    scope: wholeCity,
    sessionId: role,
    device: '',
    address: '',
  };
  return { connectionId: role, identity: { surface: 'desk', principal, role } } as SurfaceContext;
}

describe('a screen that a supervisor holds', () => {
  let city: WallCity;
  let handlers: ReturnType<typeof createWallHandlers>;
  let commands = 0;
  const common = () => ({ commandId: `held-${(commands += 1)}` });
  const saveSchedule = (role: Role, schedule: ScheduleEntry[]) =>
    handlers['wall:saveSchedule'](desk(role), { ...common(), schedule });
  const command = (role: Role, screenId = 'main') =>
    handlers['wall:showSaved'](desk(role), { ...common(), screenId, type: 'programme', id: 'held' });
  const chosen = (screenId = 'main') => city.wall.snapshot(screenId).chosen?.id;

  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_020_000 });
    city = new WallCity();
    await city.start();
    city.openScreen('left', 'left');
    handlers = createWallHandlers(city.wall);
    for (const id of ['held', 'schools', 'noon']) {
      await city.wall.saveProgramme({ ...common(), programme: programme(id) }, 'officer');
    }
  });
  afterEach(async () => {
    await city.wall.close();
    expect(city.faults).toEqual([]);
    vi.useRealTimers();
  });

  it('is not changed by a schedule that a duty officer saves, until the hold is over', async () => {
    await command('duty_officer', 'left');
    await command('supervisor');
    expect(
      await saveSchedule('duty_officer', [
        daily('schools', 480),
        { ...daily('schools', 480, 'left'), id: 'left' },
      ]),
    ).toMatchObject({
      ok: true,
    });
    expect([chosen(), chosen('left')]).toEqual(['held', 'schools']);
    await city.passMinutes(holdMs / 60_000 - 1);
    expect(chosen()).toBe('held');
    await city.passMinutes(2);
    expect(chosen()).toBe('schools');
  });

  it('is not changed by an entry that was saved before and begins during the hold', async () => {
    await saveSchedule('duty_officer', [daily('schools', 480), daily('noon', 602)]);
    await command('supervisor');
    await city.passMinutes(3);
    expect(chosen()).toBe('held');
    await city.passMinutes(4);
    expect(chosen()).toBe('noon');
  });

  it('is not let go by a schedule that a duty officer empties', async () => {
    await saveSchedule('supervisor', [daily('schools', 480)]);
    await command('supervisor');
    await saveSchedule('duty_officer', []);
    await saveSchedule('duty_officer', [daily('schools', 480)]);
    expect(chosen()).toBe('held');
  });

  it('is changed at once by a schedule that a supervisor saves', async () => {
    await command('supervisor');
    await saveSchedule('supervisor', [daily('schools', 480)]);
    expect(chosen()).toBe('schools');
  });

  it('is nothing that a duty officer can make', async () => {
    await command('duty_officer');
    await saveSchedule('duty_officer', [daily('schools', 480)]);
    expect(chosen()).toBe('schools');
  });
});
