import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hubKeys } from '../../../scripts/start/hubKey.mjs';
import { connectDemoAlerts } from '../../../scripts/start/demoAlerts.mjs';
import {
  eventually,
  registerCity,
  repositoryRoot,
  setFault,
  startHubProcess,
  startSimulatorProcess,
  temporaryFolder,
  type HubProcess,
  type SimulatorProcess,
} from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

const run = promisify(execFile);
let city: SimulatorProcess;
let hub: HubProcess;
let desk: SurfaceClient;
const settings = {
  MINGCHU_HEALTH_MAX_RUNNING: '12',
  MINGCHU_HEALTH_INTERVAL_MS: '10000',
  MINGCHU_CAMERA_OFFLINE_ALERT_MS: '0',
  MINGCHU_COVERED_PICTURE_HOURS: '0-24',
};

beforeAll(async () => {
  city = await startSimulatorProcess({ settings: { MINGCHU_SIM_SITES: '4', MINGCHU_SIM_CAMERAS: '6' } });
  hub = await startHubProcess({ settings });
  await registerCity(hub.url, city.controlUrl);
  desk = await connectSurface(hub.url);
  await desk.request('session:join', { surface: 'desk' });
});
afterAll(async () => {
  desk.close();
  await hub.stop();
  await city.stop();
});

async function control(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${city.controlUrl}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('the simulated AI platform', () => {
  it('gets its key once and reports what its cameras show, with a picture of it', async () => {
    const keyFile = `${temporaryFolder('mingchu-key-')}/key.json`;
    const connection = {
      simulatorUrl: city.controlUrl,
      hubUrl: hub.url,
      keyFile,
      withHubKey: hubKeys(hub.url, hub.dataDir),
      perMinute: 0,
      signal: AbortSignal.timeout(20_000),
    };
    await connectDemoAlerts(connection);
    await connectDemoAlerts(connection);
    const { keys } = (await (await hubFetch(`${hub.url}/api/v1/alert-keys`)).json()) as { keys: object[] };
    expect(keys).toHaveLength(1);

    await control('POST', '/alerts', { kind: 'smoking' });
    const alert = await eventually('the alert with its checked picture', () =>
      // It comes with the alert when it was checked before the notice of the alert went out.
      [...desk.noticesOf('alerts:arrived'), ...desk.noticesOf('alerts:changed')]
        .flatMap(({ alerts }) => alerts)
        .find(({ kindId, snapshot }) => kindId === 'smoking' && snapshot?.state === 'ready'),
    );
    expect(alert.place?.siteName).toBeTruthy();
    const answer = await desk.request('alerts:getSnapshot', { alertId: alert.alertId });
    const jpeg = answer.ok ? answer.data.jpeg : undefined;
    expect((await sharp(jpeg).metadata()).width).toBeGreaterThanOrEqual(640);
    expect(await control('GET', '/alerts')).toMatchObject({ taken: 1, waiting: 0 });
  });

  it('keeps what it cannot deliver until the hub is back, and says each thing once', async () => {
    const port = Number(new URL(hub.url).port);
    await hub.kill();
    await control('POST', '/alerts', { count: 40, kind: 'no_gloves' });
    expect(await control('GET', '/alerts')).toMatchObject({ waiting: 40 });
    hub = await startHubProcess({ dataDir: hub.dataDir, port, settings });
    await eventually('everything to be taken', async () => {
      const { waiting, taken } = await control('GET', '/alerts');
      return waiting === 0 && taken === 41;
    });
    desk.close();
    desk = await connectSurface(hub.url);
    await desk.request('session:join', { surface: 'desk' });
    const found = await desk.request('alerts:search', { filter: { kindIds: ['no_gloves'] }, limit: 200 });
    const counts = found.ok ? found.data.alerts.map(({ count }) => count) : [];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  });
});

describe('a camera that goes and comes back', () => {
  it('is an alert of the hub’s own, closed by itself', async () => {
    const { cameras } = (await control('GET', '/cameras')) as { cameras: { id: string }[] };
    const cameraId = cameras[0]?.id ?? '';
    await setFault(city.controlUrl, cameraId, 'refuse', { hangUp: true });
    const find = async (state: 'new' | 'resolved') => {
      const filter = { kindIds: ['camera_offline'], states: [state] };
      const found = await desk.request('alerts:search', { filter, limit: 10 });
      return found.ok ? found.data.alerts[0] : undefined;
    };
    const alert = await eventually('the alert', () => find('new'), 60_000);
    await setFault(city.controlUrl, cameraId, 'none');
    const closed = await eventually('its end', () => find('resolved'), 60_000);
    expect(closed.alertId).toBe(alert.alertId);
    expect(closed.closed).toMatchObject({ resolution: 'recovered', by: { type: 'hub' } });
  });
});

describe('a camera that somebody covers', () => {
  it('is an alert until its picture can be seen again', async () => {
    const { cameras } = (await control('GET', '/cameras')) as { cameras: { id: string }[] };
    const cameraId = cameras[1]?.id ?? '';
    const scene = (show: string) =>
      control('PUT', `/cameras/${encodeURIComponent(cameraId)}/scene`, { show });
    const find = async (state: 'new' | 'resolved') => {
      const filter = { kindIds: ['camera_covered'], states: [state] };
      const found = await desk.request('alerts:search', { filter, limit: 10 });
      return found.ok ? found.data.alerts : [];
    };
    expect(await find('new')).toEqual([]);
    await scene('black');
    const [alert] = await eventually(
      'the alert',
      async () => {
        const alerts = await find('new');
        return alerts.length > 0 ? alerts : undefined;
      },
      180_000,
    );
    expect(alert).toMatchObject({ class: 2, source: { type: 'hub' } });
    await scene('normal');
    const [closed] = await eventually(
      'its end',
      async () => {
        const alerts = await find('resolved');
        return alerts.length > 0 ? alerts : undefined;
      },
      180_000,
    );
    expect(closed?.alertId).toBe(alert?.alertId);
  }, 400_000);
});

describe('npm run alerts:keys', () => {
  it('makes, lists and revokes keys of a running hub', async () => {
    const keys = (...args: string[]) =>
      run(process.execPath, ['scripts/alertKeys.mjs', ...args, '--hub', hub.url, '--data', hub.dataDir], {
        cwd: repositoryRoot,
      });
    const made = (await keys('make', '测试平台')).stdout;
    const keyId = /key id {2}(\S+)/.exec(made)?.[1] ?? '';
    expect(made).toMatch(/secret {2}\S{40,}/);
    expect((await keys('list')).stdout).toMatch(new RegExp(`${keyId} .* 2000 alerts/s +测试平台`));
    await keys('revoke', keyId);
    expect((await keys('list')).stdout).toMatch(new RegExp(`${keyId} .* revoked`));
    await expect(keys('revoke', 'ak_none')).rejects.toMatchObject({ code: 3 });
  });
});
