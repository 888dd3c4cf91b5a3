import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { createCameraDirectory } from '../../../../src-sfu/features/cameras/cameraDirectory.ts';
import {
  createCamerasService,
  type CamerasService,
} from '../../../../src-sfu/features/cameras/cameras.service.ts';
import { scriptedMedia, twoCameras, viewer, type ScriptedEvent } from './scriptedCameras.ts';
import type { StreamChange } from '../../../../src-sfu/features/cameras/runningStream.ts';

describe('camera streams', () => {
  let script: ReturnType<typeof scriptedMedia>;
  let service: CamerasService;
  let directory: ReturnType<typeof createCameraDirectory>;
  let removed: Set<string>;
  let changes: StreamChange[];
  /** How far the hub's clock is behind the timers'. */
  let clockLagMs: number;

  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    script = scriptedMedia();
    clockLagMs = 0;
    removed = new Set();
    const repository = {
      ...twoCameras,
      listCameras: async () => (await twoCameras.listCameras()).filter(({ id }) => !removed.has(id)),
    };
    directory = createCameraDirectory(repository, () => Date.now());
    await directory.reload();
    service = createCamerasService({
      directory,
      repository,
      media: script.media,
      logger: pino({ level: 'silent' }),
      lingerMs: 10_000,
      nowMs: () => Date.now() - clockLagMs,
      random: () => 0.5,
    });
    changes = [];
    service.onStreamChanged((_viewers, change) => changes.push(change));
  });
  afterEach(() => {
    service.close();
    vi.useRealTimers();
  });

  const opened = async (viewerId: string, cameraId = 'cam-1') => {
    const answer = await service.openStream(viewer(viewerId), cameraId, 'sub');
    if (!answer.ok) throw new Error(answer.message);
    return answer.data;
  };
  const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);
  const report = (event: ScriptedEvent): void => script.attempts.at(-1)?.report(event);

  it('starts one attempt for any number of viewers', async () => {
    await opened('a');
    await opened('b');
    await settle();
    expect(script.attempts).toHaveLength(1);
    report({ type: 'live' });
    expect((await opened('c')).status.state).toBe('live');
    expect(script.attempts).toHaveLength(1);
  });

  describe('of which a surface decodes nothing', () => {
    const decodings: boolean[] = [];
    const statuses = () => changes.map(({ status }) => status.isUndecodable ?? false);

    beforeEach(async () => {
      decodings.length = 0;
      service.onObserved((seen) => void (seen.type === 'decoding' && decodings.push(seen.decodes)));
      await opened('a');
      await opened('b');
      await settle();
      report({ type: 'live' });
      changes.length = 0;
    });

    it('are called so once, and no longer when another surface can', () => {
      expect(service.reportDecoding(viewer('a'), 'cam-1:sub', false).ok).toBe(true);
      service.reportDecoding(viewer('a'), 'cam-1:sub', false);
      expect(statuses()).toEqual([true]);
      service.reportDecoding(viewer('b'), 'cam-1:sub', true);
      expect(statuses()).toEqual([true, false]);
      // The one that can is believed: the fault is that surface's own.
      service.reportDecoding(viewer('a'), 'cam-1:sub', false);
      expect(statuses()).toEqual([true, false]);
      expect(decodings).toEqual([false, true]);
    });

    it('are judged by those who watch alone', () => {
      expect(service.reportDecoding(viewer('stranger'), 'cam-1:sub', false)).toMatchObject({
        ok: false,
        code: 'not_found',
      });
      expect(service.reportDecoding(viewer('a'), 'cam-2:main', false)).toMatchObject({
        ok: false,
        code: 'not_found',
      });
      expect(decodings).toEqual([]);
    });

    it('are judged again at the next attempt', async () => {
      service.reportDecoding(viewer('a'), 'cam-1:sub', false);
      report({ type: 'ended', cause: 'silent', message: '' });
      await vi.advanceTimersByTimeAsync(2_000);
      report({ type: 'live' });
      expect(statuses().at(-1)).toBe(false);
      service.reportDecoding(viewer('a'), 'cam-1:sub', false);
      expect(statuses().at(-1)).toBe(true);
    });
  });

  it('says what a slow attempt waits for, until its picture is there', async () => {
    await opened('a');
    await settle();
    report({ type: 'waiting', for: 'firstPacket' });
    expect(changes.at(-1)?.status.waitingFor).toBe('firstPacket');
    report({ type: 'live' });
    expect(changes.at(-1)?.status).not.toHaveProperty('waitingFor');
  });

  it('says whether pictures that come out of order are put in order', async () => {
    await opened('a');
    await settle();
    report({ type: 'described', codec: 'H264', transcoded: false });
    report({ type: 'live' });
    report({ type: 'reordered', isConverted: false });
    expect(changes.at(-1)?.status).toMatchObject({ isReordered: true, transcoded: false });
    report({ type: 'reordered', isConverted: true });
    expect(changes.at(-1)?.status).toMatchObject({ transcoded: true });
    expect(changes.at(-1)?.status).not.toHaveProperty('isReordered');
  });

  it('serves main where a camera has no sub stream', async () => {
    expect(await opened('a', 'cam-2')).toMatchObject({ stream: 'main', streamId: 'cam-2:main' });
  });

  it('refuses a camera nobody registered', async () => {
    expect(await service.openStream(viewer('a'), "x'; DROP TABLE cameras", 'sub')).toMatchObject({
      ok: false,
      code: 'not_found',
    });
  });

  it.each(['watched', 'lingering', 'failing'])(
    'ends the stream of a removed camera that is %s',
    async (how) => {
      const { streamId } = await opened('a');
      await settle();
      if (how === 'failing') report({ type: 'ended', cause: 'unreachable', message: 'no route' });
      else report({ type: 'live' });
      if (how === 'lingering') service.closeStream(viewer('a'), streamId);
      removed.add('cam-1');
      await directory.reload();
      service.camerasChanged(['cam-1']);
      expect(changes.at(-1)?.status.state).toBe('idle');
      expect(script.sources.open).toBe(0);
      const attempts = script.attempts.length;
      await vi.advanceTimersByTimeAsync(120_000);
      expect(script.attempts).toHaveLength(attempts);
      expect(service.isOnline('cam-1')).toBe(true);
      service.releaseShares(viewer('a'));
    },
  );

  it('lets the stream go after the last viewer and the linger, not before', async () => {
    const { streamId } = await opened('a');
    await settle();
    report({ type: 'live' });
    service.closeStream(viewer('a'), streamId);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(script.sources.open).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(script.sources.open).toBe(0);
    expect(script.attempts[0]?.closed).toBe(true);
  });

  it('takes back every share of a surface that went away', async () => {
    await opened('a');
    await opened('a', 'cam-2');
    await settle();
    service.releaseShares(viewer('a'));
    await settle();
    expect(script.sources.open).toBe(0);
  });

  it('tries again by itself and keeps the same source, so that viewers keep their consumers', async () => {
    await opened('a');
    await settle();
    report({ type: 'live' });
    report({ type: 'ended', cause: 'closedByCamera', message: 'The camera closed the connection.' });
    expect(changes.at(-1)?.status).toMatchObject({
      state: 'retrying',
      message: 'The camera closed the connection.',
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(script.attempts).toHaveLength(2);
    expect(script.sources.open).toBe(1);
  });

  it('tries again also when its timer rings a moment early', async () => {
    await opened('a');
    await settle();
    report({ type: 'ended', cause: 'closedByCamera', message: 'The camera closed the connection.' });
    clockLagMs = 1;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(script.attempts.length).toBeGreaterThan(1);
  });

  it('ignores what an attempt reports after its time', async () => {
    await opened('a');
    await settle();
    const first = script.attempts[0];
    first?.report({ type: 'ended', cause: 'timeout', message: 'no answer' });
    await vi.advanceTimersByTimeAsync(2_000);
    first?.report({ type: 'live' });
    expect(changes.at(-1)?.status.state).toBe('starting');
  });

  it('flags a picture whose frames stopped within 2 s, and takes the flag back', async () => {
    await opened('a');
    await settle();
    script.statistics.lastFrameAtMs = Date.now();
    script.statistics.lastPictureChangeAtMs = Date.now();
    report({ type: 'live' });
    const stoppedAtMs = Date.now();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(changes.at(-1)?.status).toMatchObject({ state: 'live', frozenSinceMs: stoppedAtMs });
    script.statistics.lastFrameAtMs = Date.now();
    script.statistics.lastPictureChangeAtMs = Date.now();
    await vi.advanceTimersByTimeAsync(300);
    expect(changes.at(-1)?.status.frozenSinceMs).toBeUndefined();
  });

  it('keeps the last picture of a stream that stopped, with the time it was taken', async () => {
    const { streamId } = await opened('a');
    await settle();
    script.statistics.lastFrameAtMs = Date.now();
    report({ type: 'live' });
    service.closeStream(viewer('a'), streamId);
    await vi.advanceTimersByTimeAsync(20_000);
    script.statistics.lastFrameAtMs = undefined;
    expect((await opened('b')).keyPicture?.capturedAtMs).toBe(1_000_000);
  });

  it('answers a page turn from the same stream, whatever the hub probes meanwhile', async () => {
    const { streamId } = await opened('a');
    await settle();
    report({ type: 'live' });
    expect(service.startProbe('cam-1')).toBe(streamId);
    expect(script.attempts).toHaveLength(1);
    service.endProbe(streamId);
    expect(script.attempts[0]?.closed).toBe(false);
  });

  it('keeps the linger of a viewer who left during a probe', async () => {
    const { streamId } = await opened('a');
    await settle();
    report({ type: 'live' });
    service.startProbe('cam-1');
    service.closeStream(viewer('a'), streamId);
    await vi.advanceTimersByTimeAsync(4_000);
    service.endProbe(streamId);
    await vi.advanceTimersByTimeAsync(5_900);
    expect(script.sources.open).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(script.sources.open).toBe(0);
  });

  describe('and who holds shares in them', () => {
    const connections: (readonly string[])[] = [];
    beforeEach(() => {
      connections.length = 0;
      service.onStreamChanged((connectionIds) => connections.push(connectionIds));
    });
    const warm = { holder: 'screen-1', purpose: 'warm' } as const;
    const main = { cameraId: 'cam-1', stream: 'main' } as const;
    const sub = { cameraId: 'cam-1', stream: 'sub' } as const;

    it('changes are for the surfaces that view, whatever else runs the stream', async () => {
      service.holdStreams({ holder: 'b', purpose: 'record' }, [sub]);
      service.holdStreams(warm, [sub]);
      await opened('a');
      await settle();
      report({ type: 'live' });
      expect(connections.at(-1)).toEqual(['a']);
    });

    it('one holder has a share for each purpose, and giving one back leaves the others', async () => {
      const { streamId } = await opened('a');
      service.holdStreams({ holder: 'a', purpose: 'redact' }, [sub]);
      await settle();
      expect(service.closeStream(viewer('a'), streamId).ok).toBe(true);
      await settle();
      expect(script.sources.open).toBe(1);
      expect(service.closeStream(viewer('a'), streamId)).toMatchObject({ ok: false, code: 'not_found' });
      service.releaseShares({ holder: 'a', purpose: 'redact' });
      await settle();
      expect(script.sources.open).toBe(0);
    });

    it.each(['view', 'warm', 'record', 'redact'] as const)(
      'a stream that is held to %s is no mere probe, and lingers',
      async (purpose) => {
        service.holdStreams({ holder: 'x', purpose }, [sub]);
        await settle();
        expect(script.attempts[0]?.sparing).toBe(false);
        report({ type: 'live' });
        service.releaseShares({ holder: 'x', purpose });
        await vi.advanceTimersByTimeAsync(9_999);
        expect(script.sources.open).toBe(1);
        await vi.advanceTimersByTimeAsync(1);
        expect(script.sources.open).toBe(0);
      },
    );

    it('a screen that turns its pages holds what it names, and never releases what stays', async () => {
      service.holdStreams(warm, [sub, { cameraId: 'cam-2', stream: 'sub' }]);
      await settle();
      expect(script.sources).toEqual({ open: 2, places: 2 });
      service.holdStreams(warm, [sub, main, { cameraId: 'nobody', stream: 'sub' }]);
      await settle();
      expect(script.attempts.map(({ closed }) => closed)).toEqual([false, true, false]);
      service.holdStreams(warm, []);
      await settle();
      expect(script.sources.open).toBe(0);
    });

    it('a surface that leaves while its request is answered keeps no share', async () => {
      const answer = service.openStream(viewer('a'), 'cam-1', 'sub');
      service.releaseShares(viewer('a'));
      expect((await answer).ok).toBe(true);
      await settle();
      expect(script.sources.open).toBe(0);
    });

    it('without a media worker the answer is a refusal, and no share is kept', async () => {
      script.worker.id = undefined;
      expect(await service.openStream(viewer('a'), 'cam-1', 'sub')).toMatchObject({
        ok: false,
        code: 'unavailable',
      });
      await settle();
      expect(script.sources.open).toBe(0);
      script.worker.id = 'worker-2';
      expect(await opened('a')).toMatchObject({ workerId: 'worker-2' });
      script.worker.id = undefined;
      expect(await service.openStream(viewer('a'), 'cam-1', 'sub')).toMatchObject({
        ok: false,
        reason: 'media.no_worker',
      });
      expect(script.sources.open).toBe(1);
    });

    it('the answer has the state at its time, not at the time of the request', async () => {
      await opened('a');
      await settle();
      const answer = service.openStream(viewer('b'), 'cam-1', 'sub');
      report({ type: 'live' });
      expect(await answer).toMatchObject({ data: { status: { state: 'live' } } });
    });
  });

  it('does not judge pictures by a time in which the hub itself stood still', async () => {
    await opened('a');
    await settle();
    script.statistics.lastFrameAtMs = Date.now();
    script.statistics.lastPictureChangeAtMs = Date.now();
    report({ type: 'live' });
    await vi.advanceTimersByTimeAsync(500);
    vi.setSystemTime(Date.now() + 3_000);
    await vi.advanceTimersByTimeAsync(250);
    script.statistics.lastFrameAtMs = Date.now();
    script.statistics.lastPictureChangeAtMs = Date.now();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(changes.some(({ status }) => status.frozenSinceMs !== undefined)).toBe(false);
  });
});
