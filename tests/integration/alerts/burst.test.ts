import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { makeAlertKey, postAlerts, report } from '../../support/alertSender.ts';
import { startHubProcess, temporaryFolder, type HubProcess } from '../../support/processes.ts';
import { connectSurface } from '../../support/surfaceClient.ts';

const alerts = 1_500;
const atOnce = 50;
const kinds = ['smoking', 'no_hat', 'no_mask', 'rat'];

it('loses and doubles nothing when the hub is killed in the middle of a burst, and the sender repeats', async () => {
  const dataDir = temporaryFolder('mingchu-alerts-');
  let hub: HubProcess = await startHubProcess({ dataDir });
  const port = Number(new URL(hub.url).port);
  const key = await makeAlertKey(hub.url);
  const answered = new Map<string, string>();
  let next = 0;
  let repeats = 0;

  const sender = async (): Promise<void> => {
    for (;;) {
      const number = next;
      next += 1;
      if (number >= alerts) return;
      const body = report({
        externalId: `burst-${number}`,
        kind: kinds[number % kinds.length],
        cameraId: `camera-${number % 200}`,
      });
      for (;;) {
        const response = await postAlerts(`http://127.0.0.1:${port}`, key, body).catch(() => undefined);
        if (response?.status === 202) {
          const { results } = (await response.json()) as { results: { alertId: string }[] };
          answered.set(`burst-${number}`, results[0]?.alertId ?? '');
          break;
        }
        if (response !== undefined) throw new Error(`answered ${response.status}: ${await response.text()}`);
        repeats += 1;
        await delay(50);
      }
    }
  };

  const senders = Array.from({ length: atOnce }, sender);
  for (const share of [0.25, 0.6]) {
    while (answered.size < alerts * share) await delay(5);
    await hub.kill();
    hub = await startHubProcess({ dataDir, port });
  }
  await Promise.all(senders);
  expect(repeats).toBeGreaterThan(0);
  await hub.kill();

  // What was answered 202 is there after yet another kill, each counted to the alert it was answered with, once.
  hub = await startHubProcess({ dataDir, port });
  const desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const counted = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await desk.request('alerts:search', {
      filter: {},
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) throw new Error(page.message);
    for (const { alertId, count } of page.data.alerts) counted.set(alertId, count);
    cursor = page.data.next;
  } while (cursor !== undefined);
  const expected = new Map<string, number>();
  for (const alertId of answered.values()) expected.set(alertId, (expected.get(alertId) ?? 0) + 1);
  expect(answered.size).toBe(alerts);
  expect(counted).toEqual(expected);
  desk.close();
  await hub.stop();
});
