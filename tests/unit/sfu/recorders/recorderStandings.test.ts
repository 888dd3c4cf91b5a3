import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRecorderMatches } from '../../../../src-sfu/features/recorders/recorderMatches.ts';
import {
  createRecorderHandlers,
  type RecorderSightings,
} from '../../../../src-sfu/features/recorders/recorders.handlers.ts';
import { createRecorderStandings } from '../../../../src-sfu/features/recorders/recorderStandings.ts';
import type { Platform, Recorder } from '../../../../src-shared/recorders/recorders.protocol.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { at, channelId, doorInMemory, home, recorderId } from '../../../support/recorderDoor.ts';

const context = { identity: undefined } as unknown as SurfaceContext;
const keepalive = `<Notify><CmdType>Keepalive</CmdType><SN>43</SN><DeviceID>${recorderId}</DeviceID></Notify>`;

let stage: Awaited<ReturnType<typeof feature>>;
beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-28T14:13:00.000Z') });
  stage = await feature();
});
afterEach(async () => {
  stage.standings.close();
  const closing = stage.door.close();
  await vi.advanceTimersByTimeAsync(5_000);
  await closing;
  vi.useRealTimers();
});

/** Recorders as the desk's requests see them, over a door in memory. */
async function feature() {
  const made = await doorInMemory(Date.now);
  const { recorders } = made;
  const standings = createRecorderStandings({ list: recorders.standings, nowMs: Date.now });
  recorders.onChanged(standings.touched);
  const said = vi.fn();
  standings.onChanged(said);
  const learned: Pick<Recorder, 'make' | 'lastProblem'> = {};
  let asking: ReturnType<RecorderSightings['askCatalogue']> = 'asked';
  const handlers = createRecorderHandlers({
    recorders,
    matches: createRecorderMatches({
      sites: () => Promise.resolve([]),
      pinyinOf: (name) => name,
      setSources: () => Promise.resolve(undefined),
      releasable: () => Promise.resolve(new Set()),
      release: () => Promise.resolve('nothing_kept'),
    }),
    standings,
    sightings: {
      learnedOf: () => learned,
      traceOf: () => [],
      forget: () => undefined,
      platform: () => Promise.resolve({} as Platform),
      setPlatform: () => Promise.resolve(),
      askCatalogue: () => asking,
    },
  });
  return {
    ...made,
    standings,
    learned,
    /** How often it was said within this time that something changed. */
    async timesSaid(ms: number): Promise<number> {
      said.mockClear();
      await vi.advanceTimersByTimeAsync(ms);
      return said.mock.calls.length;
    },
    async row(): Promise<Recorder | undefined> {
      const answer = await handlers['recorders:list'](context, {});
      return answer.ok ? answer.data.recorders[0] : undefined;
    },
    askCatalogue(outcome: typeof asking) {
      asking = outcome;
      return handlers['recorders:askCatalogue'](context, { recorderId });
    },
  };
}

it('says within a second what an open desk would not show otherwise, and nothing while only keepalives come', async () => {
  const { directory } = stage.recorders;
  const cases: [string, () => unknown][] = [
    ['it registers', () => stage.register()],
    [
      'its port is another one',
      () => stage.request('MESSAGE', { body: keepalive, from: at(home.address, 61_000) }),
    ],
    ['its media comes another way', () => directory.learn(recorderId, { way: 'tcpPassive' })],
    [
      'it has a channel',
      () => directory.catalogueCame(recorderId, { items: [item('后厨')], sum: undefined }, false),
    ],
    [
      'the channel is called otherwise',
      () => directory.catalogueCame(recorderId, { items: [item('前厅')], sum: undefined }, false),
    ],
    [
      'another device uses its id',
      () => directory.failed(recorderId, '', { problem: 'two_devices', address: '10.1.1.1' }),
    ],
    [
      'it is called otherwise',
      () => stage.recorders.add({ recorderId, name: 'Canteen', password: stage.password }, 'tests'),
    ],
    ['its clock is not set any more', () => stage.recorders.setClock(recorderId, false, 'tests')],
    ['it signs off', () => directory.signedOff(recorderId)],
    ['it is removed', () => stage.recorders.remove(recorderId, 'tests')],
  ];
  for (const [what, change] of cases) {
    await change();
    expect(await stage.timesSaid(1_100), what).toBeGreaterThan(0);
    // What follows it by itself is over, but for what is asked again.
    await vi.advanceTimersByTimeAsync(5_000);
    stage.request('MESSAGE', { body: keepalive, from: directory.placeOf(recorderId) ?? home });
    expect(await stage.timesSaid(3_000), `after: ${what}`).toBe(0);
  }
});

function item(name: string) {
  return { deviceId: channelId, name, isOn: true, isChannel: true, isFixed: false, event: undefined };
}

it('says that one waits within seconds, and strangers do not make every desk read without end', async () => {
  const { directory } = stage.recorders;
  directory.waits('42120000001180000042', '10.77.0.42');
  expect(await stage.timesSaid(5_100)).toBe(1);
  let times = 0;
  for (let second = 0; second < 60; second += 1) {
    directory.waits(`4212000000119${String(second).padStart(7, '0')}`, `10.66.0.${second}`);
    times += await stage.timesSaid(1_000);
  }
  expect(times).toBeGreaterThan(5);
  expect(times).toBeLessThanOrEqual(13);
});

it('says that a recorder is silent within ten seconds of three minutes, and since when it was not heard', async () => {
  stage.register();
  await vi.advanceTimersByTimeAsync(60_000);
  stage.request('MESSAGE', { body: keepalive });
  const heardAtMs = Date.now();
  const online = await stage.row();
  expect(online?.isOnline).toBe(true);
  expect(heardAtMs - (online?.sinceMs ?? 0)).toBeGreaterThan(55_000);
  let silentAtMs = 0;
  for (let second = 0; second < 240 && silentAtMs === 0; second += 1)
    if ((await stage.timesSaid(1_000)) > 0 && (await stage.row())?.isOnline === false)
      silentAtMs = Date.now();
  expect(silentAtMs - heardAtMs).toBeGreaterThanOrEqual(180_000);
  expect(silentAtMs - heardAtMs).toBeLessThanOrEqual(192_000);
  expect((await stage.row())?.sinceMs).toBe(heardAtMs);
});

it('two devices with one id, a stolen id and one that moved are problems with an address in the list', async () => {
  stage.register();
  const { directory } = stage.recorders;
  directory.failed(recorderId, '', { problem: 'moved', address: '10.77.0.50' });
  expect((await stage.row())?.lastProblem).toMatchObject({ problem: 'moved', address: '10.77.0.50' });
  // That its messages are refused there is the same matter.
  stage.learned.lastProblem = { atMs: Date.now() + 60_000, problem: 'other_address' };
  expect((await stage.row())?.lastProblem).toMatchObject({ problem: 'moved' });
  stage.learned.lastProblem = { atMs: Date.now() + 60_000, problem: 'busy', status: 486 };
  expect((await stage.row())?.lastProblem).toMatchObject({ problem: 'busy' });
  await vi.advanceTimersByTimeAsync(120_000);
  directory.failed(recorderId, '', { problem: 'two_devices', address: '10.66.0.6' });
  expect((await stage.row())?.lastProblem).toMatchObject({ problem: 'two_devices', address: '10.66.0.6' });
});

it('a person who asks for a catalogue again within 3 s reads so', async () => {
  expect(await stage.askCatalogue('asked')).toEqual({ ok: true, data: {} });
  expect(await stage.askCatalogue('tooSoon')).toMatchObject({
    ok: false,
    code: 'too_many',
    reason: 'recorders.asked_just_now',
  });
});
