import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { SimulatedRecorder } from '../../../src-sim/gb28181/recorder.ts';
import type { RecorderHabits } from '../../../src-sim/gb28181/recorderHabits.ts';
import { splitAccessUnits } from '../../../src-sim/media/accessUnits.ts';
import { clipFileName, clipFolder, scenes, type StreamName } from '../../../src-sim/scenes/catalogue.ts';
import { decodePicture } from '../../support/decodePicture.ts';
import { oneTranscoder, recordingOutput, silentLogger } from '../../support/ingestAttempt.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { memoryRecorders } from '../../support/recorderDoor.ts';

const platformId = '42120000002000000001';
const within = { timeout: 20_000, interval: 20 };

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

/** A registered recorder with one channel. */
async function device(
  habits: RecorderHabits = {},
  more: { codec?: 'h265'; pictures?: ReturnType<typeof clip> } = {},
): Promise<{ recorder: SimulatedRecorder; recorderId: string; url: string }> {
  count += 1;
  const recorderId = `4212000000118${String(count).padStart(7, '0')}`;
  const channelId = `4212000000132${String(count).padStart(7, '0')}`;
  const { password } = await recorders.add({ recorderId, name: `Site ${count}` }, 'tests');
  const { codec = 'h264', pictures = clip('sub', codec) } = more;
  const recorder = new SimulatedRecorder({
    recorderId,
    password,
    channels: [{ channelId, name: '后厨' }],
    platform,
    pictures,
    smallPictures: clip('sub'),
    picturesPerSecond: 15,
    codec,
    habits,
  });
  opened.push(recorder);
  expect(await recorder.register()).toBe(200);
  return { recorder, recorderId, url: `gb28181://${recorderId}/${channelId}` };
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
    mediaPorts: { first: 40_300, last: 40_700 },
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
    ['21 without a map', { withoutMap: true }],
    ['21 whose map says H.265', { saidVideoType: 0x24 }],
    ['22 with PES of no length', { withoutLength: true }],
    ['22 with headers a byte short', { shortHeader: true }],
    ['23 whose time wraps at 32 bits', { firstPts: 0xffff_ff00 }],
    ['23 whose time stands', { standingPts: true }],
    ['25 whose packets overtake each other', { shuffle: 8 }],
    ['25 that loses one packet of 200', { loseEvery: 200 }],
    ['28 that says yes twice, without Via', { answersTwice: true, withoutVia: true }],
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
  for (let port = 40_300; port <= 40_700; port += 1)
    for (let turn = 0; turn < 3; turn += 1) thief.send(noise, port, '127.0.0.1');
  await vi.waitFor(() => expect(recording.video.length).toBeGreaterThan(before + 20), within);
  expect(size()).toBe('640x360');
  thief.close();
  ingest.close();
  await ends(recorder);
});

it('8, 11 and 12 a catalogue with attributes, lost parts and Chinese names is whole after a second asking', async () => {
  const { recorderId } = await device({ attributes: true, lostOnce: [0], charset: 'gb18030' });
  await vi.waitFor(() => {
    const listed = recorders.list().recorders.find((one) => one.recorderId === recorderId);
    expect(listed?.channels.map(({ name }) => name)).toEqual(['后厨']);
  }, within);
});

describe('what a recorder recorded', () => {
  const from = 1_764_000_000;
  const target = (url: string) => parseRecorderUrl(url) ?? { recorderId: '', channelId: '' };

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
      const { mp4, type } = await openRecordedPictures(door, target(url), { from, to: from + 4 });
      expect(type).toMatch(/^video\/mp4; codecs="avc1\.[\da-f]{6}"$/);
      const file = join(temporaryFolder('mingchu-recording-'), 'recording.mp4');
      const parts: Buffer[] = [];
      for await (const part of mp4) parts.push(part as Buffer);
      writeFileSync(file, Buffer.concat(parts));
      const seconds = (performance.now() - beganMs) / 1_000;
      const read = spawnSync(
        'ffprobe',
        [
          '-v',
          'error',
          '-count_frames',
          '-show_entries',
          'stream=nb_read_frames,width',
          '-of',
          'csv=p=0',
          file,
        ],
        { encoding: 'utf8' },
      );
      expect(read.stderr).toBe('');
      const [width, pictures] = read.stdout.trim().split(',').map(Number);
      expect(width).toBe(640);
      // Four seconds, but for what was before the first key picture.
      expect(pictures).toBeGreaterThan(40);
      expect(4 / seconds).toBeGreaterThan(leastSpeed);
      await ends(recorder);
    },
    30_000,
  );

  it('is said to be missing where the recorder has nothing of that time', async () => {
    const { url } = await device({ recorded: { from: 1_000, to: 2_000 } });
    await expect(openRecordedPictures(door, target(url), { from, to: from + 4 })).rejects.toMatchObject({
      failure: 'notFound',
    });
  });

  it('ends its call when nobody reads it any more, beside what is seen live', async () => {
    const { url, recorder } = await device({ recorded: { from: from - 3_600, to: from + 3_600 } });
    const live = watch(url);
    await live.live();
    const { mp4 } = await openRecordedPictures(door, target(url), { from, to: from + 600 });
    expect(recorder.openCalls).toBe(2);
    await vi.waitFor(() => expect(recorder.scales.sort()).toEqual([1, 4]), within);
    mp4.destroy();
    await vi.waitFor(() => expect(recorder.openCalls).toBe(1), within);
    live.ingest.close();
    await ends(recorder);
  });
});
