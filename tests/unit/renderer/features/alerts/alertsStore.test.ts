import { describe, expect, it } from 'vitest';
import {
  createAlertsStore,
  resetAlerts,
  takeAlerts,
} from '../../../../../src-renderer/features/alerts/alertsStore.ts';
import type { Alert } from '../../../../../src-shared/alerts/alertView.ts';

const alert = (revision: number, state: Alert['state'] = 'new', alertId = 'a'): Alert =>
  ({ alertId, revision, state, class: 2, raisedAtMs: 0 }) as Alert;

describe('the desk’s alerts', () => {
  it('are those that the hub sent last: an older message never replaces a newer one', () => {
    const store = createAlertsStore();
    takeAlerts(store, [alert(1)]);
    takeAlerts(store, [alert(3, 'acknowledged')]);
    takeAlerts(store, [alert(2)]);
    expect(store.getState().open.get('a')?.state).toBe('acknowledged');
  });

  it('leave when they are closed, and a late word does not bring them back; what is shown stays to be read', () => {
    const store = createAlertsStore();
    takeAlerts(store, [alert(1)]);
    store.setState({ chosenId: 'a' });
    takeAlerts(store, [alert(4, 'resolved')]);
    takeAlerts(store, [alert(3, 'acknowledged')]);
    expect(store.getState().open.size).toBe(0);
    expect(store.getState().chosenId).toBe('a');
  });

  it('are taken again as a whole after a reconnect, whatever was closed before', () => {
    const store = createAlertsStore();
    takeAlerts(store, [alert(4, 'resolved'), alert(1, 'new', 'b')]);
    resetAlerts(store, { kinds: [], open: [alert(2)], counts: {} as never });
    expect([...store.getState().open.keys()]).toEqual(['a']);
  });
});
