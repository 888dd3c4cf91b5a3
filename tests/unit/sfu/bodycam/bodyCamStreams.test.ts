import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBodyCamStreams } from '../../../../src-sfu/features/bodycam/bodyCamStreams.ts';
import { createRoster } from '../../../../src-sfu/features/squads/roster.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';

const nowMs = 1_700_000_000_000;
const cameraId = 'bodycam:zhang';

function memberWith(bodyCam: Member['bodyCam']): Member {
  return {
    memberId: 'zhang',
    squadId: 'wenquan',
    name: '张伟',
    duty: { status: 'on_scene', sinceMs: nowMs },
    isConnected: true,
    bodyCam,
  };
}

const desk = { holder: 'desk-1', purpose: 'view' } as const;

function setUp() {
  const roster = createRoster({
    squads: [],
    members: [],
    phones: [],
    codes: [],
    positions: [],
    emergencies: [],
    endedEmergencies: [],
  });
  roster.putSquad({
    squadId: 'wenquan',
    name: '温泉中队',
    nameEn: 'Wenquan squad',
    startsBodyCamInEmergency: false,
  });
  roster.putMember(memberWith({ state: 'off', sinceMs: nowMs }));
  const streams = createBodyCamStreams({
    roster,
    findPlace: () => Promise.resolve({ workerId: 'worker-1' }),
  });
  const heard: { viewers: string[]; state: string }[] = [];
  streams.onStreamChanged((viewers, { status }) =>
    heard.push({ viewers: [...viewers], state: status.state }),
  );
  let moves = 0;
  streams.onPresenceChanged(() => (moves += 1));
  const be = (bodyCam: Member['bodyCam']): void => {
    roster.change('zhang', { bodyCam });
    vi.runAllTimers();
  };
  vi.runAllTimers();
  return { streams, heard, be, moves: () => moves, roster };
}

describe('body cams as cameras', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('one that is off is no camera; asked for, live or lost it is, named by squad and member', () => {
    const { streams, be, moves } = setUp();
    expect(streams.findCamera(cameraId)).toBeUndefined();
    be({ state: 'asked', sinceMs: nowMs });
    expect(streams.findCamera(cameraId)).toMatchObject({
      siteName: '温泉中队',
      siteNameEn: 'Wenquan squad',
      cameraName: '张伟',
      isBodyCam: true,
    });
    be({ state: 'live', sinceMs: nowMs, streamId: cameraId, kinds: ['video'] });
    be({ state: 'lost', sinceMs: nowMs, streamId: cameraId });
    expect(streams.findCamera(cameraId)).toBeDefined();
    expect(moves()).toBe(1);
    be({ state: 'off', sinceMs: nowMs });
    expect(streams.findCamera(cameraId)).toBeUndefined();
    expect(moves()).toBe(2);
  });

  test('whoever watches hears of every change, and nobody else, until the picture is given back', async () => {
    const { streams, heard, be } = setUp();
    expect(await streams.open(desk, cameraId)).toMatchObject({
      ok: true,
      data: { status: { state: 'idle' } },
    });
    be({ state: 'asked', sinceMs: nowMs });
    be({ state: 'live', sinceMs: nowMs, streamId: cameraId, kinds: ['video'] });
    be({ state: 'lost', sinceMs: nowMs, streamId: cameraId });
    expect(heard).toEqual([
      { viewers: ['desk-1'], state: 'starting' },
      { viewers: ['desk-1'], state: 'live' },
      { viewers: ['desk-1'], state: 'retrying' },
    ]);
    streams.close(desk, cameraId);
    be({ state: 'off', sinceMs: nowMs });
    expect(heard).toHaveLength(3);
  });

  test('a picture that stalls is frozen, and says whether it carries sound', async () => {
    const { streams, be } = setUp();
    be({
      state: 'live',
      sinceMs: nowMs,
      streamId: cameraId,
      kinds: ['video', 'audio'],
      stalledSinceMs: nowMs - 900,
    });
    expect(await streams.open(desk, cameraId)).toMatchObject({
      ok: true,
      data: { status: { state: 'live', frozenSinceMs: nowMs - 900, audio: 'opus' } },
    });
  });

  test('a viewer that left hears nothing any more', async () => {
    const { streams, heard, be } = setUp();
    await streams.open(desk, cameraId);
    streams.releaseShares(desk);
    be({ state: 'asked', sinceMs: nowMs });
    expect(heard).toEqual([]);
  });

  test('a removed member takes the picture off the wall', () => {
    const { streams, be, moves, roster } = setUp();
    be({ state: 'live', sinceMs: nowMs, streamId: cameraId, kinds: ['video'] });
    roster.dropMember('zhang');
    vi.runAllTimers();
    expect(streams.findCamera(cameraId)).toBeUndefined();
    expect(moves()).toBe(2);
  });

  test('screens are notified when a member or its squad gets another name, and of nothing else', () => {
    const { streams, be, moves, roster } = setUp();
    be({ state: 'live', sinceMs: nowMs, streamId: cameraId, kinds: ['video'] });
    roster.change('zhang', { isConnected: false });
    vi.runAllTimers();
    expect(moves()).toBe(1);
    roster.putMember({ ...roster.member('zhang')!, name: '张小伟' });
    vi.runAllTimers();
    expect(moves()).toBe(2);
    roster.putSquad({ squadId: 'wenquan', name: '温泉一中队', startsBodyCamInEmergency: false });
    vi.runAllTimers();
    expect(moves()).toBe(3);
    expect(streams.findCamera(cameraId)).toMatchObject({ cameraName: '张小伟', siteName: '温泉一中队' });
  });

  test('an unknown member and a hub without a worker are refused', async () => {
    expect(await setUp().streams.open(desk, 'bodycam:nobody')).toMatchObject({
      ok: false,
      code: 'not_found',
    });
    const workerless = createBodyCamStreams({
      roster: setUp().roster,
      findPlace: () => Promise.resolve(undefined),
    });
    expect(await workerless.open(desk, cameraId)).toMatchObject({ ok: false, code: 'unavailable' });
  });

  test('a share is held from the call on, and the answer is not older than notices that went out meanwhile', async () => {
    const { streams, heard, be } = setUp();
    const opening = streams.open(desk, cameraId);
    be({ state: 'asked', sinceMs: nowMs });
    expect(heard).toEqual([{ viewers: ['desk-1'], state: 'starting' }]);
    expect(await opening).toMatchObject({ ok: true, data: { status: { state: 'starting' } } });
  });

  test('only surfaces that view a body cam are notified of it, and a second share of the same surface is its own', async () => {
    const { streams, heard, be } = setUp();
    await streams.open(desk, cameraId);
    await streams.open({ holder: 'recorder', purpose: 'record' }, cameraId);
    streams.releaseShares({ holder: 'desk-1', purpose: 'record' });
    be({ state: 'asked', sinceMs: nowMs });
    expect(heard).toEqual([{ viewers: ['desk-1'], state: 'starting' }]);
  });

  test('a refused share is not held', async () => {
    let place: { workerId: string } | undefined = undefined;
    const { roster } = setUp();
    const streams = createBodyCamStreams({ roster, findPlace: () => Promise.resolve(place) });
    let changes = 0;
    streams.onStreamChanged(() => (changes += 1));
    await streams.open(desk, cameraId);
    roster.change('zhang', { bodyCam: { state: 'asked', sinceMs: nowMs } });
    vi.runAllTimers();
    expect(changes).toBe(0);
    place = { workerId: 'worker-1' };
    await streams.open(desk, cameraId);
    roster.change('zhang', {
      bodyCam: { state: 'live', sinceMs: nowMs, streamId: cameraId, kinds: ['video'] },
    });
    vi.runAllTimers();
    expect(changes).toBe(1);
  });
});
