import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  PositionSharing,
  type SharingState,
} from '../../../../../src-renderer/features/field/positionSharing.ts';
import type { Place } from '../../../../../src-renderer/features/field/positionRate.ts';

/** A phone whose browser measures, refuses and falls silent as a test says. */
function phone(permission: 'granted' | 'denied' | 'prompt' | 'unknown' = 'unknown') {
  const watches = new Map<number, { found: PositionCallback; failed: PositionErrorCallback }>();
  const states: SharingState[] = [];
  const places: Place[] = [];
  const returns: (() => void)[] = [];
  const world = { permission };
  let begun = 0;
  const sharing = new PositionSharing({
    geolocation: {
      watchPosition(found, failed) {
        begun += 1;
        watches.set(begun, { found, failed: failed as PositionErrorCallback });
        return begun;
      },
      clearWatch: (id) => void watches.delete(id),
    },
    permission: () =>
      Promise.resolve(world.permission === 'unknown' ? undefined : { state: world.permission }),
    onReturn: (listener) => void returns.push(listener),
    nowMs: () => Date.now(),
    runningMs: () => performance.now(),
    onPlace: (place) => void places.push(place),
    onState: (state) => void states.push(state),
  });
  return {
    sharing,
    states,
    places,
    world,
    watches: () => watches.size,
    begun: () => begun,
    last: () => states.at(-1)?.state,
    comeBack: () => returns.forEach((listener) => listener()),
    measure(latitude: number) {
      const coords = { latitude, longitude: 114, accuracy: 5, heading: null, speed: null };
      for (const { found } of [...watches.values()]) found({ coords } as GeolocationPosition);
    },
    async refuse(code = 1) {
      for (const { failed } of [...watches.values()]) failed({ code } as GeolocationPositionError);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('the position of a phone', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked for again when the page is back, and when the watch says nothing more', async () => {
    const { sharing, begun, watches, comeBack, measure, places } = phone();
    sharing.start();
    measure(29);
    comeBack();
    expect(begun()).toBe(2);
    expect(watches(), 'one watch at a time').toBe(1);
    measure(30);
    expect(places).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(begun()).toBeGreaterThanOrEqual(4);
    expect(watches()).toBe(1);
    measure(31);
    expect(places).toHaveLength(2);
    sharing.stop();
    comeBack();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(watches()).toBe(0);
  });

  it('is left alone while it comes', async () => {
    const { sharing, begun, measure } = phone();
    sharing.start();
    for (let second = 0; second < 60; second += 1) {
      measure(29);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(begun()).toBe(1);
  });

  it.each([
    ['denied', 'denied'],
    ['granted', 'unavailable'],
    ['prompt', 'unavailable'],
    ['unknown', 'unavailable'],
  ] as const)('refused once with a permission that is %s is %s', async (permission, state) => {
    const { sharing, refuse, last } = phone(permission);
    sharing.start();
    await refuse();
    expect(last()).toBe(state);
  });

  it('is denied after two refusals where the browser does not say, and shared again once it is measured', async () => {
    const { sharing, refuse, last, measure } = phone();
    sharing.start();
    await refuse();
    sharing.touched();
    await refuse();
    expect(last()).toBe('denied');
    sharing.touched();
    measure(29);
    expect(last()).toBe('on');
  });

  it.each([2, 3])('that is not found for a moment (error %d) is never denied', async (code) => {
    const { sharing, refuse, last, watches } = phone('denied');
    sharing.start();
    for (let count = 0; count < 5; count += 1) await refuse(code);
    expect(last()).toBe('unavailable');
    expect(watches(), 'the browser’s watch goes on').toBe(1);
  });
});
