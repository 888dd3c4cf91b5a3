import fc from '../../support/properties.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, type ClockPast } from '../../../src-sfu/base/clock.ts';

const day = 24 * 3_600_000;
const start = Date.UTC(2026, 10, 20, 8);

/** A machine whose date a test sets. */
function machine(world = { runningMs: 5_000, aheadMs: 0 }, past?: ClockPast) {
  const clock = createClock(
    {
      wallMs: () => start + world.runningMs + world.aheadMs,
      runningMs: () => world.runningMs,
    },
    past,
  );
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

  describe('after a restart', () => {
    /** The hub of a machine ends, and `passedMs` later another one starts there. */
    const restart = (
      { world, clock }: ReturnType<typeof machine>,
      { passedMs, stepMs }: { passedMs: number; stepMs: number },
    ): ReturnType<typeof machine> => {
      const past = { ...clock.past(), passedMs };
      clock.close();
      return machine({ runningMs: world.runningMs + passedMs, aheadMs: world.aheadMs + stepMs }, past);
    };

    it.each([3 * day, -3 * day, 400 * day])(
      'know the age of a record although the date was set by %d ms meanwhile',
      (stepMs) => {
        const first = machine();
        const recordMs = first.clock.toRecordMs(first.clock.nowMs());
        first.world.runningMs += 5_000;
        const { clock } = restart(first, { passedMs: 10_000, stepMs });
        expect(clock.stepBeforeStartMs).toBe(stepMs);
        expect(clock.nowMs() - clock.toOwnMs(recordMs)).toBe(15_000);
        expect(clock.toRecordMs(clock.nowMs())).toBe(clock.wallMs());
      },
    );

    it.each([
      [3 * day, 2 * day],
      [3 * day, -5 * day],
      [-3 * day, 40 * day],
      [-3 * day, -3 * day],
    ])('know it over steps of %d ms while it ran and %d ms while it did not', (stepMs, offStepMs) => {
      const first = machine();
      const recordMs = first.clock.toRecordMs(first.clock.nowMs());
      first.world.runningMs += 5_000;
      first.world.aheadMs += stepMs;
      const laterMs = first.clock.toRecordMs(first.clock.nowMs());
      const second = restart(first, { passedMs: 10_000, stepMs: offStepMs });
      const third = restart(second, { passedMs: 20_000, stepMs: 0 });
      expect(third.clock.stepBeforeStartMs).toBe(0);
      expect(third.clock.nowMs() - third.clock.toOwnMs(recordMs)).toBe(35_000);
      expect(third.clock.nowMs() - third.clock.toOwnMs(laterMs)).toBe(30_000);
    });

    it('are one clock where nobody set the date, however long it was off', () => {
      const { clock } = restart(machine(), { passedMs: 20 * day, stepMs: 40 });
      expect(clock.stepBeforeStartMs).toBe(0);
      expect(clock.hasStepped()).toBe(false);
    });
  });

  it('cut a period where the date was set, so that the records of each part are found by their dates', () => {
    const { world, clock } = machine();
    const firstMs = clock.nowMs();
    expect(clock.parts(firstMs, Infinity)).toEqual([{ fromMs: firstMs, toMs: Infinity }]);
    world.runningMs += 10_000;
    world.aheadMs = -3 * day;
    const secondMs = clock.nowMs();
    world.runningMs += 10_000;
    const parts = clock.parts(firstMs - 1_000, clock.nowMs());
    expect(parts).toEqual([
      { fromMs: firstMs - 1_000, toMs: secondMs - 1 },
      { fromMs: secondMs, toMs: clock.nowMs() },
    ]);
    for (const { fromMs, toMs } of parts)
      expect(clock.toRecordMs(toMs)).toBeGreaterThan(clock.toRecordMs(fromMs));
    expect(clock.fromShownMs(clock.toShownMs(firstMs))).toBe(firstMs);
  });
});
