import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import type { Surface } from '../../../src-shared/session/roles.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { hubFetch } from '../../support/testAccount.ts';

/** A surface that joined. */
export interface Joined extends SurfaceClient {
  snapshot: Snapshot;
}

/** Sites with one camera each, whose addresses nobody answers. */
export async function importCameras(hub: HubProcess, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_unused, index) => index);
  const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: numbers.map((number) => ({
        externalId: `site-${number}`,
        name: `食堂 ${number}`,
        type: 'school_canteen',
        district: '咸安区',
      })),
      cameras: numbers.map((number) => ({
        externalId: `camera-${number}`,
        siteExternalId: `site-${number}`,
        name: '灶台',
        streams: { main: { url: `rtsp://127.0.0.1:9/${number}` } },
      })),
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** A hub with some cameras. */
export async function startWallHub(
  options: Parameters<typeof startHubProcess>[0] & { cameras?: number } = {},
): Promise<HubProcess> {
  const hub = await startHubProcess(options);
  if (options.cameras !== 0) await importCameras(hub, options.cameras ?? 24);
  return hub;
}

/** Connects and joins. Throws with the hub's refusal. */
export async function joinAs(hub: HubProcess, surface: Surface, screenId?: string): Promise<Joined> {
  const client = await connectSurface(hub.url);
  const joined = await client.request('session:join', {
    surface,
    ...(screenId === undefined ? {} : { screenId }),
  });
  if (!joined.ok) throw new Error(joined.message);
  return { ...client, snapshot: joined.data.snapshot };
}

/** The cameras of a desk's registry. */
export function camerasOf({ snapshot }: Joined): CameraView[] {
  return snapshot.registry ?? [];
}

/** What a surface was last notified of a screen. */
export function latestOf(client: SurfaceClient, screenId: string): WallSnapshot | undefined {
  return client
    .noticesOf('wall:screenChanged')
    .map(({ wall }) => wall)
    .filter((wall) => wall.screenId === screenId)
    .at(-1);
}

/** What was refused, in short; `done` when it was not. */
export function codeOf(answer: Ack<unknown>): string {
  return answer.ok ? 'done' : answer.code;
}

export function messageOf(answer: Ack<unknown>): string {
  return answer.ok ? 'done' : answer.message;
}
