import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventually,
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../../support/processes.ts';
import { joinAs } from './wallHub.ts';
import { hubFetch } from '../../support/testAccount.ts';

describe('a tour over a real city', () => {
  let simulator: SimulatorProcess;
  let hub: HubProcess;
  beforeAll(async () => {
    simulator = await startSimulatorProcess();
    hub = await startHubProcess({ settings: { MINGCHU_WALL_TOUR: 'true', MINGCHU_LINGER_MS: '0' } });
    await registerCity(hub.url, simulator.controlUrl);
  });
  afterAll(async () => {
    await hub.stop();
    await simulator.stop();
  });

  /** Streams that run or try to. */
  const running = async (): Promise<number> => {
    const text = await (await hubFetch(`${hub.url}/metrics`)).text();
    const counts = [...text.matchAll(/^mingchu_camera_streams\{state="(\w+)"\} (\d+)/gm)];
    expect(counts.length).toBeGreaterThan(0);
    return counts.reduce((sum, [, state, count]) => sum + (state === 'idle' ? 0 : Number(count)), 0);
  };

  it('runs its next page’s streams while a screen shows it or a desk is open, and none for nobody', async () => {
    expect(await running()).toBe(0);
    for (const surface of ['wall', 'desk'] as const) {
      const client = await joinAs(hub, surface);
      expect(client.snapshot.wall?.upcoming).toHaveLength(16);
      await eventually(`16 streams run for the ${surface}`, async () => (await running()) === 16);
      client.close();
      await eventually('all of them stop', async () => (await running()) === 0);
    }
  });
});
