import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import sharp from 'sharp';
import type { RegistryImport } from '../../src-shared/cameras/registryImport.ts';
import { OnvifDiscovery } from '../../src-sim/onvif/discovery.ts';
import type { OnvifDevice } from '../../src-sim/onvif/onvifDevice.ts';
import { openDesk } from '../support/deskPage.ts';
import { deviceAccount, openDevice } from '../support/onvifDevices.ts';
import { eventually, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { hubFetch } from '../support/testAccount.ts';
import { launchBrowser, openWall } from '../support/wallPage.ts';
import { singleFigure, type Bench } from './figures.ts';

const usualDevices = 50;
const longestMs = 600_000;

/**
 * `onvif.wizard.one` and `onvif.wizard.many`: from an empty list at a real desk page until the wall has shown moving pictures of every camera: search by probe,
 * select all, one password, one site, add, and the wall's own tour. The time in which a person reads and decides is not in it.
 */
export const benchOnvifWizard: Bench = async (report, progress, options) => {
  const count = options.count ?? usualDevices;
  for (const [name, devices] of [
    ['one', 1],
    ['many', count],
  ] as const) {
    const passedMs = await bringIn(devices, progress);
    report(singleFigure(`onvif.wizard.${name}`, 'ms', passedMs, devices));
  }
};

/** Milliseconds from the first press until each of so many cameras was seen on the wall. */
async function bringIn(count: number, progress: (text: string) => void): Promise<number> {
  const closers: (() => Promise<unknown> | void)[] = [];
  try {
    const simulator = await startSimulatorProcess({
      settings: { MINGCHU_SIM_SITES: String(count + 10), MINGCHU_SIM_CAMERAS: String(count) },
    });
    closers.push(() => simulator.stop());
    const registry = (await (await fetch(`${simulator.controlUrl}/registry.json`)).json()) as RegistryImport;
    const devices = await openDevices(registry, simulator, count, closers);
    const discovery = new OnvifDiscovery(() =>
      devices.map(({ settings, habits, port }) => ({ settings, habits, port })),
    );
    await discovery.open();
    closers.push(() => discovery.close());
    const hub = await startHubProcess({ settings: { MINGCHU_WALL_TOUR: 'true' } });
    closers.push(() => hub.stop());
    // The sites are known, and none of their cameras.
    const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...registry, cameras: [] }),
    });
    if (!imported.ok) throw new Error(await imported.text());
    const browser = await launchBrowser();
    closers.push(() => browser.close());
    const wall = await openWall(browser, hub.url);
    const { page } = await openDesk(browser, hub.url);
    await page.keyboard.press('Alt+4');
    await page.getByText('ONVIF 摄像头', { exact: true }).first().click();
    const search = page.locator('[data-onvif-search]');
    await search.waitFor();

    const beganMs = performance.now();
    const passed = (): string => `${Math.round(performance.now() - beganMs)} ms`;
    await search.click();
    const waiting = page.locator('[data-onvif-state="needs_password"]');
    await eventually('every camera is found', async () => (await waiting.count()) === count, longestMs);
    progress(`  ${count} found after ${passed()}`);
    await page.getByLabel('全选').check();
    await page.getByLabel('用户名').fill(deviceAccount.username);
    await page.getByLabel('密码', { exact: true }).fill(deviceAccount.password);
    await page.locator('[data-onvif-sign-in]').click();
    await page.locator('[data-done="signedIn"]').waitFor({ timeout: longestMs });
    progress(`  signed in after ${passed()}`);
    const site = registry.sites[0]?.name ?? '';
    await page.getByRole('combobox', { name: /路画面所属单位/ }).fill(site);
    await page.getByRole('option', { name: site }).first().click();
    await page.locator('[data-onvif-place]').click();
    await page.locator('[data-done="placed"]').waitFor({ timeout: longestMs });
    progress(`  in the registry after ${passed()}`);
    const seen = new Set<string>();
    await eventually(
      'every camera was seen on the wall',
      async () => {
        const before = seen.size;
        // Moving pictures; a slow machine shows some of them as key frames, which count as well.
        for (const { cameraId, framesPresented } of await wall.tiles())
          if (cameraId !== undefined && framesPresented > 0) seen.add(cameraId);
        if (seen.size > before) progress(`  ${seen.size} seen on the wall after ${passed()}`);
        return seen.size === count;
      },
      longestMs,
    ).catch((error: unknown) => {
      throw new Error(`${seen.size} of ${count} cameras were seen on the wall`, { cause: error });
    });
    return performance.now() - beganMs;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** A device for each camera of the city, at an address of its own, all with one account. */
async function openDevices(
  { cameras }: RegistryImport,
  { controlUrl, rtspUrl }: { controlUrl: string; rtspUrl: string },
  count: number,
  closers: (() => Promise<unknown> | void)[],
): Promise<OnvifDevice[]> {
  const photograph = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#406050' } })
    .jpeg()
    .toBuffer();
  const rtspPort = Number(new URL(rtspUrl).port);
  const devices: OnvifDevice[] = [];
  for (const [index, camera] of cameras.slice(0, count).entries()) {
    const host = `127.0.4.${index + 1}`;
    // The stream is asked for at the address of the device.
    const relay = await openRelay(host, rtspPort);
    const path = `${controlUrl}/cameras/${encodeURIComponent(camera.externalId)}/authentication`;
    await fetch(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scheme: 'none' }),
    });
    const { main, sub = main } = camera.streams;
    const device = await openDevice({
      host,
      name: camera.name,
      sources: [
        {
          token: 'V1',
          name: camera.name,
          streams: { main: main.url, sub: sub.url },
          hasSound: false,
          hasEar: false,
          photograph: () => Promise.resolve(photograph),
        },
      ],
    });
    devices.push(device);
    closers.push(
      () => void relay.close(),
      () => device.close(),
    );
  }
  return devices;
}

/** Passes connections at an address on to the simulator's RTSP server. */
async function openRelay(host: string, port: number): Promise<Server> {
  const relay = createServer((socket) => {
    const there = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [socket, there],
      [there, socket],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  relay.listen(port, host);
  await once(relay, 'listening');
  return relay;
}
