import type { KeyPicture, StreamKind } from '../../src-shared/cameras/cameras.protocol.ts';
import { pictureLimits } from '../../src-shared/cameras/pictureLimits.ts';
import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import { ConsumerBatch } from './consumerBatch.ts';
import { DecodeWatch } from './decodeWatch.ts';
import { dropVideo } from './liveVideo.ts';
import { Limiter } from './limiter.ts';
import { PictureSink, type PictureClock, type PictureElements } from './pictureSink.ts';
import { ReadyStream } from './readyStream.ts';
import { ReceivingDevice, type PeerConnectionCount } from './receivingDevice.ts';
import { dataOf, RequestRefused, type Signalling } from './signalling.ts';
import {
  Subscription,
  type ReceivedTrack,
  type SubscriptionPorts,
  type SubscriptionView,
} from './subscription.ts';
import { WorkerTransport, type VideoCounts } from './workerTransport.ts';

/** Who wants which stream drawn where. */
export interface PictureTarget extends PictureElements {
  targetId: string;
  cameraId: string;
  stream: StreamKind;
  /** False: no video, only the stream's key pictures, about one a second; a fraction of the work. */
  live?: boolean;
}

/** What is known of one target: the hub's side of its stream, and what its own clock counted. */
export interface PictureReport {
  targetId: string;
  cameraId: string;
  live: boolean;
  /** The track that is received for it, by which the browser counts; undefined without one. */
  trackId: string | undefined;
  subscription: Readonly<SubscriptionView>;
  clock: Readonly<PictureClock>;
  /** Since when the browser receives the stream and decodes nothing of it. */
  undecodableSinceMs: number | undefined;
}

export interface ReceiverOptions {
  signalling: Signalling;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** Whether receivers for cameras are negotiated beforehand, so that any page comes at once. Pictures and sound of one camera are then not kept in step. */
  usesSlots?: boolean;
  /** Called when something changed that a target's words may depend on. */
  onReport(targetId: string): void;
}

/** Opening a stream answers with a picture; more at once would only queue in the hub. */
const opensAtOnce = 16;
/** A camera that moves from one tile to another is let go and taken again at once: its share stays. */
const releaseMs = 100;
/** Live at the hub, resumed, and yet no picture for this long (two of the longest GOPs seen): ask for it anew. */
const silentMs = 10_000;
/** A page of warm cameras is live by then, unless key pictures take the time it needs. */
const liveGraceMs = 200;
/** A live stream that was held ready has shown a picture by then; one that has not gets the hub's last. */
const catchUpMs = 250;
/** Of streams held ready one at a tick gets a new picture: 25 a second, whatever their number, cost little. */
const readyTickMs = 40;
/** How often a target that is not live gets a key picture: usual cameras make one a second. */
const stillsMs = 1_000;
/** The same camera in another size: the old stream plays on until the new one has a picture, so long at most. */
const handoverMs = 8_000;
const silenceCheckMs = 1_000;

/** Who shows a stream, and whether as video. */
interface Shown {
  targetId: string;
  live: boolean;
}

interface Held {
  subscription: Subscription;
  holders: number;
  sinks: Map<PictureSink, Shown>;
  /** While the stream is held and nobody shows it. */
  ready: ReadyStream | undefined;
  /** When this side last began to wait for pictures, hub time. */
  waitingSinceMs: number;
  decoding: DecodeWatch;
}

/** All pictures this page receives: one share per camera and stream, one transport per worker, whoever shows them. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #device = new ReceivingDevice();
  readonly #batch: ConsumerBatch;
  readonly #opening = new Limiter(opensAtOnce);
  readonly #workers = new Map<string, WorkerDescription>();
  readonly #transports = new Map<string, WorkerTransport>();
  /** By worker: the transport that was replaced, until the last of its streams is let go. */
  readonly #retired = new Map<string, WorkerTransport>();
  readonly #held = new Map<string, Held>();
  readonly #targets = new Map<string, { target: PictureTarget; sink: PictureSink; held: Held }>();
  /** Sounds by consumer id, each with what is called when the hub closes it. */
  readonly #sounds = new Map<string, () => void>();
  #connected = Promise.withResolvers<void>();

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#batch = new ConsumerBatch(options.signalling);
    setInterval(() => this.#restartSilent(), silenceCheckMs);
    setInterval(() => this.#refreshReady(), readyTickMs);
  }

  get peerConnections(): Readonly<PeerConnectionCount> {
    return this.#device.peerConnections;
  }

  /** A snapshot came. On a new connection the hub holds nothing of ours any more; else both sides are compared. */
  snapshotArrived(workers: readonly WorkerDescription[], newConnection: boolean): void {
    this.#setWorkers(workers);
    if (newConnection) this.#dropTransports();
    const [worker] = workers;
    // Asking the browser for its codecs takes as long as the first streams take to open.
    if (worker !== undefined) void this.#device.rtpCapabilities(worker).catch(() => undefined);
    this.#connected.resolve();
    for (const { subscription } of this.#held.values()) {
      if (newConnection) subscription.restart();
      else void subscription.verify();
    }
  }

  /** The hub is away. The pictures stay where they are. */
  connectionLost(): void {
    this.#connected = Promise.withResolvers<void>();
    for (const { sink } of this.#targets.values()) sink.keepPicture();
  }

  streamChanged({ streamId, status }: NoticeOf<'cameras:streamChanged'>): void {
    for (const { subscription, sinks } of this.#held.values()) {
      if (subscription.streamId !== streamId) continue;
      subscription.statusArrived(status);
      if (status.state !== 'live') continue;
      // The key picture that made the stream live may have passed before our consumer was ready for it.
      for (const sink of sinks.keys()) {
        if (sink.clock.firstPictureMs === undefined) void this.#refreshKeyPicture(subscription, sink);
      }
    }
  }

  consumersClosed({ consumerIds }: NoticeOf<'media:consumersClosed'>): void {
    const closed = new Set(consumerIds);
    for (const { subscription } of this.#held.values()) {
      if (subscription.consumerId !== undefined && closed.has(subscription.consumerId))
        subscription.restart();
    }
    for (const consumerId of consumerIds) this.#sounds.get(consumerId)?.();
  }

  workerReplaced({ workerId, workers }: NoticeOf<'media:workerReplaced'>): void {
    this.#setWorkers(workers);
    for (const transports of [this.#transports, this.#retired]) transports.get(workerId)?.close();
    for (const { subscription } of this.#held.values()) {
      if (subscription.workerId === workerId) subscription.restart();
    }
  }

  /**
   * Holds a stream ready without showing it: it runs, and its paused consumer exists, so that showing it later takes
   * one message. Answers the function that lets it go.
   */
  hold(cameraId: string, stream: StreamKind): () => void {
    const held = this.#take(cameraId, stream);
    return this.#releaseOnce(held);
  }

  /** Shows a stream in the elements given until the function answered is called. */
  show(target: PictureTarget): () => void {
    const { targetId, live = true } = target;
    const held = this.#take(target.cameraId, target.stream);
    const { subscription } = held;
    const sink = new PictureSink(target, this.#options.nowMs, () => this.#options.onReport(targetId));
    const wasHeldReady = subscription.view.track !== undefined && held.sinks.size === 0;
    const ready = held.ready?.take();
    held.ready = undefined;
    if (ready?.picture !== undefined) sink.showStill(ready.picture);
    held.sinks.set(sink, { targetId, live });
    held.waitingSinceMs = this.#options.nowMs();
    this.#targets.set(targetId, { target, sink, held });
    if (wasHeldReady) this.#refreshLater(held, sink, live);
    this.#update(held, ready?.video);
    // A target that is not live has no use for it, and a video that nobody drops plays on out of sight.
    if (ready?.video !== undefined && !sink.plays(ready.video)) dropVideo(ready.video);
    const stills = live
      ? undefined
      : setInterval(() => void this.#refreshKeyPicture(subscription, sink), stillsMs);
    const release = this.#releaseOnce(held);
    return () => {
      if (!held.sinks.delete(sink)) return;
      clearInterval(stills);
      if (this.#targets.get(targetId)?.sink === sink) this.#targets.delete(targetId);
      // The share goes with the last picture: a track that ends shows black.
      sink.close(() => {
        this.#setFlowing(held);
        release();
      });
      queueMicrotask(() => {
        const next = this.#targets.get(targetId);
        if (live && next?.target.cameraId === target.cameraId && next.held !== held)
          next.sink.keepBackdrop(handoverMs);
        else this.#setFlowing(held);
      });
    };
  }

  /**
   * The sound of a stream that is shown or held now, already flowing. Rejects when it carries none yet; the track's `lost`
   * says when to ask again. Given back with `closeSound`.
   */
  async openSound(cameraId: string, stream: StreamKind): Promise<ReceivedTrack> {
    const subscription = this.#held.get(`${cameraId}/${stream}`)?.subscription;
    const { streamId, workerId } = subscription ?? {};
    if (streamId === undefined || workerId === undefined) {
      throw new RequestRefused('not_found', 'The stream is not open yet.');
    }
    const track = await this.receiveSound(workerId, streamId);
    await this.#batch.resume(track.consumerId);
    return track;
  }

  closeSound(track: ReceivedTrack): void {
    track.close();
    void this.#batch.close(track.consumerId);
  }

  /** A paused sound on the page's one transport to a worker; whoever takes it resumes it, and closes it at the hub. */
  async receiveSound(workerId: string, streamId: string): Promise<ReceivedTrack> {
    const track = await this.#transport(workerId).consume(streamId, 'audio');
    const closedByHub = Promise.withResolvers<void>();
    this.#sounds.set(track.consumerId, closedByHub.resolve);
    return {
      ...track,
      lost: Promise.race([track.lost, closedByHub.promise]),
      close: () => {
        this.#sounds.delete(track.consumerId);
        track.close();
      },
    };
  }

  report(targetId: string): PictureReport | undefined {
    const entry = this.#targets.get(targetId);
    if (entry === undefined) return undefined;
    const { target, sink, held } = entry;
    const { cameraId, live = true } = target;
    const { view } = held.subscription;
    const trackId = view.track?.stream.getVideoTracks()[0]?.id;
    const { undecodableSinceMs } = held.decoding;
    return { targetId, cameraId, live, trackId, subscription: view, clock: sink.clock, undecodableSinceMs };
  }

  /** Whether a target's elements show any picture, be it live, old, or the one before it for a moment. */
  hasPicture(targetId: string): boolean {
    return this.#targets.get(targetId)?.sink.hasPicture ?? false;
  }

  /** What the browser counted of all video of this page, by the id of its track. */
  async videoCounts(): Promise<Map<string, VideoCounts>> {
    const all = await Promise.all(this.#allTransports().map((transport) => transport.videoCounts()));
    return new Map(all.flatMap((counts) => [...counts]));
  }

  reports(): PictureReport[] {
    return [...this.#targets.keys()].flatMap((targetId) => this.report(targetId) ?? []);
  }

  /** Copies a target's live picture to its canvas: whatever happens to the track, the last picture stays. */
  keepPicture(targetId: string): void {
    this.#targets.get(targetId)?.sink.keepPicture();
  }

  #take(cameraId: string, stream: StreamKind): Held {
    const key = `${cameraId}/${stream}`;
    let held = this.#held.get(key);
    if (held === undefined) {
      const subscription = new Subscription(cameraId, stream, this.#subscriptionPorts());
      held = {
        subscription,
        holders: 0,
        sinks: new Map(),
        ready: undefined,
        waitingSinceMs: this.#options.nowMs(),
        decoding: new DecodeWatch(),
      };
      const made = held;
      subscription.onChange(() => this.#update(made));
      this.#held.set(key, held);
    }
    held.holders += 1;
    return held;
  }

  #releaseOnce(held: Held): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      held.holders -= 1;
      if (held.holders === 0) setTimeout(() => this.#letGo(held), releaseMs);
    };
  }

  #letGo(held: Held): void {
    const { subscription } = held;
    const key = `${subscription.cameraId}/${subscription.stream}`;
    if (held.holders > 0 || this.#held.get(key) !== held) return;
    this.#held.delete(key);
    held.ready?.close();
    subscription.close();
  }

  /** Brings what a subscription has to everyone who shows it. */
  #update(held: Held, readyVideo?: HTMLVideoElement): void {
    const { keyPicture, track } = held.subscription.view;
    for (const [sink, { targetId, live }] of held.sinks) {
      if (keyPicture !== undefined) void sink.showKeyPicture(keyPicture, live ? this.#graceOf(held) : 0);
      if (track === undefined || !live) sink.halt();
      else sink.play(track.stream, readyVideo?.srcObject === track.stream ? readyVideo : undefined);
      this.#options.onReport(targetId);
    }
    if (held.sinks.size > 0 || held.ready?.stream !== track?.stream) {
      held.ready?.close();
      held.ready = undefined;
      if (track !== undefined && held.sinks.size === 0) held.ready = this.#makeReady(held, track.stream);
    }
    if (track === undefined) held.waitingSinceMs = this.#options.nowMs();
    // The elements have the track now: only from here on a key picture that is sent can be drawn.
    this.#setFlowing(held);
  }

  /** A running stream for which a receiver is ready shows live pictures about as soon as its key picture could be shown. */
  #graceOf({ subscription }: Held): number {
    const { workerId, view } = subscription;
    const hasSlots = workerId !== undefined && this.#transports.get(workerId)?.hasSlots === true;
    return hasSlots && view.status?.state === 'live' ? liveGraceMs : 0;
  }

  #setFlowing({ subscription, sinks }: Held): void {
    subscription.setFlowing([...sinks.values()].some(({ live }) => live));
  }

  /** The picture that a stream held ready came with is old. A live one catches up sooner than a newer one is decoded. */
  #refreshLater({ subscription }: Held, sink: PictureSink, live: boolean): void {
    subscription.forgetKeyPicture();
    const waitMs = live && subscription.view.status?.state === 'live' ? catchUpMs : 0;
    setTimeout(() => {
      if (sink.clock.firstPictureMs === undefined) void this.#refreshKeyPicture(subscription, sink);
    }, waitMs);
  }

  async #refreshKeyPicture(subscription: Subscription, sink: PictureSink): Promise<void> {
    const keyPicture = await this.#fetchKeyPicture(subscription);
    if (keyPicture !== undefined) await sink.showKeyPicture(keyPicture);
  }

  async #fetchKeyPicture({ streamId }: Subscription): Promise<KeyPicture | undefined> {
    if (streamId === undefined) return undefined;
    const answer = await this.#options.signalling.request('cameras:getKeyPicture', { streamId });
    return answer.ok ? answer.data.keyPicture : undefined;
  }

  #makeReady({ subscription }: Held, stream: MediaStream): ReadyStream {
    return new ReadyStream({
      stream,
      fetchPicture: () => this.#fetchKeyPicture(subscription),
      nowMs: this.#options.nowMs,
    });
  }

  /** Keeps the pictures of ready streams young: the one most overdue at each tick. */
  #refreshReady(): void {
    if (document.hidden) return;
    const nowMs = this.#options.nowMs();
    const due = [...this.#held.values()]
      .flatMap(({ ready }) => (ready !== undefined && ready.dueAtMs <= nowMs ? [ready] : []))
      .sort((one, other) => one.dueAtMs - other.dueAtMs);
    void due[0]?.refresh();
  }

  #subscriptionPorts(): SubscriptionPorts {
    const { signalling, nowMs } = this.#options;
    return {
      openStream: (cameraId, stream) =>
        this.#opening.run(async () =>
          dataOf(await signalling.request('cameras:openStream', { cameraId, stream })),
        ),
      closeStream: (cameraId, streamId) => {
        if (!this.#isShared(cameraId, streamId)) void signalling.request('cameras:closeStream', { streamId });
      },
      consume: async (workerId, streamId, mayFlow) =>
        this.#transport(workerId).consume(streamId, 'video', mayFlow),
      resume: (consumerId) => this.#batch.resume(consumerId),
      pause: (consumerId) => this.#batch.pause(consumerId),
      closeConsumer: (consumerId) => void this.#batch.close(consumerId),
      connected: () => this.#connected.promise,
      delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
      nowMs,
    };
  }

  /**
   * Whether another subscription of this page holds the same share: a camera without a sub stream serves one stream to
   * both names, and one that was let go may just have been asked for again.
   */
  #isShared(cameraId: string, streamId: string): boolean {
    return [...this.#held.values()].some(
      ({ subscription }) =>
        subscription.cameraId === cameraId &&
        (subscription.streamId === streamId || subscription.streamId === undefined),
    );
  }

  #transport(workerId: string): WorkerTransport {
    const present = this.#transports.get(workerId);
    if (present !== undefined && !present.isWorn) return present;
    const worker = this.#workers.get(workerId);
    if (worker === undefined) throw new RequestRefused('unavailable', 'The media worker is being replaced.');
    if (present !== undefined) this.#retire(workerId, present);
    const transport = new WorkerTransport({
      worker,
      device: this.#device,
      signalling: this.#options.signalling,
      replaces: this.#retired.get(workerId)?.transportId,
      usesSlots: this.#options.usesSlots ?? false,
      onClosed: () => {
        for (const transports of [this.#transports, this.#retired])
          if (transports.get(workerId) === transport) transports.delete(workerId);
      },
    });
    this.#transports.set(workerId, transport);
    return transport;
  }

  /** What one that was retired before still carries, a pinned tile perhaps, is received anew. */
  #retire(workerId: string, worn: WorkerTransport): void {
    this.#retired.get(workerId)?.discard();
    this.#retired.set(workerId, worn);
    this.#transports.delete(workerId);
    worn.retire();
  }

  #allTransports(): WorkerTransport[] {
    return [...this.#transports.values(), ...this.#retired.values()];
  }

  #setWorkers(workers: readonly WorkerDescription[]): void {
    this.#workers.clear();
    for (const worker of workers) this.#workers.set(worker.workerId, worker);
  }

  #dropTransports(): void {
    for (const transport of this.#allTransports()) transport.close();
  }

  #restartSilent(): void {
    const nowMs = this.#options.nowMs();
    for (const held of this.#held.values()) {
      const { status, track } = held.subscription.view;
      const expected = status?.state === 'live' && status.frozenSinceMs === undefined && track !== undefined;
      if (!expected || ![...held.sinks.values()].some(({ live }) => live)) continue;
      const lastFrameMs = Math.max(...[...held.sinks.keys()].map((sink) => sink.clock.lastFrameAtMs ?? 0));
      const lastMs = Math.max(held.waitingSinceMs, status.sinceMs, lastFrameMs);
      // So long a picture may be owed: a camera's group of pictures, or some of a slow camera's intervals.
      const owedMs = Math.max(pictureLimits(status.pictureIntervalMs).beginMs, status.groupMs ?? 0);
      this.#watchDecoding(held, track, lastFrameMs, nowMs - lastMs > owedMs);
      if (nowMs - lastMs < Math.max(silentMs, owedMs + silentMs / 2) || document.hidden) continue;
      held.waitingSinceMs = nowMs;
      held.subscription.restart();
    }
  }

  /** Tells the hub when the browser decodes nothing of what it receives, and when it does after all. */
  #watchDecoding(held: Held, track: ReceivedTrack, lastFrameMs: number, isOverdue: boolean): void {
    const { subscription, decoding, sinks } = held;
    const nowMs = this.#options.nowMs();
    if (nowMs - lastFrameMs < silenceCheckMs) {
      const wasUndecodable = decoding.undecodableSinceMs !== undefined;
      decoding.reset();
      if (wasUndecodable || subscription.view.status?.isUndecodable === true)
        this.#reportDecoding(held, true);
      return;
    }
    if (!isOverdue || document.hidden) return;
    const { consumerId } = track;
    void track.decodeCounts?.().then((counts) => {
      if (counts === undefined || subscription.consumerId !== consumerId) return;
      if (!decoding.check(consumerId, counts, this.#options.nowMs())) return;
      this.#reportDecoding(held, false);
      for (const { targetId } of sinks.values()) this.#options.onReport(targetId);
    });
  }

  #reportDecoding({ subscription: { streamId } }: Held, decodes: boolean): void {
    if (streamId !== undefined)
      void this.#options.signalling.request('cameras:reportDecoding', { streamId, decodes });
  }
}
