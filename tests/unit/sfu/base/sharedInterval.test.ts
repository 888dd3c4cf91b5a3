import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSharedInterval } from '../../../../src-sfu/base/sharedInterval.ts';

beforeEach(() => void vi.useFakeTimers());

describe('a shared interval', () => {
  it('calls each work once in an interval, in pieces of about the same size', () => {
    const interval = createSharedInterval(400, 4);
    const calls = Array.from({ length: 8 }, () => 0);
    const together: number[] = [];
    for (const index of calls.keys()) interval.join(() => (calls[index] = (calls[index] ?? 0) + 1));
    for (let tick = 1; tick <= 4; tick += 1) {
      vi.advanceTimersByTime(100);
      together.push(calls.reduce((sum, one) => sum + one, 0));
    }
    expect(together).toEqual([2, 4, 6, 8]);
    vi.advanceTimersByTime(4_000);
    expect(calls).toEqual(Array.from({ length: 8 }, () => 11));
  });

  it('keeps no timer when the last one has left, and begins again', () => {
    const interval = createSharedInterval(100);
    const work = vi.fn();
    const leave = [interval.join(work), interval.join(work)];
    vi.advanceTimersByTime(100);
    for (const one of leave) {
      one();
      one();
    }
    expect([work.mock.calls.length, vi.getTimerCount()]).toEqual([2, 0]);
    interval.join(work);
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('goes on for the others when one leaves in its own turn', () => {
    const interval = createSharedInterval(100);
    const other = vi.fn();
    const leave = interval.join(() => leave());
    interval.join(other);
    vi.advanceTimersByTime(300);
    expect(other).toHaveBeenCalledTimes(3);
  });
});
