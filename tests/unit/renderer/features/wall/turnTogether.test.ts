import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTurnTogether } from '../../../../../src-renderer/features/wall/turnTogether.ts';
import type { WallSnapshot } from '../../../../../src-shared/wall/wall.protocol.ts';

describe('a screen that is to turn with the others', () => {
  /** How far the hub's clock is ahead of this machine's. */
  let offsetMs = 0;
  let shown: { page: number; atMs: number }[] = [];
  const hubNowMs = (): number => Date.now() + offsetMs;
  const turns = createTurnTogether({
    show: (wall) => shown.push({ page: wall.revision, atMs: hubNowMs() }),
    nowMs: hubNowMs,
  });
  const page = (number: number, showAtMs?: number): WallSnapshot =>
    ({ revision: number, ...(showAtMs === undefined ? {} : { showAtMs }) }) as WallSnapshot;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    offsetMs = 5_000;
    shown = [];
  });
  afterEach(() => {
    turns.drop();
    vi.useRealTimers();
  });

  it('waits for the moment in the hub’s clock, whatever its own clock says', () => {
    turns.take(page(1, 1_005_200));
    vi.advanceTimersByTime(199);
    expect(shown).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(shown).toEqual([{ page: 1, atMs: 1_005_200 }]);
  });

  it.each([
    ['names no moment', undefined],
    ['comes late', 1_004_000],
    ['comes at its moment', 1_005_000],
    ['names a moment far ahead', 1_006_001],
    ['names no time at all', Number.NaN],
  ])('shows at once what %s', (_what, showAtMs) => {
    turns.take(page(1, showAtMs));
    expect(shown).toEqual([{ page: 1, atMs: 1_005_000 }]);
  });

  it('shows only the newest of what waits', () => {
    turns.take(page(1, 1_005_200));
    turns.take(page(2, 1_005_200));
    vi.advanceTimersByTime(1_000);
    expect(shown.map((one) => one.page)).toEqual([2]);
  });

  it('shows an event at once also while a turn waits, and not the turn after it', () => {
    turns.take(page(1, 1_005_200));
    turns.take(page(2));
    vi.advanceTimersByTime(1_000);
    expect(shown).toEqual([{ page: 2, atMs: 1_005_000 }]);
  });

  it('waits no longer when a clock is set meanwhile', () => {
    turns.take(page(1, 1_005_200));
    offsetMs = -3_600_000;
    vi.advanceTimersByTime(200);
    expect(shown.map((one) => one.page)).toEqual([1]);
  });

  it('does not show what waited after a snapshot', () => {
    turns.take(page(1, 1_005_200));
    turns.drop();
    vi.advanceTimersByTime(1_000);
    expect(shown).toEqual([]);
  });
});
