import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  gstreamerCredentials,
  startGstreamerServer,
  type GstreamerServer,
} from '../../support/gstreamerRtspServer.ts';
import {
  eventually,
  repositoryRoot,
  startHubProcess,
  temporaryFolder,
  type HubProcess,
} from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { camerasOf, joinAs, latestOf } from './wallHub.ts';

/** A camera answers with its first key picture; a busy machine takes its time for it. */
const liveWithinMs = 30_000;
const addressInGuide = 'rtsp://USER:PASSWORD@192.0.2.20:554/stream1';

/** How the guide writes a name and a password that have special characters. */
type PasswordPlace = 'columns' | 'address';

/** The table of a page of the guide, in which only what its reader is to replace is replaced. */
function tableFor(page: string, camera: GstreamerServer, place: PasswordPlace): string {
  const text = readFileSync(join(repositoryRoot, 'docs', page), 'utf8');
  const table = /^```csv\n([^]*?)^```/m.exec(text)?.[1]?.trimEnd() ?? '';
  expect(table).toContain(addressInGuide);
  const { username, password } = gstreamerCredentials;
  const [header = '', row = ''] = table.split('\n');
  const here = row.replace('192.0.2.20:554/stream1', `127.0.0.1:${camera.port}/h264`);
  return place === 'address'
    ? `${header}\n${here.replace('USER:PASSWORD', `${username}:${encodeURIComponent(password)}`)}\n`
    : `${header},username,password\n${here.replace('USER:PASSWORD@', '')},${username},${password}\n`;
}

describe('a reader of the administrator’s guide', () => {
  let camera: GstreamerServer;
  let hub: HubProcess;
  beforeAll(async () => {
    [camera, hub] = await Promise.all([
      startGstreamerServer({ authentication: 'digest' }),
      // As installed: nothing is set that the guide does not name.
      startHubProcess({ settings: { MINGCHU_WALL_TOUR: 'true' } }),
    ]);
  });
  afterAll(async () => {
    await hub.stop();
    await camera.stop();
  });
  const liveStreams = async (): Promise<number> => {
    const metrics = await (await hubFetch(`${hub.url}/metrics`)).text();
    return Number(/^mingchu_camera_streams\{state="live"\} (\d+)$/m.exec(metrics)?.[1]);
  };

  it.each([
    { page: 'administrator.md', name: 'Stove', place: 'columns', camerasBefore: 0 },
    { page: 'administrator.zh-CN.md', name: '灶台', place: 'address', camerasBefore: 1 },
  ] as const)(
    'of $page gets a real RTSP camera onto the wall by its table alone',
    async ({ page, name, place, camerasBefore }) => {
      // Each reader has a number of its own for the site.
      const siteId = `K${camerasBefore + 1}`;
      const wall = await joinAs(hub, 'wall');
      const file = join(temporaryFolder('mingchu-guide-'), 'kitchens.csv');
      writeFileSync(file, tableFor(page, camera, place).replaceAll('K1', siteId));
      expect(await runImport(hub, file, '--dry-run')).toMatch(/cameras +1 added/);
      await runImport(hub, file);

      const desk = await joinAs(hub, 'desk');
      const known = camerasOf(desk).find(({ externalId }) => externalId === `${siteId}-1`);
      expect(known?.cameraName).toBe(name);
      await eventually('the wall has its tile', () =>
        latestOf(wall, 'main')?.tiles.some(({ camera: shown }) => shown?.cameraId === known?.cameraId),
      );
      await eventually(
        'its picture runs',
        async () => (await liveStreams()) === camerasBefore + 1,
        liveWithinMs,
      );
      wall.close();
      desk.close();
    },
  );
});

/** What the guide's command prints; rejects where it does not end with 0. */
async function runImport(hub: HubProcess, file: string, ...flags: string[]): Promise<string> {
  const words = ['scripts/registry.mjs', 'import', file, ...flags, '--hub', hub.url, '--data', hub.dataDir];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: repositoryRoot });
  return stdout;
}
