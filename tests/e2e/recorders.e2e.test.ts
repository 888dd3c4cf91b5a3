import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TileState } from '../../src-renderer/ui/tile/tileState.ts';
import type { SimulatedRecorder } from '../../src-sim/gb28181/recorder.ts';
import type { RecorderHabits } from '../../src-sim/gb28181/recorderHabits.ts';
import {
  fewestPictures,
  recordTiles,
  watchPeerConnections,
  type TileRecord,
} from '../support/decodedPictures.ts';
import { openDesk } from '../support/deskPage.ts';
import { eventually, type HubProcess } from '../support/processes.ts';
import {
  channelIdOf,
  kitchenClip,
  recorderIdOf,
  registerChannels,
  simulatedRecorder,
  startRecorderHub,
} from '../support/recorderStage.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';
import { shootPage } from '../support/signedInDesk.ts';
import { confirmAdministrator, hubFetch } from '../support/testAccount.ts';
import { launchBrowser, openWall, type WallPage } from '../support/wallPage.ts';

interface Row {
  habits: RecorderHabits;
  /** What the tile says at the end, and the pictures decoded in any 10 s after it was first live. */
  state: TileState['kind'];
  pictures: number;
  codec?: 'h265';
  words?: RegExp;
  /** Pictures a second; 15 if missing. */
  pace?: number;
  /** The tile asks for the sub stream of a recorder whose main one is larger. */
  isSub?: boolean;
  /** It sends the same second again and again. */
  isStuck?: boolean;
  /** Channels that it lists; 1 if missing. */
  channels?: number;
  /** It registered before the hub was started and only goes on with keepalives. */
  goesOn?: boolean;
  /** It is another camera of the channel of that row. */
  channelOf?: string;
}

/** 150 pictures come in 10 s; a busy machine may show fewer. */
const plays = { state: 'live', pictures: 75 } as const;
/** A third of the pictures, so that more rows cost a machine little: 50 come in 10 s. Several rows have two quirks at once, of the messages and of the media. */
const playsSlowly = { state: 'live', pictures: 25, pace: 5 } as const;
const keepalives = { afterRegistration: 'keepalives', keepaliveEveryMs: 400 } as const;

/** By the numbers of the quirks in the design of recorders: what a tile shows of a recorder that has one. */
const table: Record<string, Row> = {
  good: { ...plays, habits: {} },
  'stuck at one second': { ...playsSlowly, state: 'frozen', isStuck: true, habits: {} },
  '1 edition of 2022': { ...plays, habits: { edition2022: true } },
  '3 port moves, 8 list is short': {
    ...playsSlowly,
    habits: { ...keepalives, movesAfter: 2, sumMore: 4, lostOnce: [0] },
  },
  '6 only keepalives after a restart of the hub': {
    ...playsSlowly,
    goesOn: true,
    habits: keepalives,
  },
  '7 items come one by one, mixed and twice': { ...playsSlowly, channels: 3, habits: { mixedList: true } },
  '29 sets its clock by ours': {
    ...playsSlowly,
    habits: { setsClock: true, clockOffsetMs: -2 * 86_400_000 },
  },
  '30 zoom at full speed': { ...playsSlowly, habits: {} },
  '33 plays what it recorded at its own speed': {
    ...playsSlowly,
    habits: { ignoresScale: true, recorded: { from: 0, to: 4_000_000_000 } },
  },
  '15 no y=, 25 obeys no key request': {
    ...playsSlowly,
    habits: { saysSsrc: 'none', ignoresKeyRequests: true },
  },
  '17 sub stream': { ...playsSlowly, isSub: true, habits: { subStreamLine: 'streamprofile:1' } },
  '15 own SSRC, 16 wants the lines in order': {
    ...plays,
    habits: { saysSsrc: 'other', strictOrder: true },
  },
  '15 SSRC changes': { ...plays, habits: { ssrcChangesAfter: 200 } },
  '18 dollar framing': { ...plays, habits: { ways: ['tcpPassive'], dollarFraming: true } },
  '19 overrun': { state: 'live', pictures: 20, habits: { ways: ['tcpPassive'], overrunEvery: 200 } },
  '4 says nothing more, 20 TCP, it connects': {
    ...plays,
    habits: { afterRegistration: 'silent', ways: ['tcpPassive'] },
  },
  '5 keepalives without a body, 20 TCP, we connect': {
    ...plays,
    habits: { afterRegistration: 'emptyKeepalives', keepaliveEveryMs: 400, ways: ['tcpActive'] },
  },
  '15 y= of zero, 20 UDP refused': {
    ...playsSlowly,
    habits: { saysSsrc: 'zero', refusedWays: { ways: ['udp'], status: 488 }, sipOver: 'tcp' },
  },
  '20 no way': { state: 'offline', pictures: 0, habits: { ways: [] } },
  '2 digest of another uri, 21 no map': { ...plays, habits: { otherDigestUri: true, withoutMap: true } },
  '9 unasked list, 21 map says H.265': {
    ...plays,
    habits: { ...keepalives, unaskedItem: true, saidVideoType: 0x24 },
  },
  '21 H.265': { ...plays, pictures: 30, codec: 'h265', habits: {} },
  '10 rubbish in the list, 22 short header': { ...plays, habits: { rubbish: true, shortHeader: true } },
  '11 GB18030, 22 no length': { ...plays, habits: { charset: 'gb18030', withoutLength: true } },
  '12 attributes, 23 time wraps': {
    ...plays,
    habits: { attributes: true, firstPts: 0xffff_ffff - 900_000 },
  },
  '13 folders, 23 time stands': { ...plays, habits: { folders: true, standingPts: true } },
  '14 loses what is long, 24 A-law': { ...plays, habits: { losesLong: true, sound: 'alaw' } },
  '18 lengths of 256, 24 AAC': {
    ...plays,
    habits: { ways: ['tcpPassive'], packetBytes: 256, sound: 'aac' },
  },
  '25 out of order, 28 one Call-ID, strict headers': {
    ...plays,
    habits: { shuffle: 8, sameCallIds: true, strictHeaders: true },
  },
  '25 loss': { state: 'live', pictures: 20, habits: { loseEvery: 150 } },
  '26 busy': { state: 'offline', pictures: 0, habits: { busyFor: 1_000 }, words: /Offline since/ },
  '15 nine digits, 27 one call': { ...playsSlowly, habits: { saysSsrc: 'nineDigits' } },
  '27 the same channel': { ...playsSlowly, channelOf: '15 nine digits, 27 one call', habits: {} },
  '28 yes twice, no Via': { ...plays, habits: { answersTwice: true, withoutVia: true } },
};
const names = Object.keys(table);
const numberOf = (name: string): number => names.indexOf(name);
/** Cameras by the names of their rows. */
const cameraIds = new Map<string, string>();
const zoomed = '30 zoom at full speed';
const ownSpeed = '33 plays what it recorded at its own speed';
/** The last way is tried after 6 s; then a tile has 10 s to be watched. */
const watchedMs = 22_000;

let browser: Browser;
let hub: HubProcess;
let desk: SurfaceClient;
let wall: WallPage;
let recorders: SimulatedRecorder[] = [];
/** Of the recorder whose channel two tiles show, while they show it. */
let sharedCalls = 0;
const seen = new Map<string, TileRecord>();

beforeAll(async () => {
  browser = await launchBrowser();
  const started = await startRecorderHub(names.length, {
    MINGCHU_MAX_TRANSCODES: '1',
    // The first alert is the one that a recorder reports.
    MINGCHU_CAMERA_FROZEN_ALERT_MS: '600000',
  });
  ({ hub } = started);
  desk = await connectSurface(hub.url);
  recorders = names.map((name, number) => {
    const { habits, codec, pace, isSub, isStuck, channels = 1 } = table[name] as Row;
    const pictures = kitchenClip(isSub === true ? 'main' : 'sub', codec ?? 'h264');
    return simulatedRecorder(started.platform, number, {
      habits,
      pictures: isStuck === true ? pictures.slice(0, 5) : pictures,
      ...(isSub === true ? { smallPictures: kitchenClip('sub') } : {}),
      ...(pace === undefined ? {} : { picturesPerSecond: pace }),
      ...(codec === undefined ? {} : { codec }),
      // The first one is that of its tile; the others have numbers that no other row has.
      channels: Array.from({ length: channels }, (_, index) => ({
        channelId: channelIdOf(number + index * 1_000),
        name: `后厨 ${number}.${index}`,
      })),
    });
  });
  const registering = recorders.map((recorder, number) =>
    table[names[number] ?? '']?.goesOn === true ? recorder.goOn().then(() => 200) : recorder.register(),
  );
  expect(await Promise.all(registering)).toEqual(names.map(() => 200));
  await registerChannels(
    hub,
    names.map((name, number) => {
      const { channelOf, isSub } = table[name] as Row;
      const of = channelOf === undefined ? number : names.indexOf(channelOf);
      const url = `gb28181://${recorderIdOf(of)}/${channelIdOf(of)}`;
      return { name, url, ...(isSub === true ? { sub: `${url}?stream=sub` } : {}) };
    }),
  );
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  const cameras = joined.data.snapshot.registry ?? [];
  wall = await openWall(browser, hub.url, { query: '?lang=en', prepare: watchPeerConnections });
  const shown = await desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds: cameras.map(({ cameraId }) => cameraId),
  });
  if (!shown.ok) throw new Error(shown.message);
  for (const { cameraId, externalId } of cameras) cameraIds.set(externalId, cameraId);
  const nameOf = new Map(cameras.map(({ cameraId, externalId }) => [cameraId, externalId]));
  for (const record of await recordTiles(wall, watchedMs))
    seen.set(nameOf.get(record.cameraId) ?? '', record);
  sharedCalls = recorders[numberOf('15 nine digits, 27 one call')]?.openCalls ?? 0;
  const rows = names.map((name) => {
    const record = seen.get(name);
    const states = record?.states.map(({ kind, atMs }) => `${kind}@${(atMs / 1000).toFixed(1)}`) ?? [];
    return `${name.padEnd(50)} ${String(picturesOf(record)).padStart(4)}  ${states.join(' ')} ${record?.words ?? ''}`;
  });
  process.stdout.write(`recorder, fewest pictures decoded in 10 s, states\n${rows.join('\n')}\n`);
}, 120_000);

afterAll(async () => {
  for (const recorder of recorders) recorder.close();
  await wall.close();
  desk.close();
  await hub.stop();
  await browser.close();
});

function picturesOf(record: TileRecord | undefined): number {
  const live = record?.states.find(({ kind }) => kind === 'live');
  return record === undefined || live === undefined ? 0 : fewestPictures(record, live.atMs);
}

/** The share of its pictures that this machine shows of a recorder without any quirk, where it is too slow for all. */
function machineShare(): number {
  return Math.min(1, picturesOf(seen.get('good')) / plays.pictures);
}

it('a wall shows at least half of the pictures of a recorder without quirks', () => {
  expect(machineShare()).toBeGreaterThan(0.5);
});

it.each(names)('%s', (name) => {
  const { state, pictures, words } = table[name] as Row;
  const record = seen.get(name);
  // Where the machine is too slow, the wall leaves some tiles key pictures only.
  const ofMachine: TileState['kind'][] = machineShare() < 1 ? ['waiting', 'connecting', 'still'] : [];
  expect(record?.states.findLast(({ kind }) => !ofMachine.includes(kind))?.kind).toBe(state);
  expect(picturesOf(record)).toBeGreaterThanOrEqual(Math.floor(pictures * machineShare()));
  if (words !== undefined) expect(record?.words).toMatch(words);
});

it('27 two tiles of one channel have one call', () => {
  expect(sharedCalls).toBe(1);
});

it('6 who only goes on with keepalives is known by its place of before, and never registered', () => {
  const { received = [] } = recorders[numberOf('6 only keepalives after a restart of the hub')] ?? {};
  expect(received.filter((line) => /^INVITE/.test(line)).length).toBeGreaterThan(0);
  expect(received.filter((line) => /^SIP\/2\.0 40[13]/.test(line))).toEqual([]);
});

it('7 all three channels are listed once each', async () => {
  const number = numberOf('7 items come one by one, mixed and twice');
  const listed = await desk.request('recorders:readChannels', { recorderId: recorderIdOf(number) });
  if (!listed.ok) throw new Error(listed.message);
  const ids = listed.data.channels.map(({ channelId }) => channelId);
  expect(ids.sort()).toEqual([0, 1, 2].map((index) => channelIdOf(number + index * 1_000)));
});

it('29 a recorder whose clock was two days behind has the right time', () => {
  const { habits } = recorders[numberOf('29 sets its clock by ours')] ?? {};
  expect(Math.abs(habits?.clockOffsetMs ?? Infinity)).toBeLessThan(5_000);
});

it('30 zoom has no speed above 15, and its stop comes twice', async () => {
  const recorder = recorders[numberOf(zoomed)];
  const cameraId = cameraIds.get(zoomed) ?? '';
  const motion = { pan: 0, tilt: 0, zoom: 1, focus: 0 };
  expect(await desk.request('turning:move', { cameraId, moveId: 1, motion })).toMatchObject({ ok: true });
  expect(await desk.request('turning:stop', { cameraId, moveId: 1 })).toMatchObject({ ok: true });
  const commands = (): string[] => recorder?.turns.map(({ command }) => command) ?? [];
  const stops = (): string[] => commands().filter((command) => command.startsWith('A50F0100'));
  await eventually('both stops', () => stops().length >= 2, 10_000);
  const moves = commands().filter((command) => !stops().includes(command));
  // The speed is the upper half of a byte, whose lower half is the address: 15 and 0.
  expect(moves[0]?.slice(0, 14)).toBe('A50F01100000F0');
});

it('33 an alarm of a recorder is an alert with its kind and picture, and the minute before it can be played, at the speed that comes', async () => {
  const alarm = `<Notify><CmdType>Alarm</CmdType><SN>4</SN><DeviceID>${channelIdOf(numberOf(ownSpeed))}</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod><AlarmTime>1999-01-01T00:00:00</AlarmTime><AlarmDescription>后门</AlarmDescription><Info><AlarmType>6</AlarmType></Info></Notify>`;
  recorders[numberOf(ownSpeed)]?.say(alarm);
  const alert = await eventually(
    'the alert',
    () => desk.noticesOf('alerts:arrived').flatMap(({ alerts }) => alerts)[0],
    20_000,
  );
  expect(alert).toMatchObject({
    kindId: 'area_entered',
    source: { type: 'platform', name: `Site ${numberOf(ownSpeed)}` },
  });
  expect(alert.place?.cameraId).toBeDefined();
  expect(Date.now() - alert.raisedAtMs).toBeLessThan(60_000);
  const path = `${hub.url}/api/v1/alerts/${alert.alertId}`;
  await eventually('its picture', async () => (await hubFetch(`${path}/snapshot.jpg`)).ok, 20_000);
  await confirmAdministrator(hub.url);
  const recording = await hubFetch(`${path}/recording.mp4`);
  expect(recording.headers.get('content-type')).toMatch(/^video\/mp4; codecs="avc1/);
  const reader = recording.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString('latin1', 4, 8)).toBe('ftyp');
  await reader?.cancel();
  // At the alert's view it plays, stands, and goes on by a step.
  const { page, close } = await openDesk(browser, hub.url, { query: '?lang=en' });
  await page.locator(`.alert-row[data-alert-id="${alert.alertId}"]`).click();
  await page.locator('[data-recording="closed"]').click();
  const video = page.locator('.alert-recording video');
  const playedTo = (): Promise<number> => video.evaluate((one: HTMLVideoElement) => one.currentTime);
  await eventually('a second was played', async () => (await playedTo()) > 1, 30_000);
  // It agreed to a higher one.
  const loaded = await page.locator('.alert-recording').getByText('×').textContent();
  const speed = Number(/([\d.]+) ?×/.exec(loaded ?? '')?.[1]);
  expect(speed).toBeGreaterThan(0.2);
  expect(speed).toBeLessThan(1.7);
  await page.getByRole('button', { name: 'Pause' }).click();
  const stoodAt = await playedTo();
  await page.getByRole('button', { name: 'Forward 0.1 s' }).click();
  await eventually('a step', async () => (await playedTo()) > stoodAt + 0.05, 10_000);
  await shootPage(page, 'recording-en');
  await page.getByRole('button', { name: 'Close the recording' }).click();
  await page.locator('[data-recording="closed"]').waitFor();
  await close();
  const viewed = async (): Promise<boolean> => {
    const found = await desk.request('audit:search', { filter: { what: alert.alertId }, limit: 50 });
    return found.ok && found.data.lines.some(({ action }) => action === 'recorders:viewRecording');
  };
  await eventually('its line in the audit log', viewed, 20_000);
  // The live picture goes on beside it.
  await eventually('the end of the call', () => recorders[numberOf(ownSpeed)]?.openCalls === 1, 20_000);
}, 90_000);
