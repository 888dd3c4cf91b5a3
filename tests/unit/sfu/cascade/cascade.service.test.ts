import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWithinHours } from '../../../../src-shared/cascade/viewHours.ts';
import type { SharedCandidate, UpperLinks } from '../../../../src-sfu/features/cascade/cascade.ports.ts';
import type { CascadeRepository } from '../../../../src-sfu/features/cascade/cascade.repository.ts';
import { createCascadeService } from '../../../../src-sfu/features/cascade/cascade.service.ts';
import { createUpperTurning, longestMoveMs } from '../../../../src-sfu/features/cascade/upperTurning.ts';
import { createCascadeRepository } from '../../../../src-sfu/storage/cascade.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';
import { turn, untouched, type TurnState } from '../../../../src-shared/turning/turningMachine.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';
import { ourId, upperPassword, upperSettings } from '../../../support/upperStage.ts';

const candidate = (cameraId: string, district = '咸安区', url = 'rtsp://10.0.0.9/'): SharedCandidate => ({
  cameraId,
  name: `食堂 ${cameraId}`,
  district,
  url,
});

async function stage(
  store: Awaited<ReturnType<typeof openStore>>,
  around: (repository: CascadeRepository) => CascadeRepository = (repository) => repository,
) {
  let all = [candidate('c1'), candidate('c2'), candidate('c3', '嘉鱼县')];
  let minute = 600;
  let running: { upperId: string; cameraId: string }[] = [];
  const places = new Map<string, string>();
  let prefix = '4212000000';
  const connected: string[][] = [];
  const links: UpperLinks = {
    connect: (records) => void connected.push(records.map(({ settings }) => settings.name)),
    standing: () => ({ state: 'registered', sinceMs: 0 }),
    views: () => [],
    endViews(isMeant) {
      const before = running.length;
      running = running.filter((view) => !isMeant(view));
      return before - running.length;
    },
    listChanged: () => undefined,
  };
  const repository = around(createCascadeRepository(store, createSecretBox(Buffer.alloc(32, 3))));
  let nowMs = 1_000;
  const cascade = await createCascadeService({
    repository,
    cameras: { all: () => all, isOnline: (id) => id !== 'c2', canTurn: () => false },
    idPrefix: () => prefix,
    links,
    addressOf: (recorderId) => places.get(recorderId),
    isOurselves: ({ address }) => Promise.resolve(address === '10.0.0.2'),
    minuteOfDay: () => minute,
    nowMs: () => nowMs,
    logger: silentLogger,
  });
  const made = await cascade.add(upperSettings(5060), upperPassword, 'tests');
  const upperId = made.ok ? made.data.upperId : (cascade.list()[0]?.upperId ?? '');
  const idOf = (cameraId: string): string | undefined =>
    cascade.rights.items(upperId).find(({ camera }) => camera?.cameraId === cameraId)?.gbId;
  const read = () => {
    const [platform] = cascade.list();
    if (platform === undefined) throw new Error('there is no platform');
    return platform;
  };
  return {
    cascade,
    read,
    share: (districts: string[], cameraIds: string[] = []) =>
      cascade.share(
        read().upperId,
        { shared: { districts, cameraIds }, revision: read().revisions.shared },
        'tests',
      ),
    change: (more: Parameters<typeof upperSettings>[1] = {}) =>
      cascade.change(
        read().upperId,
        { settings: upperSettings(5060, more), revision: read().revisions.settings },
        'tests',
      ),
    places,
    setPrefix: (next: string) => (prefix = next),
    pass: (ms: number) => (nowMs += ms),
    repository,
    made,
    upperId,
    idOf,
    connected,
    may: (gbId: string | undefined) => cascade.rights.mayView(upperId, gbId ?? '').verdict,
    watch: (...cameraIds: string[]) => (running = cameraIds.map((cameraId) => ({ upperId, cameraId }))),
    running: () => running.map(({ cameraId }) => cameraId),
    setAll: (next: typeof all) => (all = next),
    setMinute: (next: number) => (minute = next),
  };
}

describe('upper platforms', () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => (store = await openStore(':memory:')));
  afterEach(() => store.destroy());

  it('gives each camera an id that it keeps for ever, in a folder of its district', async () => {
    const one = await stage(store);
    expect(one.cascade.rights.items(one.upperId)).toEqual([]);
    await one.share(['咸安区'], ['c3']);
    const group = '42120000002150000077';
    expect(one.cascade.rights.items(one.upperId)).toMatchObject([
      { gbId: group, parentId: ourId },
      { gbId: '42120000002160000001', parentId: group, groupId: group, name: '咸安区' },
      { gbId: '42120000002160000002', parentId: group, groupId: group, name: '嘉鱼县' },
      {
        gbId: '42120000001320000001',
        parentId: '42120000002160000001',
        camera: { cameraId: 'c1', isOn: true },
      },
      { gbId: '42120000001320000002', camera: { cameraId: 'c2', isOn: false } },
      { gbId: '42120000001320000003', parentId: '42120000002160000002' },
    ]);
    // The first camera is gone, another one came, and the hub was started again.
    one.setAll([candidate('c4'), candidate('c2')]);
    await one.cascade.registryChanged();
    expect(one.idOf('c4')).toBe('42120000001320000004');
    const two = await stage(store);
    expect(two.idOf('c1')).toBe('42120000001320000001');
    expect(two.made).toMatchObject({ ok: false, reason: 'cascade.already_there' });
    expect((await two.repository.platforms())[0]?.password).toBe(upperPassword);
  });

  it('never sends back what came from there, and does not take itself for an upper platform', async () => {
    const one = await stage(store);
    one.setAll([
      candidate('c1'),
      candidate('c5', '咸安区', 'gb28181://42000000002000000001/42000000001320000001'),
    ]);
    await one.share(['咸安区']);
    expect(one.cascade.list()[0]).toMatchObject({ sharedCameras: 1, fromThere: 1 });
    expect(one.idOf('c5')).toBeUndefined();
    const own = await one.cascade.add(upperSettings(5060, { address: '10.0.0.2' }), upperPassword, 'tests');
    expect(own).toMatchObject({ ok: false, reason: 'cascade.ourselves' });
  });

  it('ends views at once that may not go on: shut, taken out of the set, out of hours, or of a camera that is gone', async () => {
    const one = await stage(store);
    const { cascade, upperId } = one;
    await one.share(['咸安区'], ['c3']);
    const [first, third] = [one.idOf('c1'), one.idOf('c3')];
    expect([one.may(first), one.may(third), one.may('42120000001320000099')]).toEqual([
      'may',
      'may',
      'unknown',
    ]);
    one.watch('c1', 'c2', 'c3');
    expect(await cascade.shutCamera('c1', 'tests')).toMatchObject({ data: { ended: 1 } });
    expect([one.may(first), one.running()]).toEqual(['shut', ['c2', 'c3']]);
    await cascade.openCamera('c1', { fromMinute: 590, toMinute: 610 }, 'tests');
    expect(one.may(first)).toBe('may');
    one.watch('c1', 'c2', 'c3');
    one.setMinute(610);
    cascade.enforce();
    expect([one.may(first), one.running()]).toEqual(['shut', ['c2', 'c3']]);
    await one.share(['咸安区']);
    expect([one.may(third), one.running()]).toEqual(['unknown', ['c2']]);
    expect(await cascade.shutPlatform(upperId, 'tests')).toMatchObject({ data: { ended: 1 } });
    expect(one.may(one.idOf('c2'))).toBe('shut');
    // All of it holds after a restart.
    const two = await stage(store);
    two.setMinute(600);
    expect([two.may(two.idOf('c2')), two.cascade.list()[0]?.settings.mayWatch]).toEqual(['shut', false]);
    await two.change();
    expect([two.may(two.idOf('c1')), two.may(two.idOf('c2'))]).toEqual(['may', 'may']);
    two.setMinute(700);
    expect([two.may(two.idOf('c1')), two.may(two.idOf('c2'))]).toEqual(['shut', 'may']);
    two.watch('c2');
    two.setAll([candidate('c1')]);
    await two.cascade.registryChanged();
    expect(two.running()).toEqual([]);
    await two.cascade.remove(two.upperId, 'tests');
    expect(two.cascade.list()).toEqual([]);
  });

  it('refuses what was read before somebody else changed it, so that a form never opens what was shut at once', async () => {
    const one = await stage(store);
    const { upperId, cascade } = one;
    await one.share(['咸安区']);
    const stale = one.read();
    await cascade.shutPlatform(upperId, 'tests');
    const wanted = { settings: stale.settings, revision: stale.revisions.settings };
    expect(await cascade.change(upperId, wanted, 'tests')).toMatchObject({
      ok: false,
      reason: 'cascade.changed_meanwhile',
    });
    expect(one.read().settings.mayWatch).toBe(false);
    await one.share(['嘉鱼县']);
    const set = { shared: { districts: [], cameraIds: ['c1'] }, revision: stale.revisions.shared };
    expect(await cascade.share(upperId, set, 'tests')).toMatchObject({ reason: 'cascade.changed_meanwhile' });
    expect(one.read().shared.districts).toEqual(['嘉鱼县']);
    // The set was changed, the settings were not.
    expect(await one.change()).toMatchObject({ ok: true });
    expect(one.read().settings.mayWatch).toBe(true);
  });

  it('shuts at once, whatever is being written, and keeps it shut', async () => {
    let finish: () => void = () => undefined;
    const one = await stage(store, (repository) => ({
      ...repository,
      async change(record, deed) {
        if (record.settings.name === '慢') await new Promise<void>((resolve) => (finish = resolve));
        await repository.change(record, deed);
      },
    }));
    await one.share(['咸安区']);
    one.watch('c1', 'c2');
    const slow = one.change({ name: '慢' });
    await Promise.resolve();
    const shutCamera = one.cascade.shutCamera('c1', 'tests');
    expect([one.running(), one.may(one.idOf('c1')), one.may(one.idOf('c2'))]).toEqual([
      ['c2'],
      'shut',
      'may',
    ]);
    const shutPlatform = one.cascade.shutPlatform(one.upperId, 'tests');
    expect([one.running(), one.may(one.idOf('c2'))]).toEqual([[], 'shut']);
    await vi.waitFor(() => finish());
    await vi.waitFor(async () => {
      finish();
      expect(await Promise.race([slow, undefined])).toMatchObject({ ok: true });
    });
    expect(await shutCamera).toMatchObject({ data: { ended: 1 } });
    expect(await shutPlatform).toMatchObject({ data: { ended: 1 } });
    expect(one.may(one.idOf('c2'))).toBe('shut');
    expect(one.read().settings).toMatchObject({ name: '慢', mayWatch: false });
    expect((await one.repository.limits())[0]).toMatchObject({ cameraId: 'c1', isShut: true });
  });

  it('lets a change stand whose new ids cannot be kept yet, and gives them later', async () => {
    let isBusy = false;
    const one = await stage(store, (repository) => ({
      ...repository,
      addIds: (ids) => (isBusy ? Promise.reject(new Error('busy')) : repository.addIds(ids)),
    }));
    await one.share(['咸安区']);
    one.watch('c1', 'c2');
    isBusy = true;
    one.setAll([candidate('c1'), candidate('c4')]);
    await one.cascade.registryChanged();
    // What is gone is not watched any longer.
    expect(one.running()).toEqual(['c1']);
    const before = one.connected.length;
    expect(await one.change({ name: '新名' })).toMatchObject({ ok: true });
    expect(one.connected.length).toBe(before + 1);
    expect([one.idOf('c1'), one.idOf('c4')]).toEqual(['42120000001320000001', undefined]);
    isBusy = false;
    one.cascade.enforce();
    one.pass(5_000);
    one.cascade.enforce();
    await vi.waitFor(() => expect(one.idOf('c4')).toBe('42120000001320000003'));
  });

  it('gives new ids of the place that is set up now, and leaves those of before', async () => {
    const one = await stage(store);
    await one.share(['咸安区']);
    one.setPrefix('4299000000');
    await one.share(['咸安区', '嘉鱼县']);
    expect([one.idOf('c1'), one.idOf('c3')]).toEqual(['42120000001320000001', '42990000001320000003']);
  });

  it('stops sending to a platform what turns out to come from there, and knows it after the recorder left', async () => {
    const one = await stage(store);
    const [lower, nearby] = ['51000000001180000001', '52000000001180000001'];
    const cameras = [
      candidate('c1'),
      candidate('c5', '咸安区', `gb28181://${lower}/51000000001320000009`),
      candidate('c6', '咸安区', `gb28181://${nearby}/52000000001320000009`),
    ];
    one.setAll(cameras);
    await one.change({ address: '192.168.1.8', mediaAddresses: ['192.168.1.9'], otherIds: [nearby] });
    await one.share(['咸安区']);
    one.watch('c1', 'c5', 'c6');
    // It registers at the address of the platform's media server, whatever kind it says it is.
    for (const recorderId of [lower, nearby]) {
      one.places.set(recorderId, '192.168.1.9');
      one.cascade.recorderCameTo(recorderId, '192.168.1.9');
    }
    expect(one.running()).toEqual(['c1', 'c6']);
    expect(one.read()).toMatchObject({ sharedCameras: 2, fromThere: 1 });
    await vi.waitFor(async () => expect(await one.repository.seenPlaces()).toHaveLength(2));
    // Signed off, and after a restart.
    const two = await stage(store);
    two.setAll(cameras);
    expect(two.read()).toMatchObject({ sharedCameras: 2, fromThere: 1 });
    // An address that was entered by mistake holds nothing back any longer.
    await two.change({ address: '192.168.1.7' });
    expect(two.read()).toMatchObject({ sharedCameras: 3, fromThere: 0 });
    await two.change({ address: '192.168.1.7', sameIds: [nearby] });
    expect(two.read()).toMatchObject({ sharedCameras: 2, fromThere: 1 });
  });

  it('passes none of its own cameras on that came round by other platforms', async () => {
    const one = await stage(store);
    await one.share(['咸安区']);
    const own = one.idOf('c1') ?? '';
    one.setAll([
      candidate('c1'),
      candidate('c7', '咸安区', `gb28181://53000000002000000001/${own}`),
      // A recorder numbers its channels as it likes.
      candidate('c8', '咸安区', `gb28181://53000000001180000001/${own}`),
    ]);
    await one.cascade.registryChanged();
    expect(one.read()).toMatchObject({ sharedCameras: 2, fromThere: 1 });
  });
});

it('knows hours that go over midnight', () => {
  const night = { fromMinute: 1_320, toMinute: 360 };
  expect([1_319, 1_320, 0, 359, 360].map((minute) => isWithinHours(night, minute))).toEqual([
    ...[false, true, true, true, false],
  ]);
  expect(isWithinHours({ fromMinute: 5, toMinute: 5 }, 5)).toBe(false);
});

it('turns for an upper platform until it says stop, a desk takes the camera, or five seconds pass without a word', async () => {
  vi.useFakeTimers();
  const words: string[] = [];
  let isHeld = false;
  const answer = (word: string) => {
    words.push(word);
    return Promise.resolve({ ok: !isHeld });
  };
  const turning = createUpperTurning({
    turning: {
      move: ({ yields }) => answer(`move ${String(yields)}`),
      keepMoving: () => answer('keep'),
      stop: () => answer('stop'),
      goToPreset: (_turner, _cameraId, number) => answer(`to ${number}`),
      left: () => undefined,
    },
    nowMs: () => Date.now(),
  });
  const upper = { upperId: 'u', name: '省平台' };
  const left = { pan: -1, tilt: 0, zoom: 0, focus: 0 };
  const rest = { pan: 0, tilt: 0, zoom: 0, focus: 0 };
  expect(await turning.turn(upper, 'c1', left)).toBe(true);
  await vi.advanceTimersByTimeAsync(450);
  await turning.turn(upper, 'c1', rest);
  expect(words).toEqual(['move true', 'keep', 'keep', 'stop']);
  words.length = 0;
  await turning.turn(upper, 'c1', left);
  await vi.advanceTimersByTimeAsync(longestMoveMs + 2_000);
  expect(words.at(-1)).toBe('stop');
  expect(words).toHaveLength(2 + longestMoveMs / 200 - 1);
  words.length = 0;
  await turning.turn(upper, 'c1', left);
  expect(await turning.goToPreset(upper, 'c1', 3)).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(words).toEqual(['move true', 'to 3']);
  words.length = 0;
  await turning.turn(upper, 'c1', left);
  isHeld = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(words).toEqual(['move true', 'keep']);
  vi.useRealTimers();
});

it('gives a camera that an upper platform turns to the first desk that wants it, and never the other way round', () => {
  const above = { holderId: 'upper-u', name: '省平台', yields: true as const };
  const desk = { holderId: 'desk-1', name: '值班席 1' };
  const motion = { pan: 1, tilt: 0, zoom: 0, focus: 0 };
  const moved = (state: TurnState, holder: typeof desk, moveId: number) =>
    turn(state, { type: 'move', holder, moveId, motion }, 1_000);
  const first = moved(untouched, above, 7);
  const second = moved(first.state, desk, 1);
  expect(second.verdict).toBe('done');
  expect(second.state.holder).toEqual(desk);
  expect(second.effects.map(({ type }) => type)).toEqual(['stop', 'ended', 'held', 'drive']);
  expect(moved(second.state, above, 8).verdict).toBe('held');
  expect(turn(second.state, { type: 'keepMoving', holder: above, moveId: 7 }, 1_100).verdict).toBe('late');
});
