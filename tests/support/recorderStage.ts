import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src-sfu/storage/database.ts';
import { openSecretBox } from '../../src-sfu/storage/secretBox.ts';
import { SimulatedRecorder, type RecorderSettings } from '../../src-sim/gb28181/recorder.ts';
import type { RecorderHabits } from '../../src-sim/gb28181/recorderHabits.ts';
import { splitAccessUnits, type AccessUnit } from '../../src-sim/media/accessUnits.ts';
import {
  clipFileName,
  clipFolder,
  scenes,
  type Encoding,
  type StreamName,
} from '../../src-sim/scenes/catalogue.ts';
import { startHubProcess, temporaryFolder, type HubProcess } from './processes.ts';
import { addAdministrator, hubFetch } from './testAccount.ts';

export const platformId = '42120000002000000001';
const recorderPassword = 'kitchen-7-kitchen';
export const recorderIdOf = (number: number): string => `4212000000118${String(number).padStart(7, '0')}`;
export const channelIdOf = (number: number): string => `4212000000132${String(number).padStart(7, '0')}`;

type RecorderRow = {
  id: string;
  name: string;
  password_sealed: string;
  created_at_ms: number;
  address: string;
  port: number;
  protocol: string;
};

/** The pictures of a kitchen scene, 15 a second. */
export function kitchenClip(stream: StreamName, encoding: Encoding = 'h264'): AccessUnit[] {
  const name = clipFileName({ scene: scenes[0]?.id ?? '', show: 'normal', stream, encoding });
  return splitAccessUnits(encoding === 'h265' ? 'h265' : 'h264', readFileSync(join(clipFolder(), name)));
}

/** A hub that receives recorders, with so many of them entered and all with one password. */
export async function startRecorderHub(
  count: number,
  settings: Record<string, string> = {},
): Promise<{ hub: HubProcess; platform: RecorderSettings['platform'] }> {
  const dataDir = temporaryFolder('mingchu-recorders-');
  await addAdministrator(dataDir);
  const store = await openStore(dataDir);
  const secrets = openSecretBox(dataDir);
  // As the repository does it, but thousands in one write.
  await store.transaction().execute(async (transaction) => {
    const within = transaction.withTables<{ recorders: RecorderRow }>();
    for (let number = 0; number < count; number += 1) {
      const id = recorderIdOf(number);
      const password_sealed = secrets.seal(recorderPassword, `recorder ${id}`);
      // Where each was before the hub was restarted: all are behind one address here, whose budget is that of recorders.
      const place = { address: '127.0.0.1', port: 9, protocol: 'udp' };
      const row = { id, name: `Site ${number}`, password_sealed, created_at_ms: Date.now(), ...place };
      await within.insertInto('recorders').values(row).execute();
    }
  });
  await store.destroy();
  const port = await freePort();
  const hub = await startHubProcess({
    dataDir,
    settings: {
      MINGCHU_GB28181_PORT: String(port),
      MINGCHU_GB28181_ADDRESS: '127.0.0.1',
      MINGCHU_GB28181_ID: platformId,
      ...settings,
    },
  });
  return { hub, platform: { address: '127.0.0.1', port, id: platformId } };
}

/** A simulated recorder of a hub from `startRecorderHub`, not yet registered. */
export function simulatedRecorder(
  platform: RecorderSettings['platform'],
  number: number,
  more: Partial<RecorderSettings> & { habits?: RecorderHabits } = {},
): SimulatedRecorder {
  return new SimulatedRecorder({
    recorderId: recorderIdOf(number),
    password: recorderPassword,
    channels: [{ channelId: channelIdOf(number), name: `后厨 ${number}` }],
    platform,
    pictures: kitchenClip('sub'),
    picturesPerSecond: 15,
    ...more,
  });
}

/** Registers cameras at one site; answers with the id of each by the name given. */
export async function registerChannels(
  hub: HubProcess,
  cameras: readonly { name: string; url: string; sub?: string }[],
): Promise<void> {
  const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sites: [{ externalId: 'recorders', name: '录像机', type: 'school_canteen', district: '咸安区' }],
      cameras: cameras.map(({ name, url, sub }) => ({
        externalId: name,
        siteExternalId: 'recorders',
        name,
        streams: { main: { url }, ...(sub === undefined ? {} : { sub: { url: sub } }) },
      })),
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
