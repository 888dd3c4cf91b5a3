import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startHubProcess, temporaryFolder, type HubProcess } from '../../support/processes.ts';
import { connectSurface } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

interface Counts {
  sites: number;
  cameras: number;
}

/** A registry of so many sites with one camera each. */
function registryOf(count: number, prefix: string): string {
  const numbers = Array.from({ length: count }, (_unused, index) => `${prefix}-${index}`);
  return JSON.stringify({
    sites: numbers.map((id) => ({
      externalId: id,
      name: `食堂 ${id}`,
      type: 'school_canteen',
      district: '咸安区',
    })),
    cameras: numbers.map((id) => ({
      externalId: `camera-${id}`,
      siteExternalId: id,
      name: '灶台',
      streams: { main: { url: `rtsp://127.0.0.1:9/${id}` } },
      username: 'mingchu',
      password: 'Geheim-Wort-1',
    })),
  });
}

function importRegistry(hub: HubProcess, body: string): Promise<Response> {
  return hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

async function countsOf(hub: HubProcess): Promise<Counts> {
  const { sites, cameras } = (await (await fetch(`${hub.url}/healthz`)).json()) as Counts;
  return { sites, cameras };
}

describe('what the hub said is saved', () => {
  it('survives kill -9 right after the answer', async () => {
    const dataDir = temporaryFolder('mingchu-durability-');
    for (let round = 1; round <= 3; round += 1) {
      const hub = await startHubProcess({ dataDir });
      expect((await importRegistry(hub, registryOf(20, `round${round}`))).status).toBe(200);
      await hub.kill();
      const again = await startHubProcess({ dataDir });
      expect(await countsOf(again)).toEqual({ sites: 20 * round, cameras: 20 * round });
      await again.kill();
    }
  });

  it('is all or nothing when the hub is killed in the middle of an import', async () => {
    const dataDir = temporaryFolder('mingchu-durability-');
    const body = registryOf(3_000, 'large');
    for (const waitMs of [5, 40, 120, 250]) {
      const hub = await startHubProcess({ dataDir });
      const answered = importRegistry(hub, body).then(
        ({ status }) => status,
        () => undefined,
      );
      await delay(waitMs);
      await hub.kill();
      const status = await answered;
      const again = await startHubProcess({ dataDir });
      const counts = await countsOf(again);
      expect([0, 3_000]).toContain(counts.sites);
      expect(counts.cameras).toBe(counts.sites);
      if (status === 200) expect(counts.sites).toBe(3_000);
      await again.kill();
    }
  });

  it('keeps what the wall was asked to show', async () => {
    const dataDir = temporaryFolder('mingchu-durability-');
    const hub = await startHubProcess({ dataDir });
    await importRegistry(hub, registryOf(5, 'wall'));
    const desk = await connectSurface(hub.url);
    const joined = await desk.request('session:join', { surface: 'desk' });
    const cameras = joined.ok ? (joined.data.snapshot.registry ?? []) : [];
    const chosen = [cameras[3]?.cameraId ?? '', cameras[1]?.cameraId ?? ''];
    const command = { commandId: 'once', screenId: 'main', cameraIds: chosen };
    const first = await desk.request('wall:showCameras', command);
    const repeated = await desk.request('wall:showCameras', command);
    expect(first.ok).toBe(true);
    expect(repeated).toEqual(first);
    desk.close();
    await hub.kill();

    const again = await startHubProcess({ dataDir });
    const wall = await connectSurface(again.url);
    const shown = await wall.request('session:join', { surface: 'wall' });
    expect(shown.ok && shown.data.snapshot.wall?.tiles.map(({ camera }) => camera?.cameraId)).toEqual(chosen);
    wall.close();
    await again.stop();
  });

  it('keeps camera passwords sealed in the file and out of the log', async () => {
    const hub = await startHubProcess();
    await importRegistry(hub, registryOf(2, 'sealed'));
    await hub.stop();
    const { readFile, readdir } = await import('node:fs/promises');
    const entries = await readdir(hub.dataDir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('mingchu.sqlite');
    for (const { parentPath, name } of files) {
      const bytes = await readFile(`${parentPath}/${name}`);
      expect(bytes.includes('Geheim-Wort-1'), name).toBe(false);
    }
    expect(hub.output()).not.toContain('Geheim-Wort-1');
  });
});
