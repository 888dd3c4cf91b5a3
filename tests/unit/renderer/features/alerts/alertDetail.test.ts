import { describe, expect, it, vi } from 'vitest';
import { followAlertDetail } from '../../../../../src-renderer/features/alerts/alertDetail.ts';
import { createAlertsStore, takeAlerts } from '../../../../../src-renderer/features/alerts/alertsStore.ts';
import { refuse, type Ack } from '../../../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../../../src-shared/protocol/index.ts';
import { alertOf } from './alertBuilders.ts';

type Read = Ack<OutputOf<'alerts:read'>>;

/** The detail of a desk whose hub answers when the test says so. */
function detail() {
  const alerts = createAlertsStore();
  const reads: { alertId: string; answer(read: Read): void }[] = [];
  const dropped: string[] = [];
  const cameras: string[] = [];
  let urls = 0;
  const followed = followAlertDetail(alerts, {
    read: (alertId) => new Promise((resolve) => reads.push({ alertId, answer: resolve })),
    getSnapshot: () => Promise.resolve({ ok: true, data: { state: 'ready', jpeg: new Uint8Array([1]) } }),
    makeUrl: () => `blob:${++urls}`,
    dropUrl: (url) => void dropped.push(url),
    onCamera: (_alertId, cameraId) => void cameras.push(cameraId),
  });
  return { alerts, reads, dropped, cameras, state: () => followed.store.getState() };
}

const answerOf = (alertId: string, changes = {}): Read => ({
  ok: true,
  data: { alert: alertOf(alertId, changes), history: [], occurrences: [] },
});

describe('the detail of the chosen alert', () => {
  it('is read when it is chosen, with its picture and its camera', async () => {
    const { alerts, reads, cameras, state } = detail();
    takeAlerts(alerts, [alertOf('a')]);
    alerts.setState({ chosenId: 'a' });
    reads[0]?.answer(answerOf('a'));
    await vi.waitFor(() => expect(state().picture).toEqual({ state: 'ready', url: 'blob:1' }));
    expect(cameras).toEqual(['camera-1']);
  });

  it('is read again when the alert changed, and only then', () => {
    const { alerts, reads } = detail();
    takeAlerts(alerts, [alertOf('a'), alertOf('b')]);
    alerts.setState({ chosenId: 'a' });
    takeAlerts(alerts, [alertOf('b', { revision: 2 })]);
    expect(reads).toHaveLength(1);
    takeAlerts(alerts, [alertOf('a', { revision: 2 })]);
    takeAlerts(alerts, [alertOf('a', { revision: 3, state: 'resolved' })]);
    expect(reads).toHaveLength(3);
  });

  it('never shows the late answer about an alert that was left', async () => {
    const { alerts, reads, state } = detail();
    takeAlerts(alerts, [alertOf('a'), alertOf('b')]);
    alerts.setState({ chosenId: 'a' });
    alerts.setState({ chosenId: 'b' });
    reads[1]?.answer(answerOf('b'));
    reads[0]?.answer(answerOf('a'));
    await vi.waitFor(() => expect(state().read?.alert.alertId).toBe('b'));
    expect(state().alertId).toBe('b');
  });

  it('gives the picture up when another is chosen', async () => {
    const { alerts, reads, dropped, state } = detail();
    alerts.setState({ chosenId: 'a' });
    reads[0]?.answer(answerOf('a'));
    await vi.waitFor(() => expect(state().picture.state).toBe('ready'));
    alerts.setState({ chosenId: undefined });
    expect(dropped).toEqual(['blob:1']);
    expect(state().picture).toEqual({ state: 'loading' });
  });

  it('says why it could not be read, and tries again with the next word of the hub', async () => {
    const { alerts, reads, state } = detail();
    takeAlerts(alerts, [alertOf('a')]);
    alerts.setState({ chosenId: 'a' });
    reads[0]?.answer(refuse('unavailable', 'The hub is not connected.', { reason: 'session.not_connected' }));
    await vi.waitFor(() => expect(state().problem).toBe('The hub is not connected.'));
    takeAlerts(alerts, [alertOf('b')]);
    expect(reads).toHaveLength(2);
  });
});
