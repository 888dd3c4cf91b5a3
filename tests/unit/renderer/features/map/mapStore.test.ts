import { describe, expect, it } from 'vitest';
import {
  createMapStore,
  takeAlerts,
  takeOpenAlerts,
  takeSites,
} from '../../../../../src-renderer/features/map/mapStore.ts';
import { alertAt, site } from './mapBuilders.ts';

describe("the map's store", () => {
  it('keeps open alerts, and removes those that are closed', () => {
    const store = createMapStore();
    takeOpenAlerts(store, [alertAt('a', 1), alertAt('b', 2, { state: 'resolved' })]);
    expect([...store.getState().alerts.keys()]).toEqual(['alert-a-1']);
    takeAlerts(store, [alertAt('c', 3), alertAt('a', 1, { state: 'false_alarm', revision: 2 })]);
    expect([...store.getState().alerts.keys()]).toEqual(['alert-c-3']);
  });

  it('is not led back by an older message', () => {
    const store = createMapStore();
    takeAlerts(store, [alertAt('a', 1, { revision: 5, state: 'acknowledged' })]);
    takeAlerts(store, [alertAt('a', 1, { revision: 4 })]);
    expect(store.getState().alerts.get('alert-a-1')?.state).toBe('acknowledged');
  });

  it('has no site that the registry has no more', () => {
    const store = createMapStore();
    takeSites(store, [site('a'), site('b')]);
    takeSites(store, [site('b')]);
    expect([...store.getState().sites.keys()]).toEqual(['b']);
  });
});
