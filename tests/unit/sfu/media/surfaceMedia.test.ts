import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SurfaceMedia } from '../../../../src-sfu/features/media/media.ports.ts';
import type { ProducerDirectory } from '../../../../src-sfu/media/producerDirectory.ts';
import { createSurfaceMedia } from '../../../../src-sfu/media/surfaceMedia.ts';
import type { MediaWorker, WorkerPool } from '../../../../src-sfu/media/workerPool.ts';

const rtpCapabilities = { codecs: [], headerExtensions: [] };

class ScriptedConsumer {
  readonly observer = new EventEmitter();
  readonly #events = new EventEmitter();
  readonly producerId = 'producer-1';
  readonly rtpParameters = {};
  readonly type = 'simple';
  readonly id: string;
  readonly kind: 'audio' | 'video';
  paused = true;
  closed = false;
  refuses = false;

  constructor(id: string, kind: 'audio' | 'video') {
    this.id = id;
    this.kind = kind;
  }

  on(event: string, listener: () => void): void {
    this.#events.on(event, listener);
  }

  producerCloses(): void {
    this.close();
    this.#events.emit('producerclose');
  }

  resume(): Promise<void> {
    if (this.refuses) return Promise.reject(new Error('the worker died'));
    this.paused = false;
    return Promise.resolve();
  }

  pause(): Promise<void> {
    this.paused = true;
    return Promise.resolve();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.observer.emit('close');
  }
}

class ScriptedTransport {
  readonly observer = new EventEmitter();
  readonly consumers: ScriptedConsumer[] = [];
  readonly iceParameters = { usernameFragment: 'u' };
  readonly iceCandidates = [];
  readonly dtlsParameters = { fingerprints: [] };
  readonly id: string;
  readonly #events = new EventEmitter();
  dtlsState = 'connected';
  closed = false;
  connected = 0;

  constructor(id: string) {
    this.id = id;
  }

  on(event: 'dtlsstatechange', listener: (state: string) => void): void {
    this.#events.on(event, listener);
  }

  off(event: 'dtlsstatechange', listener: (state: string) => void): void {
    this.#events.off(event, listener);
  }

  dtlsBecomes(state: string): void {
    this.dtlsState = state;
    this.#events.emit('dtlsstatechange', state);
  }

  connect({ dtlsParameters }: { dtlsParameters: { fingerprints: unknown[] } }): Promise<void> {
    if (dtlsParameters.fingerprints.length === 0) return Promise.reject(new Error('no fingerprint'));
    this.connected += 1;
    return Promise.resolve();
  }

  restartIce(): Promise<unknown> {
    return Promise.resolve({ usernameFragment: 'again' });
  }

  consume({ producerId }: { producerId: string }): Promise<ScriptedConsumer> {
    const kind = producerId.startsWith('sound') ? 'audio' : 'video';
    const consumer = new ScriptedConsumer(`${this.id}:${this.consumers.length}`, kind);
    this.consumers.push(consumer);
    return Promise.resolve(consumer);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const consumer of this.consumers) consumer.close();
    this.observer.emit('close');
  }
}

/** A pool of two workers that make scripted transports. */
function scriptedPool() {
  const transports: ScriptedTransport[] = [];
  const state = { canConsume: true, refuses: false };
  const worker = (workerId: string) =>
    ({
      workerId,
      router: {
        canConsume: () => state.canConsume,
        createWebRtcTransport: () => {
          if (state.refuses) return Promise.reject(new Error('no port'));
          const transport = new ScriptedTransport(`${workerId}:transport-${transports.length}`);
          transports.push(transport);
          return Promise.resolve(transport);
        },
      },
    }) as unknown as MediaWorker;
  const workers = [worker('w1'), worker('w2')];
  const pool = {
    find: (workerId: string) => workers.find((one) => one.workerId === workerId),
  } as WorkerPool;
  return { pool, workers, transports, state };
}

describe('the media of one surface', () => {
  let script: ReturnType<typeof scriptedPool>;
  let media: SurfaceMedia;
  let nowMs: number;
  let listening: number;
  let caughtUp: [streamId: string, sinceMs: number][];
  let closedNotices: { consumerIds: string[]; streamId: string }[];

  beforeEach(() => {
    script = scriptedPool();
    nowMs = 5_000;
    listening = 0;
    caughtUp = [];
    closedNotices = [];
    const producers: ProducerDirectory = {
      find(streamId, kind) {
        const [worker, other] = script.workers as [MediaWorker, MediaWorker];
        if (streamId === 'gone') return Promise.resolve(undefined);
        const producerId = kind === 'audio' ? 'sound-1' : 'producer-1';
        return Promise.resolve({ worker: streamId === 'elsewhere' ? other : worker, producerId });
      },
      listen() {
        listening += 1;
        return () => void (listening -= 1);
      },
      catchUp: (streamId, sinceMs) => void caughtUp.push([streamId, sinceMs]),
    };
    media = createSurfaceMedia(
      script.pool,
      producers,
      { consumersClosed: (consumerIds, streamId) => void closedNotices.push({ consumerIds, streamId }) },
      () => nowMs,
    );
  });

  const transport = async (workerId = 'w1'): Promise<string> => {
    const made = await media.createTransport({ workerId });
    if (!made.ok) throw new Error(made.message);
    return made.data.transportId;
  };
  const consume = (transportId: string, streamId = 'cam-1:main', kind: 'audio' | 'video' = 'video') =>
    media.consume({ streamId, transportId, kind, rtpCapabilities });
  const consumed = async (transportId: string, kind: 'audio' | 'video' = 'video'): Promise<string> => {
    const answer = await consume(transportId, 'cam-1:main', kind);
    if (!answer.ok) throw new Error(answer.message);
    return answer.data.consumerId;
  };

  describe('transports', () => {
    it('are one for each worker', async () => {
      await transport('w1');
      await transport('w2');
      expect(await media.createTransport({ workerId: 'w1' })).toMatchObject({ ok: false, code: 'conflict' });
      expect(script.transports).toHaveLength(2);
    });

    it('are one also when two are asked for at once', async () => {
      const answers = await Promise.all([
        media.createTransport({ workerId: 'w1' }),
        media.createTransport({ workerId: 'w1' }),
      ]);
      expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
    });

    it('may stand beside the one they replace, and beside that one alone', async () => {
      const first = await transport();
      expect(await media.createTransport({ workerId: 'w1', replaces: first })).toMatchObject({ ok: true });
      expect(await media.createTransport({ workerId: 'w1', replaces: first })).toMatchObject({
        ok: false,
        code: 'conflict',
      });
    });

    it('can be made again after they were closed, or after making one failed', async () => {
      await media.closeTransport(await transport());
      script.state.refuses = true;
      expect(await media.createTransport({ workerId: 'w1' })).toMatchObject({
        ok: false,
        code: 'unavailable',
      });
      script.state.refuses = false;
      expect(await media.createTransport({ workerId: 'w1' })).toMatchObject({ ok: true });
    });

    it('are refused on a worker that was replaced', async () => {
      expect(await media.createTransport({ workerId: 'dead' })).toMatchObject({
        ok: false,
        code: 'not_found',
      });
    });

    it('are connected and restarted while they are open, and not afterwards', async () => {
      const transportId = await transport();
      const dtlsParameters = { fingerprints: [{ algorithm: 'sha-256' as const, value: 'aa' }] };
      expect(await media.connectTransport({ transportId, dtlsParameters })).toMatchObject({ ok: true });
      expect(await media.restartIce(transportId)).toMatchObject({
        data: { iceParameters: { usernameFragment: 'again' } },
      });
      await media.closeTransport(transportId);
      expect(await media.connectTransport({ transportId, dtlsParameters })).toMatchObject({
        ok: false,
        code: 'not_found',
      });
      expect(await media.restartIce(transportId)).toMatchObject({ ok: false, code: 'not_found' });
      expect(await media.closeTransport(transportId)).toMatchObject({ ok: false, code: 'not_found' });
      expect(script.transports[0]?.connected).toBe(1);
    });

    it('refuse parameters that the worker refuses', async () => {
      const transportId = await transport();
      expect(
        await media.connectTransport({ transportId, dtlsParameters: { fingerprints: [] } }),
      ).toMatchObject({ ok: false, code: 'bad_request' });
    });

    it('end with the surface', async () => {
      await transport('w1');
      await transport('w2');
      media.close();
      expect(script.transports.map(({ closed }) => closed)).toEqual([true, true]);
    });
  });

  describe('consumers', () => {
    it.each([
      ['a stream that carries nothing', 'gone', 'not_found'],
      ['a stream on another worker', 'elsewhere', 'conflict'],
    ])('are refused for %s', async (_what, streamId, code) => {
      expect(await consume(await transport(), streamId)).toMatchObject({ ok: false, code });
    });

    it('are refused on a transport that is not there, and to a browser that lacks the codec', async () => {
      expect(await consume('nobody')).toMatchObject({ ok: false, code: 'not_found' });
      const transportId = await transport();
      script.state.canConsume = false;
      expect(await consume(transportId)).toMatchObject({ ok: false, code: 'unsupported' });
    });

    it('are 512 at most, and closing one makes room', async () => {
      const transportId = await transport();
      const answers = await Promise.all(Array.from({ length: 513 }, () => consume(transportId)));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(512);
      expect(await consume(transportId)).toMatchObject({ ok: false, code: 'too_many' });
      const [first] = answers;
      await media.closeConsumers(first?.ok === true ? [first.data.consumerId] : []);
      expect(await consume(transportId)).toMatchObject({ ok: true });
    });

    it('catch up from the time up to which the surface saw the stream', async () => {
      const consumerId = await consumed(await transport());
      expect(await media.resumeConsumers([consumerId])).toEqual({ missing: [] });
      nowMs = 9_000;
      await media.pauseConsumers([consumerId]);
      await media.resumeConsumers([consumerId]);
      expect(caughtUp).toEqual([
        ['cam-1:main', 0],
        ['cam-1:main', 9_000],
      ]);
      // It runs already.
      await media.resumeConsumers([consumerId]);
      expect(caughtUp).toHaveLength(2);
    });

    it('that flow before their transport is connected catch up when it is, because nothing arrives earlier', async () => {
      const transportId = await transport();
      const [made] = script.transports;
      if (made === undefined) throw new Error('no transport was made');
      made.dtlsState = 'new';
      const consumerId = await consumed(transportId);
      await media.resumeConsumers([consumerId]);
      // Nothing was seen before this pause.
      await media.pauseConsumers([consumerId]);
      await media.resumeConsumers([consumerId]);
      const pausedId = await consumed(transportId);
      const closedId = await consumed(transportId);
      await media.resumeConsumers([closedId]);
      await media.closeConsumers([closedId]);
      made.dtlsBecomes('connecting');
      expect(caughtUp).toEqual([]);
      made.dtlsBecomes('connected');
      expect(caughtUp).toEqual([['cam-1:main', 0]]);
      made.dtlsBecomes('connected');
      expect(caughtUp).toHaveLength(1);
      await media.resumeConsumers([pausedId]);
      expect(caughtUp).toHaveLength(2);
    });

    it('of sound are listened to until they close, and nothing of them is sent again', async () => {
      const transportId = await transport();
      const [first, second] = [await consumed(transportId, 'audio'), await consumed(transportId, 'audio')];
      expect(listening).toBe(2);
      await media.resumeConsumers([first]);
      expect(caughtUp).toEqual([]);
      await media.closeConsumers([first]);
      expect(listening).toBe(1);
      await media.closeTransport(transportId);
      expect(listening).toBe(0);
      expect(await media.closeConsumers([second])).toEqual({ missing: [second] });
    });

    it('that are missing are named, and the others are served', async () => {
      const consumerId = await consumed(await transport());
      expect(await media.resumeConsumers(['nobody', consumerId])).toEqual({ missing: ['nobody'] });
      expect(await media.pauseConsumers([consumerId, 'nobody'])).toEqual({ missing: ['nobody'] });
      expect(await media.closeConsumers(['nobody', consumerId])).toEqual({ missing: ['nobody'] });
    });

    it('that the worker does not answer for are missing', async () => {
      const consumerId = await consumed(await transport());
      script.transports[0]!.consumers[0]!.refuses = true;
      expect(await media.resumeConsumers([consumerId])).toEqual({ missing: [consumerId] });
      expect(caughtUp).toEqual([]);
    });

    it('whose stream ends are reported to the surface', async () => {
      const consumerId = await consumed(await transport());
      script.transports[0]?.consumers[0]?.producerCloses();
      expect(closedNotices).toEqual([{ consumerIds: [consumerId], streamId: 'cam-1:main' }]);
      expect(await media.resumeConsumers([consumerId])).toEqual({ missing: [consumerId] });
    });

    it('of a stream that the surface closes end with it, with a notice of its sound alone, and others stay', async () => {
      const transportId = await transport();
      await consumed(transportId);
      const soundId = await consumed(transportId, 'audio');
      await consume(transportId, 'cam-2:main');
      media.closeStream('cam-1:main');
      expect(script.transports[0]?.consumers.map(({ closed }) => closed)).toEqual([true, true, false]);
      expect(closedNotices).toEqual([{ consumerIds: [soundId], streamId: 'cam-1:main' }]);
      media.closeStream('cam-2:main');
      expect(closedNotices).toHaveLength(1);
    });

    it('are closed when their transport closed while they were made', async () => {
      const transportId = await transport();
      const answer = consume(transportId);
      await Promise.resolve();
      await media.closeTransport(transportId);
      expect(await answer).toMatchObject({ ok: false, code: 'not_found' });
      expect(script.transports[0]?.consumers.every(({ closed }) => closed)).toBe(true);
    });
  });
});
