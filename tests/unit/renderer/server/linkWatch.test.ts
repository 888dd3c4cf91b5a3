import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinkWatch } from '../../../../src-renderer/server/linkWatch.ts';

describe('the watch over a connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A hub that answers after `answerMs`, or never. */
  function watchHub(answerMs: () => number | undefined) {
    const asked: number[] = [];
    const silent: number[] = [];
    const nowMs = (): number => Date.now() - beganMs;
    const beganMs = Date.now();
    const watch = new LinkWatch({
      nowMs,
      onSilent: () => void silent.push(nowMs()),
      ask: (timeoutMs) => {
        asked.push(nowMs());
        const takesMs = answerMs();
        const isInTime = takesMs !== undefined && takesMs <= timeoutMs;
        return new Promise((resolve) => setTimeout(() => resolve(isInTime), isInTime ? takesMs : timeoutMs));
      },
    });
    return { watch, asked, silent };
  }

  it('asks once a second for as long as it is answered', async () => {
    const { watch, asked, silent } = watchHub(() => 0);
    watch.start();
    await vi.advanceTimersByTimeAsync(5_500);
    expect(asked).toHaveLength(5);
    expect(silent).toEqual([]);
  });

  it('finds silence within two and a half seconds, and says it once', async () => {
    const { watch, asked, silent } = watchHub(() => undefined);
    watch.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(silent).toEqual([2_500]);
    expect(asked).toHaveLength(1);
  });

  it('has more patience with a line that was slow before, up to four seconds', async () => {
    const answers = [900, undefined, undefined];
    const { watch, silent } = watchHub(() => answers.shift());
    watch.start();
    await vi.advanceTimersByTimeAsync(1_000 + 900 + 1_000 + 3_599);
    expect(silent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(silent).toEqual([6_500]);
    const slow = watchHub(() => (slow.asked.length === 1 ? 1_400 : undefined));
    slow.watch.start();
    await vi.advanceTimersByTimeAsync(1_000 + 1_400 + 1_000 + 4_000);
    expect(slow.silent).toEqual([7_400]);
  });

  it('does not take its own page’s standing still for silence', async () => {
    const { watch, asked, silent } = watchHub(() => (asked.length === 1 ? undefined : 0));
    watch.start();
    await vi.advanceTimersByTimeAsync(1_000);
    vi.setSystemTime(Date.now() + 30_000);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(silent).toEqual([]);
    expect(asked.length).toBeGreaterThan(1);
  });

  it('says nothing after it was stopped, and begins again when it is started', async () => {
    const { watch, asked, silent } = watchHub(() => undefined);
    watch.start();
    await vi.advanceTimersByTimeAsync(1_200);
    watch.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(silent).toEqual([]);
    expect(asked).toHaveLength(1);
    watch.start();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(silent).toHaveLength(1);
  });
});
