import { setTimeout as delay } from 'node:timers/promises';
import { OnvifDiscovery } from '../../src-sim/onvif/discovery.ts';
import type { OnvifDevice } from '../../src-sim/onvif/onvifDevice.ts';
import { openDevice } from '../support/onvifDevices.ts';
import { startHubProcess } from '../support/processes.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { figureOf, type Bench } from './figures.ts';

const usualDevices = 50;
const usualRounds = 5;
const longestMs = 20_000;

/**
 * `onvif.discovery`: from the search that a desk asks for until the hub lists all of 50 devices, each at an address of its own on one
 * network; `onvif.discovery.asked`: until it also knows how each of them stands. Every device loses the first probe, as on a busy network.
 */
export const benchOnvifDiscovery: Bench = async (report, progress, options) => {
  const count = options.count ?? usualDevices;
  const rounds = options.rounds ?? usualRounds;
  const devices: OnvifDevice[] = [];
  const found: number[] = [];
  const asked: number[] = [];
  try {
    for (let number = 1; number <= count; number += 1)
      devices.push(
        await openDevice({
          host: `127.0.3.${number}`,
          endpoint: `urn:uuid:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
        }),
      );
    const addresses = new Set(devices.map(({ settings, port }) => `${settings.host}:${port}`));
    for (let round = 0; round < rounds; round += 1) {
      const discovery = new OnvifDiscovery(() =>
        devices.map(({ settings, port }) => ({ settings, habits: { lostProbes: 1 }, port })),
      );
      await discovery.open();
      // A new hub knows none of them.
      const hub = await startHubProcess();
      const desk = await connectSurface(hub.url);
      try {
        await desk.request('session:join', { surface: 'desk' });
        const beganMs = performance.now();
        const began = await desk.request('onvif:search', { probe: true, addresses: '' });
        if (!began.ok) throw new Error(began.message);
        let foundMs: number | undefined;
        for (;;) {
          const answer = await desk.request('onvif:list', {});
          const passedMs = performance.now() - beganMs;
          const known = answer.ok ? answer.data.devices.filter(({ address }) => addresses.has(address)) : [];
          if (known.length === count) foundMs ??= passedMs;
          if (foundMs !== undefined && known.every(({ state }) => state === 'needs_password')) {
            progress(`  found after ${Math.round(foundMs)} ms, asked after ${Math.round(passedMs)} ms`);
            found.push(foundMs);
            asked.push(passedMs);
            break;
          }
          if (passedMs > longestMs) throw new Error(`only ${known.length} of ${count} devices were found`);
          await delay(20);
        }
      } finally {
        desk.close();
        discovery.close();
        await hub.stop();
      }
    }
    report(figureOf('onvif.discovery', 'ms', found));
    report(figureOf('onvif.discovery.asked', 'ms', asked));
  } finally {
    await Promise.all(devices.map((device) => device.close()));
  }
};
