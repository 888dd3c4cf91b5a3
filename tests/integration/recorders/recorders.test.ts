import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  createRecordersService,
  type RecordersService,
} from '../../../src-sfu/features/recorders/recorders.service.ts';
import { createTurningService } from '../../../src-sfu/features/turning/turning.service.ts';
import { startIngest, type Ingest } from '../../../src-sfu/media/ingest/ingest.ts';
import type { IngestEvent } from '../../../src-sfu/media/ingest/ingestEvents.ts';
import { gb28181Sources, type RecorderDoors } from '../../../src-sfu/media/sources/gb28181/gb28181Source.ts';
import { gb28181TurnHeads } from '../../../src-sfu/media/sources/gb28181/gb28181Turning.ts';
import {
  lensStop,
  ptzMotion,
  ptzPreset,
  ptzStop,
} from '../../../src-sfu/media/sources/gb28181/ptzCommand.ts';
import { SipDoor } from '../../../src-sfu/media/sources/gb28181/sipDoor.ts';
import { createAuditRepository } from '../../../src-sfu/storage/audit.sql.ts';
import { openStore } from '../../../src-sfu/storage/database.ts';
import { createRecordersRepository } from '../../../src-sfu/storage/recorders.sql.ts';
import { createTurningRepository } from '../../../src-sfu/storage/turning.sql.ts';
import { createSecretBox } from '../../../src-sfu/storage/secretBox.ts';
import { atRest, type Motion } from '../../../src-shared/turning/motion.ts';
import { SimulatedRecorder } from '../../../src-sim/gb28181/recorder.ts';
import { splitAccessUnits } from '../../../src-sim/media/accessUnits.ts';
import { clipFileName, clipFolder, scenes } from '../../../src-sim/scenes/catalogue.ts';
import { decodePicture } from '../../support/decodePicture.ts';
import { oneTranscoder, recordingOutput, silentLogger } from '../../support/ingestAttempt.ts';

const platformId = '42120000002000000001';
const recorderId = '42120000001180000001';
const channels = [
  { channelId: '42120000001320000001', name: 'Kitchen 1' },
  { channelId: '42120000001320000002', name: 'Kitchen 2' },
];
const mediaPorts = { first: 40_300, last: 40_700 };

let store: Awaited<ReturnType<typeof openStore>>;
let recorders: RecordersService;
let door: SipDoor;
let platform: { address: string; port: number; id: string };
let password = '';
const doors: RecorderDoors = { door: undefined };
const opened: { close(): void }[] = [];

async function openDoor(): Promise<void> {
  const repository = createRecordersRepository(store, createSecretBox(Buffer.alloc(32, 5)));
  recorders = await createRecordersService({ repository, logger: silentLogger, nowMs: Date.now });
  const settings = { host: '127.0.0.1', port: platform.port, address: '127.0.0.1', platformId, mediaPorts };
  door = new SipDoor(settings, recorders.directory, silentLogger, Date.now);
  recorders.onRevoked((id, place) => door.revoke(id, place));
  platform.port = (await door.open()).port;
  doors.door = door;
}

/** A recorder with the pictures of a kitchen scene. */
function recorder(habits: { id?: string; password?: string; withoutUdp?: boolean } = {}): SimulatedRecorder {
  const scene = scenes[0]?.id ?? '';
  const name = clipFileName({ scene, show: 'normal', stream: 'sub', encoding: 'h264' });
  const made = new SimulatedRecorder({
    recorderId: habits.id ?? recorderId,
    password: habits.password ?? password,
    channels,
    platform,
    pictures: splitAccessUnits('h264', readFileSync(join(clipFolder(), name))),
    picturesPerSecond: 15,
    ...(habits.withoutUdp === undefined ? {} : { habits: { ways: ['tcpPassive', 'tcpActive'] } }),
  });
  opened.push(made);
  return made;
}

function watch(url: string): {
  ingest: Ingest;
  events: IngestEvent[];
  recording: ReturnType<typeof recordingOutput>;
} {
  const recording = recordingOutput();
  const events: IngestEvent[] = [];
  const kind = gb28181Sources(() => doors.door);
  const ingest = startIngest({
    createSource: (sourceEvents, limits) => kind.create({ url, digestOnly: false }, sourceEvents, limits),
    output: recording.output,
    transcoder: oneTranscoder(),
    logger: silentLogger,
    nowMs: Date.now,
    onEvent: (event) => events.push(event),
  });
  opened.push(ingest);
  return { ingest, events, recording };
}

const typesOf = (events: readonly IngestEvent[]): string[] => events.map(({ type }) => type);
const within = { timeout: 15_000, interval: 30 };

beforeAll(async () => {
  store = await openStore(':memory:');
  platform = { address: '127.0.0.1', port: 0, id: platformId };
  await openDoor();
});

afterAll(async () => {
  for (const one of opened) one.close();
  await door.close();
  await store.destroy();
});

it('lets nobody register but with the password of the recorder, and lists who waits', async () => {
  expect(await recorder({ password: 'guess' }).register()).toBe(403);
  expect(recorders.list().waiting.map(({ recorderId: id }) => id)).toEqual([recorderId]);
  ({ password } = await recorders.add({ recorderId, name: 'School' }, 'tests'));
  expect(recorders.list().waiting).toEqual([]);
  expect(await recorder({ password: `${password}x` }).register()).toBe(403);
  expect(recorders.list().recorders[0]?.isOnline).toBe(false);
});

it('registers, lists its channels, and shows the picture of one as any camera; the call ends with the last viewer', async () => {
  const device = recorder();
  expect(await device.register()).toBe(200);
  await vi.waitFor(() => expect(recorders.list().recorders[0]?.channels).toHaveLength(2), within);
  const [listed] = recorders.list().recorders;
  expect(listed).toMatchObject({ isOnline: true, announcedItems: 2, receivedItems: 2 });
  const url = listed?.channels[0]?.url ?? '';
  expect(url).toBe(`gb28181://${recorderId}/${channels[0]?.channelId}`);
  const { ingest, events, recording } = watch(url);
  await vi.waitFor(() => expect(typesOf(events)).toContain('live'), within);
  const described = events.find((event) => event.type === 'described');
  expect(described?.type === 'described' && described.video?.codec).toBe('H264');
  const before = recording.video.length;
  await vi.waitFor(() => expect(recording.video.length).toBeGreaterThan(before + 20), within);
  const picture = recording.output.keyPicture();
  expect(picture === undefined ? undefined : decodePicture(picture.annexB).width).toBe(picture?.width);
  expect(device.openCalls).toBe(1);
  expect(await recorders.directory.leftCalls()).toHaveLength(1);
  ingest.close();
  await vi.waitFor(() => expect(device.openCalls).toBe(0), within);
  await vi.waitFor(async () => expect(await recorders.directory.leftCalls()).toEqual([]), within);
  device.close();
});

it('receives by TCP where nothing comes by UDP', async () => {
  const device = recorder({ withoutUdp: true });
  expect(await device.register()).toBe(200);
  const { ingest, events } = watch(`gb28181://${recorderId}/${channels[1]?.channelId}`);
  await vi.waitFor(() => expect(typesOf(events)).toContain('live'), within);
  ingest.close();
  await vi.waitFor(() => expect(device.openCalls).toBe(0), within);
  device.close();
});

it('after a restart knows where the recorder is, and ends the call that was left', async () => {
  const device = recorder();
  expect(await device.register()).toBe(200);
  await vi.waitFor(
    async () =>
      expect(
        (await createRecordersRepository(store, createSecretBox(Buffer.alloc(32, 5))).list())[0]?.place?.port,
      ).toBe(recorders.directory.placeOf(recorderId)?.port),
    within,
  );
  recorders.directory.callBegan({
    callId: 'left',
    recorderId,
    channelId: channels[0]?.channelId ?? '',
    localTag: 'a',
    remote: `<sip:${channels[0]?.channelId}@4212000000>;tag=9`,
    remoteUri: 'sip:device',
  });
  await door.close();
  await openDoor();
  await vi.waitFor(() => expect(device.endedCalls).toEqual(['left']), within);
  await vi.waitFor(async () => expect(await recorders.directory.leftCalls()).toEqual([]), within);
});

/** Turning as the hub does it: the real store, the real door, and the bytes as the device gets them. */
async function openTurning() {
  const cameraUrl = `gb28181://${recorderId}/${channels[0]?.channelId}`;
  const turning = await createTurningService({
    repository: createTurningRepository(store),
    heads: gb28181TurnHeads(doors),
    cameras: {
      camera: (cameraId) =>
        ({ turns: { urls: { main: cameraUrl } }, still: { urls: { main: 'rtsp://10.0.0.9/1' } } })[cameraId],
    },
    logger: silentLogger,
    nowMs: Date.now,
  });
  turning.start();
  return turning;
}
const ann = { holderId: 'a', name: 'Ann', principal: null };
const left: Motion = { ...atRest, pan: -0.5 };
/** Which commands came, without what stands for how fast. */
const commandsOf = (device: SimulatedRecorder): string[] => device.turns.map(({ command }) => command);
const movesIn = async (): Promise<{ subject: string; detail: object }[]> => {
  const { lines } = await createAuditRepository(store).search({ kinds: ['turning'] }, 50);
  return lines.flatMap(({ action, subject, detail }) =>
    action === 'turning:move' ? [{ subject, detail: detail as object }] : [],
  );
};

it('turns by bytes that the device understands, and stops it when the desk is silent: twice, and one entry', async () => {
  const device = recorder();
  expect(await device.register()).toBe(200);
  const turning = await openTurning();
  expect(turning.read('still').cannotTurn).toBe('rtsp');
  expect(await turning.move(ann, 'still', 1, left)).toMatchObject({ reason: 'turning.cannot_turn' });
  const startedAtMs = performance.now();
  expect(await turning.move(ann, 'turns', 1, left)).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(commandsOf(device)).toContain(ptzMotion(left)), within);
  expect(await turning.keepMoving(ann, 'turns', 1)).toMatchObject({ ok: true });
  expect(await turning.move({ ...ann, holderId: 'b', name: 'Bob' }, 'turns', 1, left)).toMatchObject({
    reason: 'turning.held',
    parameters: { by: 'Ann' },
  });
  await vi.waitFor(
    () => expect(commandsOf(device).filter((command) => command === ptzStop).length).toBeGreaterThan(1),
    within,
  );
  const stop = device.turns.find(({ command }) => command === ptzStop);
  expect((stop?.atMs ?? 0) - startedAtMs).toBeGreaterThan(450);
  expect(device.turns.map(({ channelId }) => channelId)).not.toContain(channels[1]?.channelId);
  await vi.waitFor(async () => expect(await movesIn()).toHaveLength(1), within);
  expect((await movesIn())[0]).toMatchObject({ subject: 'turns', detail: { end: 'silence', pan: -0.5 } });

  const saved = await turning.savePreset(ann, 'turns', '灶台');
  expect(saved).toMatchObject({ ok: true, data: { preset: { number: 1, name: '灶台' } } });
  expect(await turning.goToPreset(ann, 'turns', 1)).toMatchObject({ ok: true });
  expect(commandsOf(device).slice(-2)).toEqual([ptzPreset('set', 1), ptzPreset('go', 1)]);
  expect(await turning.goToPreset(ann, 'turns', 2)).toMatchObject({ reason: 'turning.no_such_preset' });
  await turning.close();
  device.close();
});

it('a hub that starts again stops what moved when it was killed, and knows the presets', async () => {
  const device = recorder();
  expect(await device.register()).toBe(200);
  const killed = await openTurning();
  expect(await killed.move(ann, 'turns', 1, left)).toMatchObject({ ok: true });
  await vi.waitFor(
    async () => expect(await createTurningRepository(store).holds()).toMatchObject([{ cameraId: 'turns' }]),
    within,
  );
  const [hold] = await createTurningRepository(store).holds();
  if (hold === undefined) throw new Error('nothing is kept');
  // What the killed hub left is in the store; its own timers say nothing any more.
  await killed.close();
  await createTurningRepository(store).hold(hold);
  await createTurningRepository(store).moves('turns', Date.now() - 1_000, left);
  const before = device.turns.length;
  const again = await openTurning();
  expect(again.read('turns').presets).toEqual([{ number: 1, name: '灶台' }]);
  await vi.waitFor(
    () => expect(commandsOf(device).slice(before)).toEqual(expect.arrayContaining([ptzStop, lensStop])),
    within,
  );
  await vi.waitFor(async () => expect(await createTurningRepository(store).holds()).toEqual([]), within);
  await vi.waitFor(
    async () =>
      expect((await movesIn()).map(({ detail }) => detail)).toContainEqual(
        expect.objectContaining({ end: 'restarted' }),
      ),
    within,
  );
  await again.close();
  device.close();
});

it.each([
  ['whose password is changed', (id: string) => recorders.add({ recorderId: id, name: 'Canteen' }, 'tests')],
  ['that is removed', (id: string) => recorders.remove(id, 'tests')],
])('ends call, picture, subscriptions and registration of a recorder %s within 1 s', async (_how, revoke) => {
  const id = '42120000001180000002';
  const device = recorder({ id, ...(await recorders.add({ recorderId: id, name: 'Canteen' }, 'tests')) });
  expect(await device.register()).toBe(200);
  const subscriptions = (): number => device.received.filter((line) => line.startsWith('SUBSCRIBE')).length;
  await vi.waitFor(() => expect(subscriptions()).toBe(2), within);
  const { events, recording } = watch(`gb28181://${id}/${channels[0]?.channelId}`);
  await vi.waitFor(() => expect(typesOf(events)).toContain('live'), within);

  const startedAtMs = performance.now();
  await revoke(id);
  await vi.waitFor(
    () => {
      expect(device.openCalls).toBe(0);
      expect(typesOf(events)).toContain('ended');
      // Each of the two is ended by one more SUBSCRIBE.
      expect(subscriptions()).toBe(4);
    },
    { timeout: 1_000, interval: 10 },
  );
  expect(performance.now() - startedAtMs).toBeLessThanOrEqual(1_000);
  expect(recorders.directory.placeOf(id)).toBeUndefined();
  const packets = recording.video.length;
  // What it says is not heard, and with the password of before it does not come in again.
  device.say(`<Notify><CmdType>Keepalive</CmdType><SN>1</SN><DeviceID>${id}</DeviceID></Notify>`);
  await vi.waitFor(() => expect(device.received.at(-1)).toContain('403'), within);
  expect(await device.register()).toBe(403);
  expect(recording.video).toHaveLength(packets);
  expect(recorders.list().recorders.find((one) => one.recorderId === id)?.isOnline ?? false).toBe(false);
  await vi.waitFor(async () => expect(await recorders.directory.leftCalls()).toEqual([]), within);
  device.close();
});

it('says what is missing: a recorder that has not registered, and a hub that receives none', async () => {
  const unknown = watch('gb28181://42120000001180000009/42120000001320000009');
  await vi.waitFor(
    () =>
      expect(unknown.events).toMatchObject([
        { type: 'ended', message: expect.stringContaining('has not registered') as string },
      ]),
    within,
  );
  doors.door = undefined;
  const off = watch(`gb28181://${recorderId}/${channels[0]?.channelId}`);
  await vi.waitFor(
    () =>
      expect(off.events).toMatchObject([
        { type: 'ended', message: expect.stringContaining('administrator’s desk') as string },
      ]),
    within,
  );
});
