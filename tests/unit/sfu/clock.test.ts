import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../src-sfu/base/clock.ts';

const day = 24 * 3_600_000;
const start = Date.UTC(2026, 10, 20, 8);

/** A machine whose date a test sets. */
function machine() {
  const world = { runningMs: 5_000, aheadMs: 0 };
  const clock = createClock({
    wallMs: () => start + world.runningMs + world.aheadMs,
    runningMs: () => world.runningMs,
  });
  const steps: number[] = [];
  clock.onStepped((ms) => void steps.push(ms));
  return { world, clock, steps };
}

describe('the clocks of a hub', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are one clock until somebody sets the date', () => {
    const { world, clock, steps } = machine();
    world.runningMs += 40 * day;
    expect(clock.nowMs()).toBe(clock.wallMs());
    expect(clock.hasStepped()).toBe(false);
    expect(clock.toRecordMs(clock.nowMs())).toBe(clock.nowMs());
    expect(steps).toEqual([]);
  });

  it.each([3 * day, -3 * day, 400 * day, 2_000, -2_000])(
    'run on over a date that is set by %d ms; records have the new one',
    (stepMs) => {
      const { world, clock, steps } = machine();
      const before = clock.nowMs();
      world.runningMs += 1_000;
      world.aheadMs += stepMs;
      expect(clock.nowMs()).toBe(before + 1_000);
      expect(steps).toEqual([stepMs]);
      expect(clock.toRecordMs(clock.nowMs())).toBe(clock.wallMs());
      expect(clock.toRecordMs(before), 'what is older keeps its date').toBe(before);
      // Ages stay right for whoever shows it.
      expect(clock.toShownMs(clock.nowMs()) - clock.toShownMs(before)).toBe(1_000);
    },
  );

  it('notice a step without being asked', async () => {
    const { world, steps } = machine();
    world.aheadMs -= 3 * day;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(steps).toEqual([-3 * day]);
  });

  it('follow a date that is only slewed, without a word', () => {
    const { world, clock, steps } = machine();
    world.runningMs += 1_000;
    world.aheadMs = 3 * day;
    clock.nowMs();
    for (let count = 0; count < 100; count += 1) {
      world.runningMs += 1_000;
      world.aheadMs += 20;
      clock.nowMs();
    }
    expect(steps).toEqual([3 * day]);
    expect(clock.toRecordMs(clock.nowMs())).toBe(clock.wallMs());
  });

  it.each([3 * day, -3 * day])(
    'find a record by its time after a step of %d ms, though the clocks tell whole milliseconds',
    (stepMs) => {
      const { world, clock } = machine();
      world.runningMs += 1_000;
      world.aheadMs = stepMs;
      const recordMs = clock.toRecordMs(clock.nowMs());
      for (const jitterMs of [1, -1, 0, 1]) {
        const ownMs = clock.toOwnMs(recordMs);
        world.runningMs += 1_000;
        world.aheadMs = stepMs + jitterMs;
        expect(clock.toRecordMs(ownMs)).toBe(recordMs);
      }
    },
  );

  it('never run backwards, and read every record of theirs back, whatever is done to the date', () => {
    const passing = fc.record({
      runMs: fc.integer({ min: 0, max: 600_000 }),
      stepMs: fc.constantFrom(0, 0, 3 * day, -3 * day, 10 * day, -10 * day),
    });
    fc.assert(
      fc.property(fc.array(passing, { maxLength: 12 }), (passings) => {
        const { world, clock } = machine();
        let last = clock.nowMs();
        const records: { own: number; record: number }[] = [];
        for (const { runMs, stepMs } of passings) {
          world.runningMs += runMs;
          world.aheadMs += stepMs;
          const own = clock.nowMs();
          expect(own).toBe(last + runMs);
          last = own;
          const record = clock.toRecordMs(own);
          expect(record).toBe(clock.wallMs());
          expect(clock.toOwnMs(record), 'the newest record').toBe(own);
          records.push({ own, record });
        }
        // Where the date came to the same day twice the newer is meant; all others are read as they were.
        for (const { own, record } of records) {
          const read = clock.toOwnMs(record);
          if (read !== own) expect(clock.toRecordMs(read)).toBe(record);
        }
      }),
    );
  });

  it.each([3 * day, -3 * day])(
    'read a deadline that was recorded before the date was set by %d ms',
    (stepMs) => {
      const { world, clock } = machine();
      const deadline = clock.nowMs() + 600_000;
      const record = clock.toRecordMs(deadline);
      world.runningMs += 60_000;
      world.aheadMs += stepMs;
      clock.nowMs();
      expect(clock.toOwnMs(record)).toBe(deadline);
    },
  );
});
