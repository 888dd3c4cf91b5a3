import { describe, expect, it } from 'vitest';
import { HubClock } from '../../../../src-renderer/server/hubClock.ts';
import { VersionReload } from '../../../../src-renderer/server/versionReload.ts';

function memoryStorage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

describe('loading the page again for a hub of another version', () => {
  it('happens once for one start of the hub', () => {
    const reload = new VersionReload(memoryStorage());
    expect(reload.shouldReload(2)).toBe(true);
    expect(reload.shouldReload(2)).toBe(false);
  });

  it('happens again after the hub was away or let us in', () => {
    const storage = memoryStorage();
    new VersionReload(storage).shouldReload(2);
    const loadedAgain = new VersionReload(storage);
    expect(loadedAgain.shouldReload(2)).toBe(false);
    loadedAgain.hubChanged();
    expect(loadedAgain.shouldReload(2)).toBe(true);
  });
});

describe('the hub’s clock', () => {
  it('is this machine’s with the difference added', () => {
    const clock = new HubClock();
    clock.set(50_000, 20_000);
    expect(clock.toHubMs(20_500)).toBe(50_500);
  });

  const measured = (clock: HubClock, askedAtMs: number, roundTripMs: number, hubNowMs: number) =>
    clock.measured({ askedAtMs, answeredAtMs: askedAtMs + roundTripMs, hubNowMs });

  it('is measured: the answer that came quickest says most', () => {
    const clock = new HubClock();
    clock.set(5_400, 1_000);
    measured(clock, 1_000, 10, 5_005);
    expect(clock.toHubMs(0)).toBe(4_000);
    measured(clock, 2_000, 300, 6_280);
    expect(clock.toHubMs(0)).toBe(4_000);
    measured(clock, 3_000, 4, 7_003);
    expect(clock.toHubMs(0)).toBe(4_001);
  });

  it('follows one of the two clocks that was set, and slow drift', () => {
    const clock = new HubClock();
    measured(clock, 1_000, 4, 5_002);
    measured(clock, 2_000, 200, 66_100);
    expect(clock.toHubMs(0)).toBe(64_000);
    measured(clock, 3_000, 4, 67_002);
    measured(clock, 303_000, 6, 367_018);
    expect(clock.toHubMs(0)).toBe(64_015);
  });

  it('ignores what is no measurement', () => {
    const clock = new HubClock();
    measured(clock, 1_000, 4, 5_002);
    measured(clock, 2_000, -500, 99_000);
    measured(clock, 2_000, 30_000, 99_000);
    measured(clock, 2_000, 4, Number.NaN);
    expect(clock.toHubMs(0)).toBe(4_000);
  });

  it('does not give up what it measured for a snapshot that came slowly, but for another date', () => {
    const clock = new HubClock();
    measured(clock, 1_000, 4, 5_002);
    clock.set(6_300, 2_000);
    expect(clock.toHubMs(0)).toBe(4_000);
    clock.set(90_000, 3_000);
    expect(clock.toHubMs(0)).toBe(87_000);
  });
});
