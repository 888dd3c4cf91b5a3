import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRecorderDoor } from '../../../src-sfu/app/recorderDoor.ts';
import { readConfig } from '../../../src-sfu/config.ts';
import type { RecorderDoor } from '../../../src-sfu/features/recorders/recorderDoor.service.ts';
import { createRecordersService } from '../../../src-sfu/features/recorders/recorders.service.ts';
import type { RecorderDoors } from '../../../src-sfu/media/sources/gb28181/gb28181Source.ts';
import { createAuditRepository } from '../../../src-sfu/storage/audit.sql.ts';
import { openStore } from '../../../src-sfu/storage/database.ts';
import { createRecordersRepository } from '../../../src-sfu/storage/recorders.sql.ts';
import { createSecretBox } from '../../../src-sfu/storage/secretBox.ts';
import { createSettingsRepository } from '../../../src-sfu/storage/settings.sql.ts';
import {
  platformSettingsSchema,
  type PlatformSettings,
} from '../../../src-shared/recorders/recorders.protocol.ts';
import { SimulatedRecorder } from '../../../src-sim/gb28181/recorder.ts';
import { silentLogger } from '../../support/ingestAttempt.ts';
import { temporaryFolder } from '../../support/processes.ts';

const recorderId = '42120000001180000001';
let store: Awaited<ReturnType<typeof openStore>>;
let directory: Awaited<ReturnType<typeof createRecordersService>>['directory'];
let password: string;
let doors: RecorderDoors;
let door: RecorderDoor;

/** As after a start of the hub, without a port in its configuration. */
async function start(): Promise<void> {
  doors = { door: undefined };
  door = createRecorderDoor(
    {
      config: readConfig(
        { MINGCHU_GB28181_MEDIA_PORTS: '41300-41399' },
        temporaryFolder('mingchu-platform-'),
      ),
      logger: silentLogger,
      nowMs: Date.now,
      recorderDoors: doors,
      settings: createSettingsRepository(store),
    },
    { directory, observer: { received: () => undefined, sent: () => undefined } },
  );
  await door.open();
}

/** A TCP port that was free just now, or that is held until `free` is called. */
async function holdPort(): Promise<{ port: number; free(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    async free() {
      server.close();
      await once(server, 'close');
    },
  };
}

const wanted = (port: number): PlatformSettings => ({
  isOn: true,
  port,
  address: '127.0.0.1',
  platformId: '42120000002000000009',
  mediaPorts: { first: 41_300, last: 41_399 },
});

async function registers(port: number): Promise<boolean> {
  const recorder = new SimulatedRecorder({
    recorderId,
    password,
    channels: [{ channelId: '42120000001320000001', name: 'Kitchen 1' }],
    platform: { address: '127.0.0.1', port, id: '42120000002000000009' },
    pictures: [],
    picturesPerSecond: 15,
  });
  try {
    return (await recorder.register()) === 200;
  } finally {
    recorder.close();
  }
}

beforeAll(async () => {
  store = await openStore(temporaryFolder('mingchu-platform-'));
  const recorders = await createRecordersService({
    repository: createRecordersRepository(store, createSecretBox(Buffer.alloc(32, 5))),
    logger: silentLogger,
    nowMs: Date.now,
  });
  ({ directory } = recorders);
  ({ password } = await recorders.add({ recorderId, name: 'School' }, 'tests'));
  await start();
});
afterAll(async () => {
  await door.close();
  await store.destroy();
});

it('receives no recorder until an administrator switches it on; then at once, and after a restart as well', async () => {
  expect(await door.platform()).toMatchObject({ state: 'off', isSetHere: false });
  const held = await holdPort();
  await held.free();
  await door.set(wanted(held.port), 'Clerk');
  expect(await door.platform()).toMatchObject({
    state: 'open',
    port: held.port,
    platformId: '42120000002000000009',
    isSetHere: true,
    isAddressFound: false,
  });
  expect(await registers(held.port)).toBe(true);

  await door.close();
  await start();
  expect(await door.platform()).toMatchObject({ state: 'open', port: held.port, isSetHere: true });
  expect(await registers(held.port)).toBe(true);

  const { lines } = await createAuditRepository(store).search({}, 10);
  expect(lines).toContainEqual(
    expect.objectContaining({
      actor: 'Clerk',
      action: 'recorders:setPlatform',
      detail: { before: 'as configured', after: wanted(held.port) },
    }),
  );
});

it('says who has a port that is taken, and moves to another one at a word', async () => {
  const held = await holdPort();
  await door.set(wanted(held.port), 'Clerk');
  expect(await door.platform()).toMatchObject({
    state: 'taken',
    port: held.port,
    takenBy: expect.any(String) as string,
  });
  await held.free();
  await door.set(wanted(held.port), 'Clerk');
  expect(await door.platform()).toMatchObject({ state: 'open' });
  expect((await door.platform()).warnings).not.toContain('media_ports_taken');
  const media = await holdPort();
  await door.set({ ...wanted(held.port), mediaPorts: { first: media.port, last: media.port } }, 'Clerk');
  expect((await door.platform()).warnings).toContain('media_ports_taken');
  await media.free();
  await door.set(wanted(held.port), 'Clerk');
});

it('ends with its calls and its port when it is switched off, and goes back to the configuration', async () => {
  const { port } = await door.platform();
  await door.set({ ...wanted(port ?? 0), isOn: false }, 'Clerk');
  expect(await door.platform()).toMatchObject({ state: 'off', isSetHere: true });
  expect(doors.door).toBeUndefined();
  await door.set(undefined, 'Clerk');
  expect(await door.platform()).toMatchObject({ state: 'off', isSetHere: false, isAddressFound: true });
  await door.close();
  await start();
  expect(await door.platform()).toMatchObject({ state: 'off', isSetHere: false });
});

it.each([
  ['a port that is none', { port: 65_536 }],
  ['an address that is a name', { address: 'recorders.example' }],
  ['an id of 19 digits', { platformId: '4212000000200000000' }],
  ['media ports the wrong way round', { mediaPorts: { first: 40_000, last: 30_000 } }],
  ['media ports of the system', { mediaPorts: { first: 80, last: 30_000 } }],
])('refuses %s', (_name, change) => {
  expect(platformSettingsSchema.safeParse({ ...wanted(5060), ...change }).success).toBe(false);
});
