import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseSteps } from '../../../src-sim/sites/demoCase.ts';
import { makeAlertKey, postAlerts } from '../../support/alertSender.ts';
import {
  eventually,
  registerCity,
  startHubProcess,
  startProcess,
  startSimulatorProcess,
  temporaryFolder,
  type HubProcess,
  type RunningProcess,
  type SimulatorProcess,
} from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';

/** Everybody of the demo works in a tenth of the usual time; phones act every 2 s. */
const pace = '0.1';

let city: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
const people: RunningProcess[] = [];

beforeAll(async () => {
  city = await startSimulatorProcess({ settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '4' } });
  hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1', MINGCHU_DEMO_ACCOUNTS: 'true' } });
  await registerCity(hub.url, city.controlUrl);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
  const settings = {
    MINGCHU_HUB_URL: hub.url,
    MINGCHU_DATA_DIR: temporaryFolder('mingchu-case-'),
    MINGCHU_HUB_DATA_DIR: hub.dataDir,
    MINGCHU_SIM_SITES: '30',
    MINGCHU_DEMO_LEADER: 'false',
    MINGCHU_DEMO_PACE: pace,
  };
  people.push(await startProcess('src-sim/squads/index.ts', 'squads ready', settings));
  people.push(await startProcess('src-sim/sites/index.ts', 'sites ready', settings));
}, 60_000);
afterAll(async () => {
  for (const one of people) await one.stop();
  desk.close();
  await hub.stop();
  await city.stop();
});

describe('the case of the demo', () => {
  it('goes from a new alert to its end without a hand, reviewed by somebody else, with the site’s photograph', async () => {
    const directory = await desk.request('cameras:readDirectory', {});
    const camera = directory.ok ? directory.data.cameras[0] : undefined;
    const key = await makeAlertKey(hub.url);
    await postAlerts(hub.url, key, {
      alerts: [
        {
          externalId: 'case-1',
          cameraId: camera?.externalId,
          kind: 'smoking',
          occurredAt: new Date().toISOString(),
        },
      ],
    });
    const order = await eventually(
      'the order is closed',
      () =>
        desk
          .noticesOf('orders:changed')
          .flatMap(({ orders }) => orders)
          .find(({ state }) => state === 'closed'),
      60_000,
    );
    expect(order).toMatchObject({ alertId: expect.any(String) as string, createdBy: '演示值班员' });
    const found = await desk.request('findings:search', { orderId: order.orderId, limit: 5 });
    const [finding] = found.ok ? found.data.findings : [];
    expect(finding).toMatchObject({
      state: 'closed',
      foundBy: { name: '演示值班员' },
      closed: { by: { name: '演示指挥长' } },
      answer: { kind: 'corrected', by: { id: `site:${camera?.siteId}` } },
    });
    const attached = async (kind: 'order' | 'finding', id: string) => {
      const listed = await desk.request('attachments:list', { owner: { kind, id } });
      return listed.ok ? listed.data.attachments.map(({ by }) => by.kind) : [];
    };
    expect(await attached('order', order.orderId)).toContain('phone');
    expect(await attached('finding', finding?.findingId ?? '')).toContain('site');
    const { steps } = (await desk
      .request('orders:read', { orderId: order.orderId })
      .then((one) => (one.ok ? one.data : undefined))) ?? { steps: [] };
    const actions = steps.map(({ action }) => action as string);
    for (const action of ['created', 'accepted', 'enRoute', 'onScene', 'cleared', 'closed']) {
      expect(actions).toContain(action);
    }
    const alert = await desk.request('alerts:read', { alertId: order.alertId ?? '' });
    expect(alert).toMatchObject({ data: { alert: { state: 'resolved' } } });
    const listed = await desk.request('sites:listLinks', { siteId: camera?.siteId ?? '' });
    expect(listed).toMatchObject({ data: { links: [] } });
    const logged = caseSteps.filter((step) => people[1]?.output().includes(`"step":"${step}"`));
    expect(logged).toEqual([...caseSteps]);
  }, 90_000);
});
