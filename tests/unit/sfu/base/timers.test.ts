import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSilenceTimer, startTimer, watchSilence } from '../../../../src-sfu/base/timers.ts';

const day = 24 * 3_600_000;

describe('timers of the hub', () => {
  let stoodStillMs: number;
  beforeEach(() => {
    vi.useFakeTimers();
    stoodStillMs = 0;
    const running = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => running() + stoodStillMs);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it.each([0, -5, 1, 1_000, 24 * day, 25 * day, 100 * day])(
    'fires once after %d ms, and not before',
    (ms) => {
      const work = vi.fn();
      const set = vi.spyOn(globalThis, 'setTimeout');
      startTimer(work, ms);
      vi.advanceTimersByTime(Math.max(0, ms - 1));
      if (ms > 1) expect(work).not.toHaveBeenCalled();
      vi.advanceTimersByTime(3);
      vi.advanceTimersByTime(day);
      expect(work).toHaveBeenCalledOnce();
      for (const [, delayMs] of set.mock.calls) expect(delayMs).toBeLessThan(2 ** 31);
    },
  );

  it('never fires at once for a date that is years away, nor for one without end', () => {
    const work = vi.fn();
    const timers = [startTimer(work, 400 * day), startTimer(work, Infinity)];
    vi.advanceTimersByTime(399 * day);
    expect(work).not.toHaveBeenCalled();
    for (const timer of timers) timer.cancel();
    vi.advanceTimersByTime(400 * day);
    expect(work).not.toHaveBeenCalled();
  });

  it('takes no notice of a date that is set', () => {
    const work = vi.fn();
    startTimer(work, 10_000);
    vi.setSystemTime(Date.now() - 3 * day);
    vi.advanceTimersByTime(10_001);
    expect(work).toHaveBeenCalledOnce();
  });

  it('waits, after the hub stood still, until what came meanwhile was read', () => {
    const work = vi.fn();
    startSilenceTimer(work, 1_000);
    const other = startSilenceTimer(work, 1_000);
    stoodStillMs = 5_000;
    vi.advanceTimersByTime(1_001);
    expect(work).not.toHaveBeenCalled();
    // One of them was heard.
    other.cancel();
    vi.advanceTimersByTime(260);
    expect(work).toHaveBeenCalledOnce();
  });

  it('reports once how long the hub stood still', () => {
    const looks: number[] = [];
    const watch = watchSilence(250, (ms) => void looks.push(Math.round(ms)));
    vi.advanceTimersByTime(500);
    stoodStillMs = 3_000;
    vi.advanceTimersByTime(500);
    expect(looks).toEqual([0, 0, 3_000, 0]);
    watch.cancel();
    vi.advanceTimersByTime(1_000);
    expect(looks).toHaveLength(4);
  });
});
