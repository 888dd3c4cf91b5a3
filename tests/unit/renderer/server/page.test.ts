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
});
