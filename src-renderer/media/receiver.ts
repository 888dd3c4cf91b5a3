import type { StreamKind } from '../../src-shared/cameras/cameras.protocol.ts';
import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import { ConsumerBatch } from './consumerBatch.ts';
import { HeldStreams, type HeldStream } from './heldStreams.ts';
import type { VideoCounts } from './inboundCounts.ts';
import { KeyPictureRefresh } from './keyPictureRefresh.ts';
import { dropVideo } from './liveVideo.ts';
import { PageOpening, type ReceivedStream } from './pageOpening.ts';
import type { PictureReport, PictureTarget } from './pictureReport.ts';
import { PictureSink } from './pictureSink.ts';
import { ReceiveTransports } from './receiveTransports.ts';
import { ReceivingDevice, type PeerConnectionCount } from './receivingDevice.ts';
import { RequestRefused, type Signalling } from './signalling.ts';
import { silenceCheckMs, SilenceWatch } from './silenceWatch.ts';
import { Subscription, type ReceivedTrack, type SubscriptionPorts } from './subscription.ts';

export interface ReceiverOptions {
  signalling: Signalling;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** Whether receivers for cameras are negotiated beforehand, so that any page comes at once. Pictures and sound of one camera are then not kept in step. */
  usesSlots?: boolean;
  /** Called when something changed that a target's words may depend on. */
  onReport(targetId: string): void;
}

/** A page of warm cameras is live by then, unless key pictures take the time it needs. */
const liveGraceMs = 200;
/** How often a target that is not live gets a key picture: usual cameras make one a second. */
const stillsMs = 1_000;
/** The same camera in another size: the old stream plays on until the new one has a picture, so long at most. */
const handoverMs = 8_000;

/** All pictures this page receives: one share per camera and stream, one transport per worker, whoever shows them. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #device = new ReceivingDevice();
  /** How everything comes to this page; talk comes through the same transports. */
  readonly transports: ReceiveTransports;
  readonly #batch: ConsumerBatch;
  readonly #opening: PageOpening;
  readonly #held: HeldStreams;
  readonly #silence: SilenceWatch;
  readonly #keyPictures: KeyPictureRefresh;
  readonly #targets = new Map<string, { target: PictureTarget; sink: PictureSink; held: HeldStream }>();
  #connected = Promise.withResolvers<void>();

  constructor(options: ReceiverOptions) {
    this.#options = options;
    const { signalling, nowMs, usesSlots, onReport } = options;
    this.#batch = new ConsumerBatch(signalling);
    this.transports = new ReceiveTransports({ device: this.#device, signalling, usesSlots });
    this.#opening = new PageOpening({ signalling, offer: (most) => this.transports.offer(most) });
    this.#silence = new SilenceWatch({ signalling, nowMs, onReport });
    this.#held = new HeldStreams({
      subscribe: (cameraId, stream) => new Subscription(cameraId, stream, this.#subscriptionPorts()),
      onChange: (held) => this.#update(held),
      nowMs,
    });
    setInterval(() => this.#silence.check(this.#held.all()), silenceCheckMs);
    this.#keyPictures = new KeyPictureRefresh({ signalling, nowMs, held: () => this.#held.all() });
  }

  get peerConnections(): Readonly<PeerConnectionCount> {
    return this.#device.peerConnections;
  }

  /** A snapshot came. On a new connection the hub holds nothing of ours any more; else both sides are compared. */
  snapshotArrived(workers: readonly WorkerDescription[], newConnection: boolean): void {
    this.transports.setWorkers(workers);
    if (newConnection) this.transports.closeAll();
    const [worker] = workers;
    // Asking the browser for its codecs takes as long as the first streams take to open.
    if (worker !== undefined) void this.#device.rtpCapabilities(worker).catch(() => undefined);
    this.#connected.resolve();
    for (const { subscription } of this.#held.all()) {
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
    for (const held of this.#held.all()) {
      const { subscription } = held;
      if (subscription.streamId !== streamId) continue;
      subscription.statusArrived(status);
      if (status.state !== 'live') continue;
      // The key picture that made the stream live may have passed before our consumer was ready for it.
      this.#keyPictures.fillGaps(held);
    }
  }

  consumersClosed(notice: NoticeOf<'media:consumersClosed'>): void {
    const closed = new Set(notice.consumerIds);
    for (const { subscription } of this.#held.all()) {
      if (subscription.consumerId !== undefined && closed.has(subscription.consumerId))
        subscription.restart();
    }
    this.transports.consumersClosed(notice);
  }

  workerReplaced(notice: NoticeOf<'media:workerReplaced'>): void {
    this.transports.workerReplaced(notice);
    for (const { subscription } of this.#held.all()) {
      if (subscription.workerId === notice.workerId) subscription.restart();
    }
  }

  /**
   * Holds a stream ready without showing it: it runs, and its paused consumer exists, so that showing it later takes
   * one message. Returns the function that releases it.
   */
  hold(cameraId: string, stream: StreamKind): () => void {
    const held = this.#held.take(cameraId, stream);
    return this.#held.releaseOnce(held);
  }

  /** Shows a stream in the elements given until the function answered is called. */
  show(target: PictureTarget): () => void {
    const { targetId, live = true } = target;
    const held = this.#held.take(target.cameraId, target.stream);
    const { subscription } = held;
    const sink = new PictureSink(target, this.#options.nowMs, () => this.#options.onReport(targetId));
    const wasHeldReady = subscription.view.track !== undefined && held.sinks.size === 0;
    const ready = held.ready?.take();
    held.ready = undefined;
    if (ready?.picture !== undefined) sink.showStill(ready.picture);
    held.sinks.set(sink, { targetId, live });
    held.waitingSinceMs = this.#options.nowMs();
    this.#targets.set(targetId, { target, sink, held });
    if (wasHeldReady) this.#keyPictures.refreshLater(held, sink, live);
    this.#update(held, ready?.video);
    // A target that is not live has no use for it, and a video that nobody drops plays on out of sight.
    if (ready?.video !== undefined && !sink.plays(ready.video)) dropVideo(ready.video);
    const stills = live
      ? undefined
      : setInterval(() => void this.#keyPictures.refresh(subscription, sink), stillsMs);
    const release = this.#held.releaseOnce(held);
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
    const subscription = this.#held.find(cameraId, stream)?.subscription;
    const { streamId, workerId } = subscription ?? {};
    if (streamId === undefined || workerId === undefined) {
      throw new RequestRefused('not_found', 'The stream is not open yet.');
    }
    const track = await this.transports.receiveSound(workerId, streamId);
    await this.#batch.resume(track.consumerId);
    return track;
  }

  closeSound(track: ReceivedTrack): void {
    track.close();
    void this.#batch.close(track.consumerId);
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
  videoCounts(): Promise<Map<string, VideoCounts>> {
    return this.transports.videoCounts();
  }

  reports(): PictureReport[] {
    return [...this.#targets.keys()].flatMap((targetId) => this.report(targetId) ?? []);
  }

  /** Copies a target's live picture to its canvas: whatever happens to the track, the last picture stays. */
  keepPicture(targetId: string): void {
    this.#targets.get(targetId)?.sink.keepPicture();
  }

  /** Brings what a subscription has to everyone who shows it. */
  #update(held: HeldStream, readyVideo?: HTMLVideoElement): void {
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
      if (track !== undefined && held.sinks.size === 0)
        held.ready = this.#keyPictures.makeReady(held, track.stream);
    }
    if (track === undefined) held.waitingSinceMs = this.#options.nowMs();
    // The elements have the track now: only from here on a key picture that is sent can be drawn.
    this.#setFlowing(held);
  }

  /** A running stream for which a receiver is ready shows live pictures about as soon as its key picture could be shown. */
  #graceOf({ subscription }: HeldStream): number {
    const { workerId, view } = subscription;
    return this.transports.hasSlots(workerId) && view.status?.state === 'live' ? liveGraceMs : 0;
  }

  #setFlowing({ subscription, sinks }: HeldStream): void {
    subscription.setFlowing([...sinks.values()].some(({ live }) => live));
  }

  async #openStream(
    cameraId: string,
    stream: StreamKind,
    isFlowing: (() => boolean) | undefined,
  ): Promise<ReceivedStream> {
    const opened = await this.#opening.open(cameraId, stream, isFlowing);
    if (opened.track?.isFlowing === true && opened.keyPicture === undefined)
      setTimeout(() => this.#keyPictures.fillGaps(this.#held.find(cameraId, stream)), liveGraceMs);
    return opened;
  }

  #subscriptionPorts(): SubscriptionPorts {
    const { signalling, nowMs } = this.#options;
    return {
      openStream: (cameraId, stream, isFlowing) => this.#openStream(cameraId, stream, isFlowing),
      closeStream: (cameraId, streamId) => {
        if (!this.#held.isShared(cameraId, streamId))
          void signalling.request('cameras:closeStream', { streamId });
      },
      consume: async (workerId, streamId, mayFlow) =>
        this.transports.to(workerId).consume(streamId, 'video', mayFlow),
      resume: (consumerId) => this.#batch.resume(consumerId),
      pause: (consumerId) => this.#batch.pause(consumerId),
      closeConsumer: (consumerId) => void this.#batch.close(consumerId),
      connected: () => this.#connected.promise,
      delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
      nowMs,
    };
  }
}
