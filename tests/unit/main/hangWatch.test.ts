import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createArranger } from '../../../src-main/displays/arranger.ts';
import type { DisplayArea } from '../../../src-main/displays/displays.ts';
import { createHangWatch } from '../../../src-main/windows/hangWatch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a page that is asked for a sign of life', () => {
  function startWatch(silentMs?: number) {
    const page = { answers: true, hangs: [] as number[] };
    const watch = createHangWatch({
      ping: () => (page.answers ? Promise.resolve() : new Promise(() => undefined)),
      onHang: () => page.hangs.push(Date.now()),
      ...(silentMs === undefined ? {} : { silentMs }),
    });
    return { page, watch };
  }

  it('is left alone while it answers', async () => {
    const { page, watch } = startWatch();
    watch.loading();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(page.hangs).toEqual([]);
    watch.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hangs when it has answered before and is silent for 2 s, and is named once', async () => {
    const { page, watch } = startWatch();
    watch.loading();
    await vi.advanceTimersByTimeAsync(3_000);
    page.answers = false;
    await vi.advanceTimersByTimeAsync(2_400);
    expect(page.hangs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(page.hangs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(page.hangs).toHaveLength(1);
  });

  it('has time to load, and more time each time that it hangs again soon', async () => {
    const { page, watch } = startWatch();
    page.answers = false;
    watch.loading();
    await vi.advanceTimersByTimeAsync(14_900);
    expect(page.hangs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(page.hangs).toHaveLength(1);
    page.answers = true;
    watch.loading();
    await vi.advanceTimersByTimeAsync(1_000);
    page.answers = false;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(page.hangs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.hangs).toHaveLength(2);
  });

  it('at which somebody works is silent for 30 s before it hangs, however often it hung before', async () => {
    const { page, watch } = startWatch(30_000);
    for (const hangs of [1, 2]) {
      page.answers = true;
      watch.loading();
      await vi.advanceTimersByTimeAsync(3_000);
      page.answers = false;
      await vi.advanceTimersByTimeAsync(29_900);
      expect(page.hangs).toHaveLength(hangs - 1);
      await vi.advanceTimersByTimeAsync(700);
      expect(page.hangs).toHaveLength(hangs);
    }
  });

  it('is expected to say nothing while it waits for its user', async () => {
    const { page, watch } = startWatch();
    watch.loading();
    await vi.advanceTimersByTimeAsync(1_000);
    watch.pause();
    page.answers = false;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(page.hangs).toEqual([]);
  });
});

describe('the windows of a machine where nobody chose', () => {
  const display = (id: string, x: number): DisplayArea => {
    const bounds = { x, y: 0, width: 1920, height: 1080 };
    return { id, bounds, workArea: bounds };
  };

  it('come back to their displays when those are plugged in again, also in another order', async () => {
    const [one, two, three] = [display('A', 0), display('B', 1920), display('C', 3840)];
    let displays = [one, two, three];
    let changed = (): void => undefined;
    const placed: string[][] = [];
    const arranger = createArranger({
      displays: {
        read: () => Promise.resolve({ displays, primaryId: 'A' }),
        onChange: (callback) => void (changed = callback),
        close: () => undefined,
      },
      surfaces: [],
      isKiosk: () => false,
      remembered: () => [],
      place: (placements) => placed.push(placements.map(({ key, displayId }) => `${key} ${displayId}`)),
      logger: { info: () => undefined },
    });
    const become = async (next: DisplayArea[]): Promise<string[] | undefined> => {
      displays = next;
      // A switch reports itself several times.
      for (let time = 0; time < 3; time += 1) changed();
      await vi.advanceTimersByTimeAsync(500);
      return placed.at(-1);
    };
    await arranger.start();
    expect(placed).toEqual([['desk A', 'wall:main B', 'wall:screen-2 C']]);
    expect(await become([one, three])).toEqual(['desk A', 'wall:screen-2 C']);
    expect(await become([three])).toEqual(['desk C']);
    const before = placed.length;
    await become([]);
    expect(placed).toHaveLength(before);
    expect(await become([three, one, two])).toEqual(['desk A', 'wall:main B', 'wall:screen-2 C']);
    expect(arranger.placed()).toContainEqual({ surface: 'wall', screenId: 'main', display: 'B' });
    arranger.close();
  });
});
