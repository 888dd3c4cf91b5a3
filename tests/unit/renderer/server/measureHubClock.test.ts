import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubClock } from '../../../../src-renderer/server/hubClock.ts';
import type { HubLink } from '../../../../src-renderer/server/hubLink.ts';
import { measureHubClock } from '../../../../src-renderer/server/measureHubClock.ts';

describe('measuring the hub’s clock', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => vi.useRealTimers());

  const hub = { aheadMs: 70_000, thereMs: 3, backMs: 5, isAway: false, asked: 0 };
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const request = (async () => {
    hub.asked += 1;
    if (hub.isAway) return { ok: false, code: 'unavailable', message: '' };
    await wait(hub.thereMs);
    const nowMs = Date.now() + hub.aheadMs;
    await wait(hub.backMs);
    return { ok: true, data: { nowMs } };
  }) as unknown as HubLink['request'];

  it('finds it within half a round trip, and again after it was set, and ends', async () => {
    const clock = new HubClock();
    clock.set(1_069_400, 1_000_000);
    const end = measureHubClock({ request }, clock);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(Math.abs(clock.toHubMs(0) - 70_000)).toBeLessThanOrEqual(1);

    hub.isAway = true;
    await vi.advanceTimersByTimeAsync(20_000);
    hub.isAway = false;
    hub.aheadMs = 3_000;
    await vi.advanceTimersByTimeAsync(16_000);
    expect(Math.abs(clock.toHubMs(0) - 3_000)).toBeLessThanOrEqual(1);

    end();
    const before = hub.asked;
    await vi.advanceTimersByTimeAsync(100_000);
    expect(hub.asked).toBe(before);
    expect(before).toBeLessThan(10);
  });
});
