import type { WorkerDescription } from '../../src-shared/media/media.protocol.ts';
import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import type { VideoCounts } from './inboundCounts.ts';
import type { PageOffer } from './pageOpening.ts';
import type { ReceivingDevice } from './receivingDevice.ts';
import { RequestRefused, type Signalling } from './signalling.ts';
import type { ReceivedTrack } from './subscription.ts';
import { WorkerTransport } from './workerTransport.ts';

export interface ReceiveTransportsOptions {
  device: ReceivingDevice;
  signalling: Signalling;
  /** Whether receivers for cameras are negotiated beforehand. */
  usesSlots?: boolean | undefined;
}

/**
 * The receive transports of a page, one for each media worker of the hub, opened when something is first received from that
 * worker. Pictures, the sound of cameras and talk all come through them.
 */
export class ReceiveTransports {
  readonly #options: ReceiveTransportsOptions;
  readonly #workers = new Map<string, WorkerDescription>();
  readonly #transports = new Map<string, WorkerTransport>();
  /** By worker: the transport that was replaced, until the last of its streams is released. */
  readonly #retired = new Map<string, WorkerTransport>();
  /** Sounds by consumer id, each with what is called when the hub closes it. */
  readonly #sounds = new Map<string, () => void>();

  constructor(options: ReceiveTransportsOptions) {
    this.#options = options;
  }

  /** The workers that the hub has now. */
  setWorkers(workers: readonly WorkerDescription[]): void {
    this.#workers.clear();
    for (const worker of workers) this.#workers.set(worker.workerId, worker);
  }

  workerReplaced({ workerId, workers }: NoticeOf<'media:workerReplaced'>): void {
    this.setWorkers(workers);
    for (const transports of [this.#transports, this.#retired]) transports.get(workerId)?.close();
  }

  /** The sounds among the consumers are lost; pictures are their subscription's matter. */
  consumersClosed({ consumerIds }: NoticeOf<'media:consumersClosed'>): void {
    for (const consumerId of consumerIds) this.#sounds.get(consumerId)?.();
  }

  /** Whether receivers were negotiated beforehand for the streams of a worker. */
  hasSlots(workerId: string | undefined): boolean {
    return workerId !== undefined && this.#transports.get(workerId)?.hasSlots === true;
  }

  /** The transport to a worker, opened if there is none. Throws while the worker is being replaced. */
  to(workerId: string): WorkerTransport {
    const present = this.#transports.get(workerId);
    if (present !== undefined && !present.isWorn) return present;
    const worker = this.#workers.get(workerId);
    if (worker === undefined) throw new RequestRefused('unavailable', 'The media worker is being replaced.');
    if (present !== undefined) this.#retire(workerId, present);
    const { device, signalling, usesSlots = false } = this.#options;
    const transport = new WorkerTransport({
      worker,
      device,
      signalling,
      replaces: this.#retired.get(workerId)?.transportId,
      usesSlots,
      onClosed: () => {
        for (const transports of [this.#transports, this.#retired])
          if (transports.get(workerId) === transport) transports.delete(workerId);
      },
    });
    this.#transports.set(workerId, transport);
    return transport;
  }

  /** What the transports that are open can receive now, up to so many streams on each; undefined when there are none. */
  async offer(most: number): Promise<PageOffer | undefined> {
    const offers = [...this.#transports.values()].flatMap((transport) => transport.offer(most) ?? []);
    const worker = this.#workers.get(offers[0]?.workerId ?? '');
    try {
      if (worker !== undefined)
        return { rtpCapabilities: await this.#options.device.rtpCapabilities(worker), offers };
    } catch {
      // Whatever is wrong with the browser's codecs, each stream says it when it is received by itself.
    }
    for (const offer of offers) offer.end(true);
    return undefined;
  }

  /** A paused sound. Whoever takes it resumes it, and closes it at the hub. */
  async receiveSound(workerId: string, streamId: string): Promise<ReceivedTrack> {
    const track = await this.to(workerId).consume(streamId, 'audio');
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

  /** What the browser counted of all video of this page, by the id of its track. */
  async videoCounts(): Promise<Map<string, VideoCounts>> {
    const all = await Promise.all(this.#all().map((transport) => transport.videoCounts()));
    return new Map(all.flatMap((counts) => [...counts]));
  }

  /** Closes every transport on this side only: on a new connection the hub holds none of them. */
  closeAll(): void {
    for (const transport of this.#all()) transport.close();
  }

  /** What a transport that was retired before still carries, a pinned tile perhaps, is received again by the new one. */
  #retire(workerId: string, worn: WorkerTransport): void {
    this.#retired.get(workerId)?.discard();
    this.#retired.set(workerId, worn);
    this.#transports.delete(workerId);
    worn.retire();
  }

  #all(): WorkerTransport[] {
    return [...this.#transports.values(), ...this.#retired.values()];
  }
}
