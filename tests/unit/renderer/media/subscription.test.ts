import { describe, expect, it } from 'vitest';
import {
  Subscription,
  type ReceivedTrack,
  type SubscriptionPorts,
} from '../../../../src-renderer/media/subscription.ts';
import type { StreamStatus } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { ReceivedStream } from '../../../../src-renderer/media/pageOpening.ts';

/** A hub that answers as the test says and remembers what was asked; its clock moves only by `pass`. */
class StandInHub implements SubscriptionPorts {
  readonly calls: string[] = [];
  readonly tracks: (ReceivedTrack & { lose(): void; closed: boolean })[] = [];
  readonly known = new Set<string>();
  workerId = 'w1';
  status: StreamStatus = { state: 'live', sinceMs: 0 };
  refusal: { code: string; message: string } | undefined;
  refusalsToConsume = 0;
  refusalToConsume: { code: string; reason?: string } = { code: 'not_found' };
  /** Opening answers with the track, and whether packets flow already. */
  receivesAtOnce = false;
  /** An answer to openStream waits for this. */
  beforeOpened: Promise<void> | undefined;
  #nowMs = 0;
  #timers: { atMs: number; done: () => void }[] = [];
  #connected = Promise.resolve();
  #reconnected = (): void => undefined;

  async openStream(
    cameraId: string,
    stream: 'main' | 'sub',
    isFlowing?: () => boolean,
  ): Promise<ReceivedStream> {
    this.calls.push('open');
    await this.beforeOpened;
    if (this.refusal !== undefined) throw Object.assign(new Error(this.refusal.message), this.refusal);
    const { workerId, status } = this;
    const opened = { streamId: `${cameraId}:${stream}`, workerId, stream, status };
    if (!this.receivesAtOnce || isFlowing === undefined) return opened;
    return { ...opened, track: { ...(await this.consume(workerId)), isFlowing: isFlowing() } };
  }
  closeStream(_cameraId: string, streamId: string): void {
    this.calls.push(`closeStream ${streamId}`);
  }
  consume(workerId: string): Promise<ReceivedTrack> {
    if (this.refusalsToConsume > 0) {
      this.refusalsToConsume -= 1;
      this.calls.push('consume refused');
      return Promise.reject(Object.assign(new Error('not yet'), this.refusalToConsume));
    }
    const consumerId = `${workerId}-${this.tracks.length + 1}`;
    this.calls.push(`consume ${consumerId}`);
    this.known.add(consumerId);
    const lost = Promise.withResolvers<void>();
    const track = {
      consumerId,
      stream: {} as MediaStream,
      lost: lost.promise,
      lose: lost.resolve,
      closed: false,
      close: () => void (track.closed = true),
    };
    this.tracks.push(track);
    return Promise.resolve(track);
  }
  resume(consumerId: string): Promise<boolean> {
    this.calls.push(`resume ${consumerId}`);
    return Promise.resolve(this.known.has(consumerId));
  }
  pause(consumerId: string): Promise<boolean> {
    this.calls.push(`pause ${consumerId}`);
    return Promise.resolve(this.known.has(consumerId));
  }
  closeConsumer(consumerId: string): void {
    this.calls.push(`closeConsumer ${consumerId}`);
    this.known.delete(consumerId);
  }
  connected(): Promise<void> {
    return this.#connected;
  }
  delay(delayMs: number): Promise<void> {
    return new Promise((done) => this.#timers.push({ atMs: this.#nowMs + delayMs, done }));
  }
  nowMs(): number {
    return this.#nowMs;
  }

  disconnect(): void {
    this.#connected = new Promise((resolve) => (this.#reconnected = resolve));
  }
  reconnect(): void {
    this.#reconnected();
  }
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    const due = this.#timers.filter((timer) => timer.atMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => timer.atMs > this.#nowMs);
    for (const timer of due) timer.done();
    await settle();
  }
  opens(): number {
    return this.calls.filter((call) => call === 'open').length;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function held(prepare: (hub: StandInHub) => void = () => undefined) {
  const hub = new StandInHub();
  prepare(hub);
  const subscription = new Subscription('c1', 'sub', hub);
  await settle();
  return { hub, subscription };
}

describe('a subscription', () => {
  it('opens the stream and holds a paused consumer until somebody looks', async () => {
    const { hub, subscription } = await held();
    expect(hub.calls).toEqual(['open', 'consume w1-1', 'pause w1-1']);
    expect(subscription.view.track?.consumerId).toBe('w1-1');
    subscription.setFlowing(true);
    expect(hub.calls.at(-1)).toBe('resume w1-1');
    subscription.setFlowing(false);
    expect(hub.calls.at(-1)).toBe('pause w1-1');
  });

  it('takes a track that comes with the opening, and asks for nothing where its packets flow', async () => {
    const hub = new StandInHub();
    hub.receivesAtOnce = true;
    const subscription = new Subscription('c1', 'sub', hub);
    subscription.setFlowing(true);
    await settle();
    expect(hub.calls).toEqual(['open', 'consume w1-1']);
    expect(subscription.view.track?.consumerId).toBe('w1-1');
  });

  it('gives a track back that comes with the opening after nobody wants it any more', async () => {
    const hub = new StandInHub();
    hub.receivesAtOnce = true;
    const opening = Promise.withResolvers<void>();
    hub.beforeOpened = opening.promise;
    const subscription = new Subscription('c1', 'sub', hub);
    await settle();
    subscription.close();
    opening.resolve();
    await settle();
    expect(hub.calls.slice(-2)).toEqual(['closeConsumer w1-1', 'closeStream c1:sub']);
    expect(hub.tracks[0]?.closed).toBe(true);
  });

  it('receives nothing twice when both sides are compared', async () => {
    const hub = new StandInHub();
    hub.receivesAtOnce = true;
    const subscription = new Subscription('c1', 'sub', hub);
    await settle();
    await subscription.verify();
    expect(hub.tracks).toHaveLength(1);
  });

  it('asks to consume again when the stream has nothing yet, at once on news of it', async () => {
    const { hub, subscription } = await held((standIn) => {
      standIn.status = { state: 'starting', sinceMs: 0 };
      standIn.refusalsToConsume = 1;
    });
    expect(subscription.view.track).toBeUndefined();
    subscription.statusArrived({ state: 'live', sinceMs: 5 });
    await settle();
    expect(subscription.view.track?.consumerId).toBe('w1-1');
    expect(hub.opens()).toBe(1);
  });

  it('asks to consume again after a while without news', async () => {
    const { hub, subscription } = await held((standIn) => (standIn.refusalsToConsume = 2));
    await hub.pass(1_000);
    await hub.pass(1_000);
    expect(subscription.view.track).toBeDefined();
    expect(hub.opens()).toBe(1);
  });

  it('opens the stream again when the hub has no share of it any more', async () => {
    const { hub, subscription } = await held((standIn) => {
      standIn.refusalsToConsume = 1;
      standIn.refusalToConsume = { code: 'not_found', reason: 'cameras.stream_not_held' };
    });
    expect(hub.calls).toEqual(['open', 'consume refused']);
    await hub.pass(250);
    expect(subscription.view.track).toBeDefined();
    expect(hub.opens()).toBe(2);
  });

  it('keeps its consumer through an outage of the camera and says since when it lasts', async () => {
    const { hub, subscription } = await held();
    subscription.statusArrived({ state: 'retrying', sinceMs: 100, retryAtMs: 600 });
    subscription.statusArrived({ state: 'starting', sinceMs: 600 });
    subscription.statusArrived({ state: 'retrying', sinceMs: 700, retryAtMs: 1_700 });
    expect(subscription.view.outageSinceMs).toBe(100);
    subscription.statusArrived({ state: 'live', sinceMs: 1_800 });
    expect(subscription.view.outageSinceMs).toBeUndefined();
    expect(hub.opens()).toBe(1);
  });

  it('begins again at once when its consumer was closed after a good while', async () => {
    const { hub, subscription } = await held();
    await hub.pass(5_000);
    subscription.restart();
    await settle();
    expect(hub.tracks[0]?.closed).toBe(true);
    expect(subscription.view.track?.consumerId).toBe('w1-2');
  });

  it('moves to the worker that the stream came back on', async () => {
    const { hub, subscription } = await held();
    await hub.pass(5_000);
    hub.workerId = 'w2';
    hub.tracks[0]?.lose();
    await settle();
    expect(subscription.workerId).toBe('w2');
    expect(subscription.view.track?.consumerId).toBe('w2-2');
  });

  it('waits longer after each try that failed, up to a limit', async () => {
    const { hub, subscription } = await held((standIn) => {
      standIn.refusal = { code: 'unavailable', message: 'No media worker runs.' };
    });
    expect(subscription.view.problem?.message).toBe('No media worker runs.');
    for (const [waitMs, opens] of [
      [250, 2],
      [500, 3],
      [1_000, 4],
      [2_000, 5],
      [4_000, 6],
      [4_000, 7],
    ] as const) {
      await hub.pass(waitMs - 1);
      expect(hub.opens()).toBe(opens - 1);
      await hub.pass(1);
      expect(hub.opens()).toBe(opens);
    }
    hub.refusal = undefined;
    await hub.pass(4_000);
    expect(subscription.view.problem).toBeUndefined();
    expect(subscription.view.track).toBeDefined();
  });

  it('waits no longer when the hub says that the stream is live again', async () => {
    const { hub, subscription } = await held();
    for (let short = 0; short < 4; short += 1) {
      hub.tracks.at(-1)?.lose();
      await settle();
      await hub.pass(4_000);
    }
    const opens = hub.opens();
    hub.tracks.at(-1)?.lose();
    await settle();
    subscription.statusArrived({ state: 'idle', sinceMs: 1 });
    await settle();
    expect(hub.opens()).toBe(opens);
    subscription.statusArrived({ state: 'live', sinceMs: 2 });
    await settle();
    expect(hub.opens()).toBe(opens + 1);
    expect(subscription.view.track).toBeDefined();
  });

  it('waits for the connection instead of asking a hub that is away', async () => {
    const { hub, subscription } = await held();
    await hub.pass(5_000);
    hub.disconnect();
    subscription.restart();
    await settle();
    expect(hub.opens()).toBe(1);
    hub.reconnect();
    await settle();
    expect(hub.opens()).toBe(2);
    expect(subscription.view.track?.consumerId).toBe('w1-2');
  });

  it('begins again when the hub does not know its consumer any more', async () => {
    const { hub, subscription } = await held();
    await hub.pass(5_000);
    hub.known.clear();
    subscription.setFlowing(true);
    await settle();
    expect(subscription.view.track?.consumerId).toBe('w1-2');
    expect(hub.calls.at(-1)).toBe('resume w1-2');
  });

  it('compares with the hub after notices were missed, and stays where both agree', async () => {
    const { hub, subscription } = await held();
    await subscription.verify();
    expect(subscription.view.track?.consumerId).toBe('w1-1');
    await hub.pass(5_000);
    hub.workerId = 'w2';
    await subscription.verify();
    await settle();
    expect(subscription.view.track?.consumerId).toBe('w2-2');
  });

  it('gives consumer and share back when it is closed', async () => {
    const { hub, subscription } = await held();
    subscription.close();
    await settle();
    expect(hub.calls.slice(-2).sort()).toEqual(['closeConsumer w1-1', 'closeStream c1:sub']);
    expect(hub.tracks[0]?.closed).toBe(true);
    await hub.pass(60_000);
    expect(hub.opens()).toBe(1);
  });

  it('gives a share back that arrives after it was closed, and never consumes', async () => {
    const hub = new StandInHub();
    const answer = Promise.withResolvers<void>();
    hub.beforeOpened = answer.promise;
    const subscription = new Subscription('c1', 'sub', hub);
    await settle();
    subscription.close();
    answer.resolve();
    await settle();
    expect(hub.calls).toEqual(['open', 'closeStream c1:sub']);
  });
});
