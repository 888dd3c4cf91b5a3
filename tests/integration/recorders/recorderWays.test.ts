import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseRecorderUrl } from '../../../src-sfu/base/recorderUrl.ts';
import {
  createRecordersService,
  type RecordersService,
} from '../../../src-sfu/features/recorders/recorders.service.ts';
import { startIngest, type Ingest } from '../../../src-sfu/media/ingest/ingest.ts';
import type { IngestEvent } from '../../../src-sfu/media/ingest/ingestEvents.ts';
import { gb28181Sources, type RecorderDoors } from '../../../src-sfu/media/sources/gb28181/gb28181Source.ts';
import { openRecordedPictures } from '../../../src-sfu/media/sources/gb28181/recordedPictures.ts';
import { SipDoor } from '../../../src-sfu/media/sources/gb28181/sipDoor.ts';
import { demoCity } from '../../../src-sim/city/demoCity.ts';
import { giveRecorders, runDemoRecorders, turningCameraOf } from '../../../src-sim/gb28181/demoRecorders.ts';
import { SimulatedRecorder } from '../../../src-sim/gb28181/recorder.ts';
import type { RecorderHabits } from '../../../src-sim/gb28181/recorderHabits.ts';
import { splitAccessUnits } from '../../../src-sim/media/accessUnits.ts';
import { clipFileName, clipFolder, scenes, type StreamName } from '../../../src-sim/scenes/catalogue.ts';
import { decodePicture } from '../../support/decodePicture.ts';
import { freePort } from '../../support/freePort.ts';
import { buildLimitMs, foreignDevice } from '../../support/gbDevice.ts';
import { oneTranscoder, recordingOutput, silentLogger } from '../../support/ingestAttempt.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { memoryRecorders } from '../../support/recorderDoor.ts';

const platformId = '42120000002000000001';
const within = { timeout: 20_000, interval: 20 };
/** Below those that the system gives to connections of others (32768 and more), which these tests write to as well. */
const mediaPorts = { first: 15_300, last: 15_700 };
/** A port that is another program's may neither refuse nor hang up. Milliseconds. */
const stealingMs = 10_000;

const repository = memoryRecorders();
let recorders: RecordersService;
let door: SipDoor;
let platform: { address: string; port: number; id: string };
const doors: RecorderDoors = { door: undefined };
const opened: { close(): void }[] = [];
let count = 0;

function clip(stream: StreamName, encoding: 'h264' | 'h265' = 'h264') {
  const name = clipFileName({ scene: scenes[0]?.id ?? '', show: 'normal', stream, encoding });
  return splitAccessUnits(encoding, readFileSync(join(clipFolder(), name)));
}

/** A registered recorder with one channel, or one for each name. */
async function device(
  habits: RecorderHabits = {},
  more: { codec?: 'h265'; pictures?: ReturnType<typeof clip>; names?: readonly string[] } = {},
): Promise<{ recorder: SimulatedRecorder; recorderId: string; url: string; password: string }> {
  count += 1;
  // A media server of its own is believed of platforms alone.
  const type = habits.mediaServer === undefined ? '118' : '200';
  const recorderId = `4212000000${type}${String(count).padStart(7, '0')}`;
  const { password } = await recorders.add({ recorderId, name: `Site ${count}` }, 'tests');
  const { codec = 'h264', pictures = clip('sub', codec), names = ['后厨'] } = more;
  const channels = names.map((name, index) => ({
    channelId: `4212000000132${String(count + index * 10_000).padStart(7, '0')}`,
    name,
  }));
  const recorder = new SimulatedRecorder({
    recorderId,
    password,
    channels,
    platform,
    pictures,
    smallPictures: clip('sub'),
    picturesPerSecond: 15,
    codec,
    habits,
  });
  opened.push(recorder);
  expect(await recorder.register()).toBe(200);
  return { recorder, recorderId, password, url: `gb28181://${recorderId}/${channels[0]?.channelId}` };
}

interface Watched {
  ingest: Ingest;
  events: IngestEvent[];
  recording: ReturnType<typeof recordingOutput>;
  live(): Promise<void>;
  size(): string;
}

function watch(url: string): Watched {
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
  return {
    ingest,
    events,
    recording,
    live: () =>
      vi.waitFor(() => {
        const end = events.find((event) => event.type === 'ended');
        if (end !== undefined) throw new Error(end.type === 'ended' ? end.message : '');
        expect(events.map(({ type }) => type)).toContain('live');
      }, within),
    size() {
      const picture = recording.output.keyPicture();
      if (picture === undefined) return '';
      const { width, height } = decodePicture(picture.annexB);
      return `${width}x${height}`;
    },
  };
}

/** A machine that stands still for seconds may need a second attempt, which a hub makes as well. */
async function firstLive(url: string): Promise<Watched> {
  const first = watch(url);
  try {
    await first.live();
    return first;
  } catch {
    const second = watch(url);
    await second.live();
    return second;
  }
}

const learned = (recorderId: string) =>
  recorders.list().recorders.find((one) => one.recorderId === recorderId)?.learned;
const ends = async (recorder: SimulatedRecorder): Promise<void> => {
  await vi.waitFor(() => expect(recorder.openCalls).toBe(0), within);
};

beforeAll(async () => {
  platform = { address: '127.0.0.1', port: 0, id: platformId };
  recorders = await createRecordersService({ repository, logger: silentLogger, nowMs: Date.now });
  const settings = {
    host: '127.0.0.1',
    port: 0,
    address: '127.0.0.1',
    platformId,
    mediaPorts,
    // This machine stands for several.
    mayHaveMedia: () => true,
  };
  door = new SipDoor(settings, recorders.directory, silentLogger, Date.now);
  platform.port = (await door.open()).port;
  doors.door = door;
});

afterAll(async () => {
  for (const one of opened) one.close();
  await door.close();
  await recorders.close();
});

describe.concurrent('the way of the media', () => {
  it.each<[string, RecorderHabits, string]>([
    ['20 UDP only', { ways: ['udp'] }, 'udp'],
    ['20 only where it connects', { ways: ['tcpPassive'] }, 'tcpPassive'],
    ['20 only where the hub connects', { ways: ['tcpActive'] }, 'tcpActive'],
    ['20 refusing UDP', { refusedWays: { ways: ['udp'], status: 488 } }, 'tcpPassive'],
    ['18 with dollar framing', { ways: ['tcpPassive'], dollarFraming: true }, 'tcpPassive'],
    ['19 overrunning its buffer', { ways: ['tcpActive'], overrunEvery: 97 }, 'tcpActive'],
    [
      'of a platform whose media server is elsewhere, by UDP',
      { ways: ['udp'], mediaServer: '127.0.0.2' },
      'udp',
    ],
    [
      'of a platform whose media server is elsewhere, by TCP',
      { ways: ['tcpPassive'], mediaServer: '127.0.0.2' },
      'tcpPassive',
    ],
  ])('is found and learned: %s', { timeout: 60_000 }, async (_what, habits, way) => {
    const { recorder, recorderId, url } = await device(habits);
    const first = await firstLive(url);
    expect(learned(recorderId)?.way).toBe(way);
    const asked = recorder.invitations;
    first.ingest.close();
    await ends(recorder);
    const again = watch(url);
    await again.live();
    expect(recorder.invitations).toBe(asked + 1);
    again.ingest.close();
    await ends(recorder);
  });
});

describe.concurrent('the picture comes from a recorder', () => {
  it.each<[string, RecorderHabits]>([
    ['15 with an SSRC of its own', { saysSsrc: 'other' }],
    ['15 without y=', { saysSsrc: 'none' }],
    ['15 with y=0', { saysSsrc: 'zero' }],
    ['15 with nine digits', { saysSsrc: 'nineDigits' }],
    ['15 that changes it in mid-stream', { ssrcChangesAfter: 10 }],
    ['15 that changes it in mid-stream over TCP', { ways: ['tcpPassive'], ssrcChangesAfter: 10 }],
    ['16 that wants the lines of an offer in their order', { strictOrder: true }],
    ['16 that wants them so over TCP', { strictOrder: true, ways: ['tcpPassive'] }],
    ['18 with lengths of 256 over TCP', { ways: ['tcpPassive'], packetBytes: 256 }],
    ['18 with lengths that read like a dollar', { ways: ['tcpPassive'], packetBytes: 0x2480 }],
    ['21 without a map', { withoutMap: true }],
    ['21 whose map says H.265', { saidVideoType: 0x24 }],
    ['21 whose map has a wrong check sum', { brokenMap: 'crc' }],
    ['21 whose map has wrong lengths', { brokenMap: 'lengths' }],
    ['22 with PES of no length', { withoutLength: true }],
    ['22 with headers a byte short', { shortHeader: true }],
    ['23 whose time wraps at 32 bits', { firstPts: 0xffff_ff00 }],
    ['23 whose time stands', { standingPts: true }],
    ['25 whose packets overtake each other', { shuffle: 8 }],
    ['25 that loses one packet of 200', { loseEvery: 200 }],
    ['28 that says yes twice, without Via', { answersTwice: true, withoutVia: true }],
    ['28 that refuses what has no cookie or a tag too many', { strictHeaders: true, sameCallIds: true }],
    ['that speaks SIP over TCP', { sipOver: 'tcp' }],
    ['that never answers BYE', { silentTo: ['BYE'] }],
    ['that obeys no request for a key picture', { ignoresKeyRequests: true }],
    ['with a marker on each packet', { markers: 'all' }],
    ['without markers', { markers: 'none' }],
    ['that answers after 1.5 s', { answersAfterMs: 1_500 }],
  ])(
    '%s',
    async (_what, habits) => {
      const { recorder, url } = await device(habits);
      const { ingest, live, recording, size } = watch(url);
      await live();
      const before = recording.video.length;
      await vi.waitFor(() => expect(recording.video.length).toBeGreaterThan(before + 20), within);
      expect(size()).toBe('640x360');
      expect(recorder.openCalls).toBe(1);
      ingest.close();
      if (habits.silentTo === undefined) await ends(recorder);
    },
    30_000,
  );
});

it('24 sound of A-law and of µ-law', async () => {
  for (const [sound, codec] of [
    ['alaw', 'PCMA'],
    ['mulaw', 'PCMU'],
  ] as const) {
    const { url } = await device({ sound });
    const { events, live, recording, ingest } = watch(url);
    await live();
    const described = events.find((event) => event.type === 'described');
    expect(described?.type === 'described' && described.audio?.codec).toBe(codec);
    await vi.waitFor(() => expect(recording.audio.length).toBeGreaterThan(3), within);
    ingest.close();
  }
});

it('26 a recorder that says 486 is left alone for a while', async () => {
  const { recorder, recorderId, url } = await device({ busyFor: 1 });
  const refused = watch(url);
  await vi.waitFor(() => expect(refused.events.map(({ type }) => type)).toContain('ended'), within);
  const again = watch(url);
  await vi.waitFor(() => expect(again.events.map(({ type }) => type)).toContain('ended'), within);
  expect(recorder.invitations).toBe(1);
  const listed = recorders.list().recorders.find((one) => one.recorderId === recorderId);
  expect(listed?.lastError?.message).toContain('486');
});

it('27 one call for a channel, shared, with the larger picture while anybody wants it', async () => {
  const { recorder, recorderId, url } = await device(
    { subStreamLine: 'streamprofile:1' },
    { pictures: clip('main') },
  );
  // 17: one line is tried at each opening, and its picture is shown whatever it is.
  for (const size of ['1280x720', '640x360']) {
    const small = watch(`${url}?stream=sub`);
    await small.live();
    expect(small.size()).toBe(size);
    small.ingest.close();
    await ends(recorder);
  }
  expect(learned(recorderId)?.subStream).toBe('streamprofile');
  const small = watch(`${url}?stream=sub`);
  await small.live();
  expect(small.size()).toBe('640x360');
  const large = watch(url);
  await large.live();
  await vi.waitFor(() => expect(small.size()).toBe('1280x720'), within);
  const third = watch(url);
  await third.live();
  expect(recorder.openCalls).toBe(1);
  expect(small.events.map(({ type }) => type)).not.toContain('ended');
  for (const { ingest } of [small, large, third]) ingest.close();
  await ends(recorder);
});

it('17 a recorder without a sub stream is remembered', async () => {
  const { recorder, recorderId, url } = await device();
  for (let turn = 0; turn < 4; turn += 1) {
    const { ingest, live } = watch(`${url}?stream=sub`);
    await live();
    ingest.close();
    await ends(recorder);
  }
  expect(learned(recorderId)?.subStream).toBe('none');
});

it('an answer after the time-out is taken back', async () => {
  const { recorder, url } = await device({ answersAfterMs: 700 });
  const kind = gb28181Sources(() => doors.door);
  const events = {
    onPacket: () => undefined,
    onNamedSource: () => undefined,
    mayWait: () => false,
    endsWith: () => false,
    onSoundRefused: () => undefined,
    onMediaLost: () => undefined,
    onDigestTaken: () => undefined,
    onEnded: () => undefined,
  };
  const source = kind.create({ url, digestOnly: false }, events, { connectMs: 300, responseMs: 300 });
  await expect(source.open()).rejects.toThrow('did not answer');
  await vi.waitFor(() => expect(recorder.endedCalls).toHaveLength(1), within);
  expect(recorder.openCalls).toBe(0);
});

it('RTP of a third party is thrown away', async () => {
  const { url, recorder } = await device();
  const { live, recording, ingest, size } = watch(url);
  await live();
  const thief = createSocket('udp4').bind(0, '127.0.0.2');
  const before = recording.video.length;
  const noise = Buffer.concat([Buffer.from([0x80, 96, 0, 1, 0, 0, 0, 0, 9, 9, 9, 9]), Buffer.alloc(800, 1)]);
  for (let port = mediaPorts.first; port <= mediaPorts.last; port += 1)
    for (let turn = 0; turn < 3; turn += 1) thief.send(noise, port, '127.0.0.1');
  await vi.waitFor(() => expect(recording.video.length).toBeGreaterThan(before + 20), within);
  expect(size()).toBe('640x360');
  thief.close();
  ingest.close();
  await ends(recorder);
});

it('RTP of a third party is thrown away by TCP as well, also where it connects before the recorder', async () => {
  const { url, recorder } = await device({
    refusedWays: { ways: ['udp'], status: 488 },
    answersAfterMs: 1_000,
  });
  const { live, recording, ingest, size } = watch(url);
  await vi.waitFor(() => expect(recorder.invitations).toBe(2), within);
  const noise = Buffer.concat([
    Buffer.from([812 >> 8, 812 & 0xff, 0x80, 96, 0, 1, 0, 0, 0, 0, 9, 9, 9, 9]),
    Buffer.alloc(800, 1),
  ]);
  const steal = (port: number): Promise<'refused' | 'hung up' | 'kept'> =>
    new Promise((resolve) => {
      const thief = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      let outcome: 'refused' | 'hung up' | 'kept' = 'refused';
      const limit = setTimeout(() => {
        outcome = 'kept';
        thief.destroy();
      }, stealingMs);
      thief.on('connect', () => {
        outcome = 'hung up';
        for (let turn = 0; turn < 3; turn += 1) thief.write(noise);
      });
      thief
        .on('error', () => undefined)
        .on('close', () => {
          clearTimeout(limit);
          resolve(outcome);
        });
    });
  const ports = Array.from({ length: 401 }, (_unused, index) => mediaPorts.first + index);
  const outcomes = await Promise.all(ports.map(steal));
  expect(outcomes.filter((outcome) => outcome === 'hung up')).toHaveLength(1);
  expect(recorder.openCalls).toBe(0);
  await live();
  const before = recording.video.length;
  await vi.waitFor(() => expect(recording.video.length).toBeGreaterThan(before + 20), within);
  expect(size()).toBe('640x360');
  ingest.close();
  await ends(recorder);
});

const stateOf = (recorderId: string) =>
  recorders.list().recorders.find((one) => one.recorderId === recorderId);
const keepalives = { afterRegistration: 'keepalives', keepaliveEveryMs: 50 } as const;

describe.concurrent('a recorder registers, and its channels are listed by their names', () => {
  const two = ['后厨一号', '后厨二号'];
  const many = Array.from({ length: 12 }, (_unused, index) => `后厨 ${index + 1}`);
  it.each<[string, RecorderHabits, readonly string[]]>([
    ['over TCP', { sipOver: 'tcp' }, two],
    ['2 with a digest that names another uri', { otherDigestUri: true }, two],
    [
      '8, 11 and 12 with attributes, lost parts and names of four bytes',
      { attributes: true, lostOnce: [0], charset: 'gb18030' },
      ['𠮷䶮后厨'],
    ],
    ['9 with a list of one channel that nobody asked for', { ...keepalives, unaskedItem: true }, two],
    ['10 with extra end tags, NUL and rubbish', { rubbish: true }, two],
    ['13 with folders that lie in each other', { folders: true }, two],
    ['14 all in one long message', { itemsPerMessage: 20 }, many],
    ['14 where what is long gets lost', { losesLong: true }, many],
    ['14 where it gets lost, over TCP', { losesLong: true, sipOver: 'tcp', itemsPerMessage: 20 }, many],
    ['28 with one Call-ID for all that it says', { sameCallIds: true, strictHeaders: true }, two],
  ])(
    '%s',
    async (_what, habits, names) => {
      const { recorder, recorderId } = await device(habits, { names });
      await vi.waitFor(
        () => expect(stateOf(recorderId)?.channels.map(({ name }) => name)).toEqual(names),
        within,
      );
      // Folders and districts are items of which it says how many there are: with them none is missing.
      if (habits.folders === true)
        await vi.waitFor(() => {
          const { announcedItems, receivedItems } = stateOf(recorderId) ?? {};
          expect([announcedItems, receivedItems]).toEqual([6, 6]);
        }, within);
      const said = recorder.received.length;
      if (habits.unaskedItem === true)
        await vi.waitFor(() => expect(recorder.received.length).toBeGreaterThan(said + 8), within);
      expect(stateOf(recorderId)?.channels.filter(({ isGone }) => isGone)).toEqual([]);
    },
    30_000,
  );
});

it('3 a recorder whose router gives it another port is called there', async () => {
  const { recorder, recorderId, url } = await device({ ...keepalives, movesAfter: 2 });
  const before = recorders.directory.placeOf(recorderId)?.port;
  await vi.waitFor(() => expect(recorders.directory.placeOf(recorderId)?.port).not.toBe(before), within);
  const { live, ingest } = watch(url);
  await live();
  expect(recorder.received.filter((line) => line.startsWith('REGISTER'))).toEqual([]);
  ingest.close();
  await ends(recorder);
});

it('5 keepalives without a body, twenty in a second, are answered', async () => {
  const { recorder, recorderId } = await device({ ...keepalives, afterRegistration: 'emptyKeepalives' });
  const answers = (): number => recorder.received.filter((line) => line === 'SIP/2.0 200 OK').length;
  const before = answers();
  await vi.waitFor(() => expect(answers()).toBeGreaterThan(before + 10), within);
  expect(stateOf(recorderId)?.isOnline).toBe(true);
});

it('a recorder that is set to SHA-256 registers with it, and one that cannot do that registers as before', async () => {
  const { recorder, recorderId } = await device({ digest: 'sha256' });
  const asked = (): number => recorder.received.filter((line) => line.startsWith('SIP/2.0 401')).length;
  expect(asked()).toBe(1);
  await recorders.setSha256(recorderId, true, 'tests');
  expect(await recorder.register()).toBe(200);
  recorder.habits = {};
  expect(await recorder.register()).toBe(200);
  expect(asked()).toBe(3);
});

it('6 a recorder that only sends keepalives registers again when the hub refuses one', async () => {
  const { recorderId, password } = await device(keepalives);
  await recorders.remove(recorderId, 'tests');
  await recorders.add({ recorderId, name: 'Site', password }, 'tests');
  expect(stateOf(recorderId)?.isOnline).toBe(false);
  await vi.waitFor(() => expect(stateOf(recorderId)?.isOnline).toBe(true), within);
});

it('recorders of the demo city list their channels, and of all of these the first one turns', async () => {
  const city = demoCity({ sites: 6, cameras: 12, seed: 715, rtspUrl: 'rtsp://127.0.0.1:1' });
  const demo = giveRecorders(city, 2, 715);
  expect(demo).toHaveLength(2);
  for (const { channels: _channels, ...recorder } of demo) await recorders.add(recorder, 'tests');
  opened.push(runDemoRecorders(demo, { platform, camera: () => undefined }));
  for (const { recorderId, channels } of demo)
    await vi.waitFor(
      () =>
        expect(stateOf(recorderId)?.channels.map(({ name }) => name)).toEqual(
          channels.map(({ name }) => name),
        ),
      within,
    );
  const turning = demo.flatMap(({ recorderId, name, channels }) =>
    channels
      .filter(({ channelId }) => !door.isFixed(recorderId, channelId))
      .map((channel) => ({ site: name, camera: channel.name })),
  );
  expect(turning).toEqual([turningCameraOf(demo)]);
});

describe('gb28181-rs as a device', () => {
  let foreign: Awaited<ReturnType<typeof foreignDevice>> = {};
  beforeAll(async () => void (foreign = await foreignDevice()), buildLimitMs + 10_000);

  it.for([
    ['udp', '42120000001320009001'],
    ['tcp-out', '42120000001320009002'],
  ] as const)(
    'registers over %s, is listed, seen, turned and spoken to, and hears the end',
    { timeout: 60_000 },
    async ([way, deviceId], { skip }) => {
      const { program, missing } = foreign;
      if (program === undefined) return skip(missing);
      const { password } = await recorders.add({ recorderId: deviceId, name: 'Foreign' }, 'tests');
      const scene = scenes[0]?.id ?? '';
      const name = clipFileName({ scene, show: 'normal', stream: 'sub', encoding: 'h264' });
      const ports = [platform.port, await freePort()].map(String);
      const words = [...ports, way, deviceId, password, join(clipFolder(), name)];
      const peer = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(peer, 'exit');
      let said = '';
      peer.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
      try {
        await vi.waitFor(() => expect(stateOf(deviceId)?.isOnline).toBe(true), within);
        const listed = (): string[] => stateOf(deviceId)?.channels.map((channel) => channel.name) ?? [];
        await vi.waitFor(() => expect(listed()).toEqual(['后厨一号']), within);
        expect(recorders.directory.placeOf(deviceId)?.protocol).toBe(way === 'udp' ? 'udp' : 'tcp');
        const { live, recording, size, ingest } = await firstLive(`gb28181://${deviceId}/${deviceId}`);
        await live();
        const before = recording.video.length;
        await vi.waitFor(() => expect(recording.video.length).toBeGreaterThan(before + 20), within);
        expect(size()).toBe('640x360');
        expect(await door.turn(deviceId, deviceId, 'A50F01023232506B', { isRepeated: false })).toBe(true);
        await vi.waitFor(() => expect(said).toContain('turn Move { bits: 2, pan_speed: 50'), within);
        expect(said).toContain('watched by 1');
        ingest.close();
        await vi.waitFor(() => expect(said).toMatch(/watched by 0\n$/), within);
        // Twice: its own end of a talk is whole only where the next one is heard.
        for (const sound of [0x2a, 0x5a]) {
          const ear = await door.voices.open({
            ...{ recorderId: deviceId, channelId: deviceId, signal: new AbortController().signal },
            onEnded: () => undefined,
          });
          const speaking = setInterval(() => ear.send(Buffer.alloc(160, sound)), 20);
          try {
            const heard = `hears 160 bytes of ${sound.toString(16)}`;
            await vi.waitFor(() => expect(said).toContain(heard), within);
          } finally {
            clearInterval(speaking);
            ear.close();
          }
        }
      } finally {
        peer.stdin.end();
        await ended;
      }
    },
  );
});

describe('what a recorder recorded', () => {
  const from = 1_764_000_000;
  const target = (url: string) => parseRecorderUrl(url) ?? { recorderId: '', channelId: '' };

  /** A whole file, as ffmpeg reads it. */
  const readFile = async (mp4: Readable): Promise<{ codec: string; width: number; pictures: number }> => {
    const file = join(temporaryFolder('mingchu-recording-'), 'recording.mp4');
    const parts: Buffer[] = [];
    for await (const part of mp4) parts.push(part as Buffer);
    writeFileSync(file, Buffer.concat(parts));
    const entries = ['-show_entries', 'stream=codec_name,width,nb_read_frames', '-of', 'csv=p=0'];
    const read = spawnSync('ffprobe', ['-v', 'error', '-count_frames', ...entries, file], {
      encoding: 'utf8',
    });
    expect(read.stderr).toBe('');
    const [codec = '', width, pictures] = read.stdout.trim().split(',');
    return { codec, width: Number(width), pictures: Number(pictures) };
  };

  it.each<[string, RecorderHabits, number]>([
    ['at the speed that was asked for', {}, 1.2],
    ['33 at its own speed, although it agreed to another', { ignoresScale: true }, 0.2],
  ])(
    'comes as a file that plays while it comes, %s',
    async (_what, habits, leastSpeed) => {
      const { url, recorder } = await device({
        ...habits,
        recorded: { from: from - 3_600, to: from + 3_600 },
      });
      const beganMs = performance.now();
      const { mp4, type } = await openRecordedPictures(
        door,
        target(url),
        { from, to: from + 4 },
        oneTranscoder(),
      );
      expect(type).toMatch(/^video\/mp4; codecs="avc1\.[\da-f]{6}"$/);
      const { width, pictures } = await readFile(mp4);
      const seconds = (performance.now() - beganMs) / 1_000;
      expect(width).toBe(640);
      // Four seconds, but for what was before the first key picture.
      expect(pictures).toBeGreaterThan(40);
      expect(4 / seconds).toBeGreaterThan(leastSpeed);
      await ends(recorder);
    },
    30_000,
  );

  it('21 comes as H.264 where it is H.265, and takes a place of the transcoder while it comes', async () => {
    const { url, recorder } = await device(
      { recorded: { from: from - 3_600, to: from + 3_600 } },
      { codec: 'h265', pictures: clip('sub', 'h265') },
    );
    const span = { from, to: from + 6 };
    await expect(openRecordedPictures(door, target(url), span, oneTranscoder(0))).rejects.toMatchObject({
      status: 415,
      message: expect.stringContaining('all places') as string,
    });
    await ends(recorder);
    const transcoder = oneTranscoder();
    const { mp4, type } = await openRecordedPictures(door, target(url), span, transcoder);
    expect(type).toMatch(/^video\/mp4; codecs="avc1\.[\da-f]{6}"$/);
    expect(transcoder.running()).toBe(1);
    expect(recorder.scales).toEqual([2]);
    const { codec, width, pictures } = await readFile(mp4);
    expect([codec, width]).toEqual(['h264', 640]);
    // Six seconds; a busy machine may lose a group of pictures.
    expect(pictures).toBeGreaterThan(60);
    expect(transcoder.running()).toBe(0);
    await ends(recorder);
    const left = await openRecordedPictures(door, target(url), { from, to: from + 600 }, transcoder);
    left.mp4.destroy();
    await vi.waitFor(() => expect(transcoder.running()).toBe(0), within);
    await ends(recorder);
  }, 40_000);

  it('is said to be missing where the recorder has nothing of that time', async () => {
    const { url } = await device({ recorded: { from: 1_000, to: 2_000 } });
    await expect(
      openRecordedPictures(door, target(url), { from, to: from + 4 }, oneTranscoder()),
    ).rejects.toMatchObject({
      failure: 'notFound',
    });
  });

  it('of one channel for two people at once goes on for the second when the recorder has sent all to the first', async () => {
    const { url, recorder } = await device({ recorded: { from: from - 3_600, to: from + 3_600 } });
    const open = (seconds: number) =>
      openRecordedPictures(door, target(url), { from, to: from + seconds }, oneTranscoder());
    const [short, long] = await Promise.all([open(2), open(16)]);
    // At four times the speed the first one is over long before.
    expect((await readFile(long.mp4)).pictures).toBeGreaterThan(160);
    short.mp4.destroy();
    await ends(recorder);
  }, 30_000);

  it('ends its call when nobody reads it any more, beside what is seen live', async () => {
    const { url, recorder } = await device({ recorded: { from: from - 3_600, to: from + 3_600 } });
    const live = watch(url);
    await live.live();
    const { mp4 } = await openRecordedPictures(door, target(url), { from, to: from + 600 }, oneTranscoder());
    expect(recorder.openCalls).toBe(2);
    await vi.waitFor(() => expect(recorder.scales.sort()).toEqual([1, 4]), within);
    mp4.destroy();
    await vi.waitFor(() => expect(recorder.openCalls).toBe(1), within);
    live.ingest.close();
    await ends(recorder);
  });
});
