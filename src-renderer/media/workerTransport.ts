import type { Consumer, RtpParameters, Transport } from 'mediasoup-client/types';
import type { ConsumerDescription, WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import { connectedWithin } from './connectedWithin.ts';
import { recoverConnection } from './iceRecovery.ts';
import { videoCountsOf, type VideoCounts } from './inboundCounts.ts';
import type { ReceiveOffer } from './receiveOffer.ts';
import { fitsTemplate, ReceiveSlots, type ReceiveSlot } from './receiveSlots.ts';
import { ReceivedTracks } from './receivedTracks.ts';
import type { ReceivingDevice } from './receivingDevice.ts';
import { dataOf, RequestRefused, type Signalling } from './signalling.ts';
import type { ReceivedTrack } from './subscription.ts';

/** A stream that is still starting keeps the hub's answer waiting until the camera sent its description. */
const consumeTimeoutMs = 20_000;
/**
 * Chromium keeps some 30 kB of every stream that a PeerConnection ever received until the connection itself is gone. A
 * wall that turns its pages for weeks receives a million of them.
 */
const streamsPerTransport = 500;

export interface WorkerTransportOptions {
  worker: WorkerDescription;
  device: ReceivingDevice;
  signalling: Signalling;
  /** The transport of the same worker, open still, in whose place this one comes. */
  replaces?: string | undefined;
  /** Whether receivers are negotiated beforehand for pages that nobody expects: a wall's, whose cameras are silent. */
  usesSlots?: boolean;
  /** The transport is closed and cannot be opened again; the next receiver of this worker opens a new one. */
  onClosed(): void;
}

/** The one receive transport of this page on one worker of the hub, and everything that comes through it. */
export class WorkerTransport {
  readonly #options: WorkerTransportOptions;
  readonly #ready: Promise<Transport>;
  readonly #received = new ReceivedTracks({
    isClosed: () => this.#closed,
    onClosed: () => this.#closeIfDone(),
  });
  #transport: Transport | undefined;
  /** Receivers for cameras, negotiated beforehand; undefined until it is known how cameras come. */
  #slots: ReceiveSlots | undefined;
  /** Streams that it received in its life, and those that are being asked for. */
  #everReceived = 0;
  #asking = 0;
  #retired = false;
  #closed = false;

  constructor(options: WorkerTransportOptions) {
    this.#options = options;
    this.#ready = this.#open();
    this.#ready.catch(() => this.close());
  }

  get transportId(): string | undefined {
    return this.#transport?.id;
  }

  /** Whether it received so much that a new one should take its place. */
  get isWorn(): boolean {
    return this.#everReceived >= streamsPerTransport;
  }

  /** Whether receivers are negotiated beforehand. */
  get hasSlots(): boolean {
    return this.#slots !== undefined;
  }

  /** Resolves when it is connected, which it only is once something is consumed; at the latest after `limitMs`. */
  async connectedWithin(limitMs: number): Promise<void> {
    const transport = await this.#ready.catch(() => undefined);
    if (transport !== undefined) await connectedWithin(transport, limitMs);
  }

  /**
   * A paused consumer of a stream; its packets flow once it is resumed at the hub. With `mayFlow` they flow at once where a
   * receiver was negotiated beforehand.
   */
  async consume(
    streamId: string,
    kind: 'audio' | 'video' = 'video',
    mayFlow = false,
  ): Promise<ReceivedTrack> {
    this.#asking += 1;
    try {
      return await this.#consume(streamId, kind, mayFlow);
    } finally {
      this.#asking -= 1;
      this.#closeIfDone();
    }
  }

  /**
   * Keeps slots for up to `most` streams that are about to be opened; undefined while the transport, or its slots, are being
   * made.
   */
  offer(most: number): ReceiveOffer | undefined {
    const transport = this.#transport;
    if (transport === undefined || this.#closed || this.isWorn || this.#slots?.isReady === false)
      return undefined;
    const slots = new Map<string, ReceiveSlot>();
    while (slots.size < most) {
      const slot = this.#slots?.take();
      if (slot === undefined) break;
      slots.set(slot.mid, slot);
    }
    this.#asking += 1;
    return {
      workerId: this.#options.worker.workerId,
      transportId: transport.id,
      mids: [...slots.keys()],
      receive: (streamId, consumer) => {
        const slot = slots.get(String(consumer.rtpParameters.mid));
        if (slot !== undefined) slots.delete(slot.mid);
        return this.#receive(transport, streamId, consumer, slot);
      },
      end: (areUntouched) => {
        for (const slot of slots.values()) {
          if (areUntouched) this.#slots?.giveBackUnused(slot);
          else this.#slots?.giveBack(slot);
        }
        this.#asking -= 1;
        this.#closeIfDone();
      },
    };
  }

  /** Nobody will ask it for more: it goes with the last stream that it carries. */
  retire(): void {
    this.#retired = true;
    this.#closeIfDone();
  }

  /** Closes it here and at the hub; whoever still receives through it asks again. */
  discard(): void {
    const { transportId } = this;
    if (transportId !== undefined && !this.#closed)
      void this.#options.signalling.request('media:closeTransport', { transportId });
    this.close();
  }

  /** What the browser counted of the video that comes through it, by the id of its track. */
  async videoCounts(): Promise<Map<string, VideoCounts>> {
    return videoCountsOf(await this.#transport?.getStats());
  }

  /** Closes it on this side only; with a worker or a connection gone, there is nobody to notify. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#slots?.close();
    this.#received.loseAll();
    this.#options.onClosed();
    // Closing turns every picture black: whoever shows one copies it first, in this turn of the event loop.
    setTimeout(() => this.#transport?.close(), 0);
  }

  #closeIfDone(): void {
    if (this.#retired && this.#asking === 0 && this.#received.size === 0) this.discard();
  }

  async #consume(streamId: string, kind: 'audio' | 'video', mayFlow: boolean): Promise<ReceivedTrack> {
    const { worker, device, signalling } = this.#options;
    const transport = await this.#ready;
    if (kind === 'video') await this.#slots?.ready;
    const slot = kind === 'video' ? this.#slots?.take() : undefined;
    let isUsed = false;
    try {
      const consumer = dataOf(
        await signalling.request(
          'media:consume',
          {
            streamId,
            transportId: transport.id,
            kind,
            rtpCapabilities: await device.rtpCapabilities(worker),
            ...(slot === undefined ? {} : { mid: slot.mid, mayFlow }),
          },
          consumeTimeoutMs,
        ),
      );
      isUsed = slot !== undefined && consumer.rtpParameters.mid === slot.mid;
      return await this.#receive(transport, streamId, consumer, isUsed ? slot : undefined);
    } finally {
      if (slot !== undefined && !isUsed) this.#slots?.giveBack(slot);
    }
  }

  /** Receives a stream for which the hub made a consumer; `slot` is the one under whose name it comes. */
  async #receive(
    transport: Transport,
    streamId: string,
    { consumerId, producerId, kind, isSlotted, isFlowing, ...description }: ConsumerDescription,
    slot: ReceiveSlot | undefined,
  ): Promise<ReceivedTrack> {
    // The contract carries them as mediasoup made them.
    const rtpParameters = description.rtpParameters as unknown as RtpParameters;
    this.#everReceived += 1;
    if (isSlotted) this.#learnTemplate(transport, rtpParameters);
    if (slot !== undefined) {
      const track = this.#received.add(consumerId, slot, () => this.#slots?.giveBack(slot));
      return { ...track, isFlowing };
    }
    const consumer = await transport.consume({ id: consumerId, producerId, kind, rtpParameters });
    // A wall wants the newest picture, talk the newest word: the jitter buffer may grow when the network needs it, but
    // starts at nothing. A camera's sound is better whole than early.
    const isPrompt = kind === 'video' || streamId.startsWith('talk:');
    if (isPrompt && consumer.rtpReceiver !== undefined) consumer.rtpReceiver.jitterBufferTarget = 0;
    return this.#consumerTrack(consumer);
  }

  /** From the first camera on it is known how cameras come, and receivers can be negotiated for the next ones. */
  #learnTemplate(transport: Transport, rtpParameters: RtpParameters): void {
    const { device, usesSlots } = this.#options;
    if (!usesSlots) return;
    const known = device.cameraTemplate;
    if (known !== undefined && !fitsTemplate(known, rtpParameters)) {
      // The hub's codecs are others than before: what was negotiated for them receives nothing.
      device.cameraTemplate = undefined;
      this.discard();
      throw new RequestRefused('unavailable', 'The hub sends cameras otherwise than before.');
    }
    device.cameraTemplate ??= rtpParameters;
    if (!this.#closed) this.#slots ??= this.#makeSlots(transport, device.cameraTemplate, false);
  }

  #makeSlots(transport: Transport, template: RtpParameters, isUrgent: boolean): ReceiveSlots {
    return new ReceiveSlots({
      transport,
      template,
      isUrgent,
      nowMs: () => performance.now(),
      delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    });
  }

  #consumerTrack(consumer: Consumer): ReceivedTrack {
    return this.#received.add(consumer.id, consumer, () => {
      // With the transport, its consumers close by themselves.
      if (!this.#closed) consumer.close();
    });
  }

  async #open(): Promise<Transport> {
    const { worker, device, signalling, replaces } = this.#options;
    const answer = await signalling.request('media:createTransport', {
      workerId: worker.workerId,
      ...(replaces === undefined ? {} : { replaces }),
    });
    // The hub still holds a transport of ours that we know nothing of: only a new connection sets that right.
    if (!answer.ok && answer.code === 'conflict') signalling.reconnect();
    const transport = await device.createTransport(worker, dataOf(answer));
    if (this.#closed) {
      transport.close();
      throw new RequestRefused('unavailable', 'The worker is gone.');
    }
    this.#transport = transport;
    // Negotiating needs whoever listens to `connect`, which is done in this turn of the event loop.
    const template = this.#options.usesSlots === true ? device.cameraTemplate : undefined;
    if (template !== undefined)
      queueMicrotask(() => (this.#slots ??= this.#makeSlots(transport, template, true)));
    transport.on('connect', ({ dtlsParameters }, done) => {
      const { role, fingerprints } = dtlsParameters;
      void signalling
        .request('media:connectTransport', {
          transportId: transport.id,
          dtlsParameters: { fingerprints, ...(role === undefined ? {} : { role }) },
        })
        .then((connected) => {
          if (!connected.ok) this.discard();
        });
      // The path is looked for meanwhile: the hub's word is there before the first packet that needs it.
      done();
    });
    recoverConnection({
      transport,
      signalling,
      isClosed: () => this.#closed,
      giveUp: () => this.discard(),
    });
    return transport;
  }
}
