import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeALaw, frameMs, levelOf, toneMs } from '../../../src-shared/kitchenTalk/aLaw.ts';
import { keepEveryMs } from '../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';
import { createSimulator } from '../../../src-sim/simulator.ts';
import type { Simulator } from '../../../src-sim/simulatorReports.ts';
import type { SimulatedRecorder } from '../../../src-sim/gb28181/recorder.ts';
import type { RecorderHabits } from '../../../src-sim/gb28181/recorderHabits.ts';
import {
  channelIdOf,
  recorderIdOf,
  registerChannels,
  simulatedRecorder,
  startRecorderHub,
} from '../../support/recorderStage.ts';
import { startHubProcess } from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { addSquads, giveKitchenVoice, granted, openDesk, opus, signIn, type Desk } from '../talk/talkHub.ts';

const within = { timeout: 10_000, interval: 20 };
const toneFrames = toneMs / frameMs;

let hub: Awaited<ReturnType<typeof startRecorderHub>>['hub'];
let city: Simulator;
/** How each recorder takes a voice. */
const ears: RecorderHabits[] = [
  {},
  { earWay: 'connects' },
  { earWay: 'listens' },
  { earWay: 'connects', ear: 'late' },
  { ear: 'needsTalk' },
  { ear: 'refuses' },
  { ear: 'silent' },
  { ear: 'byeAtOnce' },
];
let recorders: SimulatedRecorder[] = [];
let ann: Desk;
let bob: Desk;
/** Ids of the hub by those of the simulator. */
let cameraIds: Map<string, string>;
let presses = 0;

/** Declares a voice for kitchens, after one that is refused. */
async function giveVoice(desk: Desk): Promise<void> {
  const { transport } = granted(await desk.request('talk:openSending', {}));
  const { transportId } = transport;
  expect(
    await desk.request('kitchenTalk:produceVoice', { transportId, rtpParameters: opus(7) }),
  ).toMatchObject({ ok: false, reason: 'kitchenTalk.voice_must_be_alaw' });
  await giveKitchenVoice(desk);
}

/** Presses the key of a desk and holds it until the function that it answers with is called. */
function press(desk: Desk, simulatedId: string, name: 'begin' | 'takeOver' = 'begin') {
  presses += 1;
  const command = { commandId: `press-${presses}`, cameraId: cameraIds.get(simulatedId) ?? '' };
  const renewing = setInterval(() => void desk.request('kitchenTalk:keep', command), keepEveryMs);
  return {
    command,
    answer: desk.request(`kitchenTalk:${name}`, command),
    stopKeeping: () => clearInterval(renewing),
    async release() {
      clearInterval(renewing);
      granted(await desk.request('kitchenTalk:end', command));
    },
  };
}

const heardBy = (simulatedId: string) => city.cameras().find(({ id }) => id === simulatedId)?.ear.heard;
const endsSeenBy = (desk: Desk) =>
  desk.noticesOf('kitchenTalk:changed').flatMap(({ ended }) => (ended === undefined ? [] : [ended]));
async function audited() {
  const { lines } = granted(
    await ann.request('audit:search', { filter: { kinds: ['kitchens'] }, limit: 10 }),
  );
  return lines;
}

beforeAll(async () => {
  city = await createSimulator({ sites: 4, cameras: 12 });
  const started = await startRecorderHub(ears.length, {
    MINGCHU_MEDIA_WORKERS: '1',
    MINGCHU_GB28181_MEDIA_PORTS: '41300-41399',
  });
  ({ hub } = started);
  recorders = ears.map((habits, number) => simulatedRecorder(started.platform, number, { habits }));
  expect(await Promise.all(recorders.map((recorder) => recorder.register()))).toEqual(ears.map(() => 200));
  const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(city.registry()),
  });
  expect(answer.status).toBe(200);
  await registerChannels(
    hub,
    ears.map((_habits, number) => ({
      name: `gb-${number}`,
      url: `gb28181://${recorderIdOf(number)}/${channelIdOf(number)}`,
    })),
  );
  ann = await openDesk(hub, 'Ann');
  bob = await openDesk(hub, 'Bob');
  const { cameras } = granted(await ann.request('cameras:readDirectory', {}));
  cameraIds = new Map(cameras.map(({ externalId, cameraId }) => [externalId, cameraId]));
  await Promise.all([giveVoice(ann), giveVoice(bob)]);
});

afterAll(async () => {
  for (const recorder of recorders) recorder.close();
  for (const desk of [ann, bob]) desk.close();
  await hub.stop();
  await city.close();
});

describe('a camera with a back channel', () => {
  it('is known to have an ear, hears the tone at once and whole, and what was spoken is in the audit log with its length', async () => {
    const cameraId = cameraIds.get('cam-0001') ?? '';
    expect(granted(await ann.request('kitchenTalk:read', { cameraId }))).toMatchObject({
      ear: { has: 'yes' },
    });
    const pressedAtMs = Date.now();
    const talk = press(ann, 'cam-0001');
    expect(granted(await talk.answer)).toEqual({ toneMs });
    await vi.waitFor(() => expect(heardBy('cam-0001')?.packets).toBeGreaterThan(toneFrames + 10), within);
    const heard = heardBy('cam-0001');
    expect(heard).toMatchObject({ lost: 0 });
    expect(heard?.loudest).toBeGreaterThan(0.15);
    expect((heard?.firstAtMs ?? 0) - pressedAtMs).toBeLessThan(2_000);
    const speaking = granted(await bob.request('kitchenTalk:read', { cameraId })).speaking;
    expect(speaking).toMatchObject({ speaker: { name: 'Ann' }, phase: 'speaking', cameraId });
    await talk.release();
    await vi.waitFor(() => expect(endsSeenBy(bob).at(-1)).toMatchObject({ end: 'released' }), within);
    const before = heardBy('cam-0001')?.packets;
    await vi.waitFor(async () => expect(await audited()).toHaveLength(1), within);
    const [entry] = await audited();
    expect(entry).toMatchObject({ actor: 'Ann', detail: { end: 'released' } });
    expect(entry?.detail['lengthMs']).toBeGreaterThan(toneMs);
    expect(heardBy('cam-0001')?.packets).toBe(before);
  });

  it('that wants RECORD is spoken to; one that offers none, or refuses to begin, is said so with what to do', async () => {
    city.setEar('cam-0002', 'needsRecord');
    const record = press(ann, 'cam-0002');
    granted(await record.answer);
    await vi.waitFor(() => expect(heardBy('cam-0002')?.packets).toBeGreaterThan(toneFrames), within);
    await record.release();
    city.setEar('cam-0003', 'refusesPlay');
    const refused = press(ann, 'cam-0003');
    expect(await refused.answer).toMatchObject({ ok: false, reason: 'kitchenTalk.camera_refused' });
    refused.stopKeeping();
    city.setEar('cam-0004', 'none');
    const none = press(ann, 'cam-0004');
    expect(await none.answer).toMatchObject({ ok: false, reason: 'kitchenTalk.no_back_channel' });
    none.stopKeeping();
    const cameraId = cameraIds.get('cam-0004') ?? '';
    expect(granted(await ann.request('kitchenTalk:read', { cameraId })).ear).toEqual({
      has: 'no',
      fault: 'noBackChannel',
    });
  });

  it('that accepts and plays nothing looks like one that plays: the hub says that it accepted, and nothing more', async () => {
    city.setEar('cam-0005', 'deaf');
    const talk = press(ann, 'cam-0005');
    expect(granted(await talk.answer)).toEqual({ toneMs });
    await talk.release();
    expect(heardBy('cam-0005')).toMatchObject({ packets: 0 });
  });
});

describe('a recorder', () => {
  const earOf = async (number: number) => {
    const cameraId = cameraIds.get(`gb-${number}`) ?? '';
    return granted(await ann.request('kitchenTalk:read', { cameraId })).ear;
  };
  const heard = (number: number) => recorders[number]?.ear.heard;
  const isOver = (number: number) =>
    vi.waitFor(() => expect(recorders[number]?.ear.openCalls).toBe(0), within);

  it.each([
    [0, 'by datagrams'],
    [1, 'over a connection that it opens'],
    [2, 'over one that we open'],
    [3, 'over one that it opens late'],
  ])('%i hears the tone after a broadcast, %s, and the call ends with the talk', async (number) => {
    const talk = press(ann, `gb-${number}`);
    expect(granted(await talk.answer)).toEqual({ toneMs });
    await vi.waitFor(() => expect(heard(number)?.packets).toBeGreaterThan(toneFrames + 5), within);
    expect(heard(number)).toMatchObject({ lost: 0 });
    expect(heard(number)?.loudest).toBeGreaterThan(0.15);
    await talk.release();
    await isOver(number);
    expect(await earOf(number)).toEqual({ has: 'yes' });
  });

  it('that refuses the broadcast is called for a talk, and at once the next time', async () => {
    for (const broadcasts of [1, 0]) {
      const before = recorders[4]?.received.filter((line) => line.startsWith('MESSAGE')).length ?? 0;
      const talk = press(ann, 'gb-4');
      granted(await talk.answer);
      await vi.waitFor(() => expect(heard(4)?.packets).toBeGreaterThan(toneFrames), within);
      await talk.release();
      await isOver(4);
      const after = recorders[4]?.received.filter((line) => line.startsWith('MESSAGE')).length ?? 0;
      expect(after - before).toBe(broadcasts);
    }
  });

  it('that refuses both, or says nothing, is said so with what to do; one that ends its own call at once is called for a talk meanwhile', async () => {
    const refused = press(ann, 'gb-5');
    expect(await refused.answer).toMatchObject({ reason: 'kitchenTalk.recorder_refused' });
    refused.stopKeeping();
    expect(await earOf(5)).toEqual({ has: 'no', fault: 'refused' });
    const silent = press(ann, 'gb-6');
    expect(await silent.answer).toMatchObject({ reason: 'kitchenTalk.recorder_silent' });
    silent.stopKeeping();
    const ended = press(ann, 'gb-7');
    granted(await ended.answer);
    await vi.waitFor(() => expect(heard(7)?.packets).toBeGreaterThan(0), within);
    await ended.release();
    await isOver(7);
  });
});

describe('two officers at one kitchen', () => {
  it('one speaks, the other sees who; who takes over is seen by the first, whose late words change nothing', async () => {
    const first = press(ann, 'cam-0001');
    granted(await first.answer);
    const second = press(bob, 'cam-0001');
    expect(await second.answer).toMatchObject({ reason: 'kitchenTalk.busy', parameters: { by: 'Ann' } });
    second.stopKeeping();
    const third = press(bob, 'cam-0001', 'takeOver');
    granted(await third.answer);
    expect(endsSeenBy(ann).at(-1)).toMatchObject({
      end: 'taken',
      by: 'Bob',
      commandId: first.command.commandId,
    });
    expect(await ann.request('kitchenTalk:keep', first.command)).toMatchObject({
      reason: 'kitchenTalk.over',
    });
    await first.release();
    expect(
      granted(await ann.request('kitchenTalk:read', { cameraId: third.command.cameraId })),
    ).toMatchObject({
      speaking: { speaker: { name: 'Bob' } },
    });
    await third.release();
  });

  it('what a desk holds ends when it says nothing any more, and when it is gone', async () => {
    const silent = press(ann, 'cam-0001');
    granted(await silent.answer);
    silent.stopKeeping();
    await vi.waitFor(() => expect(endsSeenBy(bob).at(-1)).toMatchObject({ end: 'silence' }), within);
    const gone = await openDesk(hub, 'Cid');
    await giveVoice(gone);
    const talk = press(gone, 'cam-0001');
    granted(await talk.answer);
    talk.stopKeeping();
    gone.close();
    await vi.waitFor(() => expect(endsSeenBy(bob).at(-1)).toMatchObject({ end: 'left' }), within);
  });
});

describe('a call for help', () => {
  it('ends what a desk says into a kitchen, and comes to it before that end, as to a desk that does not speak', async () => {
    await addSquads(ann);
    const phone = await signIn(hub, ann, 'ann');
    const talk = press(bob, 'cam-0001');
    granted(await talk.answer);
    const isCall = ({ name, payload }: Desk['notices'][number]): boolean =>
      name === 'talk:floorTaken' || (name === 'squads:emergencyChanged' && 'emergency' in Object(payload));
    const before = new Map([ann, bob].map((desk) => [desk, desk.notices.length]));
    granted(await phone.request('squads:raiseEmergency', { emergencyId: 'sos-ann', ageMs: 0, press: 1 }));
    await vi.waitFor(() => expect(endsSeenBy(bob).at(-1)).toMatchObject({ end: 'emergency' }), within);
    await vi.waitFor(() => expect(endsSeenBy(ann).at(-1)).toMatchObject({ end: 'emergency' }), within);
    const untilEnd = (desk: Desk): string[] => {
      const notices = desk.notices.slice(before.get(desk));
      const end = notices.findIndex(({ name }) => name === 'kitchenTalk:changed');
      return notices
        .slice(0, end)
        .filter(isCall)
        .map(({ name }) => name);
    };
    expect(untilEnd(bob)).toEqual(['squads:emergencyChanged', 'talk:floorTaken']);
    expect(untilEnd(bob)).toEqual(untilEnd(ann));
    const [floor] = bob.noticesOf('talk:floorTaken');
    expect(floor).toMatchObject({ floor: { priority: 'emergency', talker: { memberId: 'ann' } } });
    talk.stopKeeping();
    phone.close();
  });
});

describe('a stored sentence', () => {
  it('is heard whole after the tone, ends by itself, is in the audit log with its name, and is there after a kill', async () => {
    const key = { kindId: 'no_hat', language: 'zh' } as const;
    const spoken = Uint8Array.from({ length: 12_000 }, (_unused, at) => encodeALaw(Math.sin(at / 3) / 2));
    const sound = Buffer.from(spoken).toString('base64');
    granted(await ann.request('kitchenTalk:saveSentence', { ...key, name: '请戴好帽子', sound }));
    const cameraId = cameraIds.get('cam-0006') ?? '';
    const command = { commandId: 'sentence-1', cameraId };
    expect(granted(await bob.request('kitchenTalk:play', { ...command, ...key }))).toEqual({
      toneMs,
      lengthMs: 1_500,
    });
    const met = press(ann, 'cam-0006');
    expect(await met.answer).toMatchObject({ reason: 'kitchenTalk.busy', parameters: { by: 'Bob' } });
    met.stopKeeping();
    await vi.waitFor(() => expect(endsSeenBy(ann).at(-1)).toMatchObject({ end: 'played' }), within);
    // Every frame of the sentence is as loud as it was recorded; of the tone some are.
    const loud = city.cameras().find(({ id }) => id === 'cam-0006')?.ear.heard;
    expect(loud).toMatchObject({ lost: 0 });
    expect(loud?.packets).toBeGreaterThanOrEqual(toneFrames + 1_500 / frameMs);
    expect(loud?.loudest).toBeCloseTo(levelOf(spoken), 1);
    await vi.waitFor(
      async () =>
        expect(await audited()).toContainEqual(
          expect.objectContaining({
            action: 'kitchens:speak',
            actor: 'Bob',
            detail: expect.objectContaining({ sentence: '请戴好帽子', end: 'played' }),
          }),
        ),
      within,
    );
    expect(await bob.request('kitchenTalk:play', { ...command, ...key })).toMatchObject({
      reason: 'kitchenTalk.over',
    });
    const none = { commandId: 'sentence-2', cameraId, kindId: 'no_hat', language: 'en' } as const;
    expect(await bob.request('kitchenTalk:play', none)).toMatchObject({
      reason: 'kitchenTalk.no_such_sentence',
    });
    const cut = { commandId: 'sentence-3', cameraId, ...key };
    granted(await bob.request('kitchenTalk:play', cut));
    for (const desk of [ann, bob]) desk.close();
    await hub.kill();
    hub = await startHubProcess({ dataDir: hub.dataDir });
    ann = await openDesk(hub, 'Ann');
    bob = await openDesk(hub, 'Bob');
    expect(granted(await bob.request('kitchenTalk:listSentences', {})).sentences).toMatchObject([
      { ...key, name: '请戴好帽子', lengthMs: 1_500, by: 'Ann' },
    ]);
    await vi.waitFor(
      async () =>
        expect(await audited()).toContainEqual(
          expect.objectContaining({
            detail: expect.objectContaining({ sentence: '请戴好帽子', end: 'restarted' }),
          }),
        ),
      within,
    );
    expect(granted(await bob.request('kitchenTalk:readSentence', key)).sound).toBe(sound);
    granted(await bob.request('kitchenTalk:play', { ...cut, commandId: 'sentence-4' }));
    await vi.waitFor(() => expect(endsSeenBy(ann).at(-1)).toMatchObject({ end: 'played' }), within);
  });
});
