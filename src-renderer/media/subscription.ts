import { createListeners } from '../../src-shared/listeners.ts';
import type {
  KeyPicture,
  OpenedStream,
  StreamKind,
  StreamStatus,
} from '../../src-shared/cameras/cameras.protocol.ts';
import type { DecodeCounts } from './decodeWatch.ts';

/** A consumer, paused unless it says otherwise, with its track wrapped for a video element. */
export interface ReceivedTrack {
  consumerId: string;
  stream: MediaStream;
  /** Its packets flow already. */
  isFlowing?: boolean;
  /** Resolves when the track is dead: its consumer, transport, worker or hub is gone. */
  lost: Promise<void>;
  /** What the browser counted of it; undefined where it reports nothing. */
  decodeCounts?(): Promise<DecodeCounts | undefined>;
  close(): void;
}

/** What a subscription needs of the world; media/receiver.ts connects it, tests put stand-ins here. */
export interface SubscriptionPorts {
  /**
   * Rejects when refused. With `isFlowing` a stream that runs is received by the same request, and its packets may come at once
   * where the function answers true.
   */
  openStream(
    cameraId: string,
    stream: StreamKind,
    isFlowing?: () => boolean,
  ): Promise<OpenedStream & { track?: ReceivedTrack }>;
  closeStream(cameraId: string, streamId: string): void;
  /** With `mayFlow` its packets may come at once, where the browser is ready for them. */
  consume(workerId: string, streamId: string, mayFlow: boolean): Promise<ReceivedTrack>;
  /** Answers false when the hub does not know the consumer any more. */
  resume(consumerId: string): Promise<boolean>;
  pause(consumerId: string): Promise<boolean>;
  closeConsumer(consumerId: string): void;
  /** Resolves at once when the hub is connected, else when it is again. */
  connected(): Promise<void>;
  delay(delayMs: number): Promise<void>;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
}

/** What a subscription knows at this moment. */
export interface SubscriptionView {
  status: StreamStatus | undefined;
  /** Since when the camera has been away; kept through the attempts in between, until it is live again. */
  outageSinceMs: number | undefined;
  keyPicture: KeyPicture | undefined;
  track: ReceivedTrack | undefined;
  /** Why the hub serves nothing, in a sentence, and since when. */
  problem: { message: string; sinceMs: number } | undefined;
}

const firstRetryMs = 250;
const longestRetryMs = 4_000;
/** A consumer that lived shorter than this counts as a failed try. */
const stableMs = 2_000;
const consumeAgainMs = 1_000;

/**
 * One share in one stream of one camera, for everyone on this page who shows it. It works in rounds: open the stream,
 * get a paused consumer, hand its track out, and stay until something ends it; then begin again, for as long as it is held.
 */
export class Subscription {
  readonly cameraId: string;
  readonly stream: StreamKind;
  readonly #ports: SubscriptionPorts;
  readonly #changed = createListeners();
  readonly #view: SubscriptionView = {
    status: undefined,
    outageSinceMs: undefined,
    keyPicture: undefined,
    track: undefined,
    problem: undefined,
  };
  #streamId: string | undefined;
  #workerId: string | undefined;
  #closed = false;
  #flowing = false;
  #endRound: () => void = () => undefined;
  #statusChanged = Promise.withResolvers<void>();

  constructor(cameraId: string, stream: StreamKind, ports: SubscriptionPorts) {
    this.cameraId = cameraId;
    this.stream = stream;
    this.#ports = ports;
    void this.#run();
  }

  get view(): Readonly<SubscriptionView> {
    return this.#view;
  }

  get streamId(): string | undefined {
    return this.#streamId;
  }

  get workerId(): string | undefined {
    return this.#workerId;
  }

  get consumerId(): string | undefined {
    return this.#view.track?.consumerId;
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Whether packets shall flow: true once an element is ready for the track, false when nobody looks any more. */
  setFlowing(flowing: boolean): void {
    if (this.#flowing === flowing) return;
    this.#flowing = flowing;
    void this.#applyFlow();
  }

  /** The hub said what state the stream is in. */
  statusArrived(status: StreamStatus): void {
    this.#takeStatus(status);
    this.#notifyListeners();
  }

  /** The key picture that came with the opening is too old to be shown. */
  forgetKeyPicture(): void {
    this.#view.keyPicture = undefined;
  }

  /** Ends the present round; the next one begins at once. */
  restart(): void {
    this.#endRound();
  }

  /** Makes sure that both sides agree, after notices may have been missed. */
  async verify(): Promise<void> {
    if (this.#closed || this.#view.track === undefined) return;
    try {
      const opened = await this.#ports.openStream(this.cameraId, this.stream);
      this.#takeStatus(opened.status);
      this.#notifyListeners();
      if (opened.streamId !== this.#streamId || opened.workerId !== this.#workerId) return this.restart();
      await this.#applyFlow();
    } catch {
      this.restart();
    }
  }

  /** Gives everything back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endRound();
    this.#giveShareBack();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closed) {
      await this.#ports.connected();
      if (this.#closed) break;
      const outcome = await this.#round();
      failures = outcome === 'held' ? 0 : failures + 1;
      if (this.#closed) break;
      if (failures === 0) continue;
      const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
      await Promise.race([this.#ports.delay(retryMs), this.#nextLive()]);
    }
    this.#giveShareBack();
  }

  /** Resolves when the hub says that the stream is live again: who waits for it need not wait longer. */
  async #nextLive(): Promise<void> {
    do await this.#statusChanged.promise;
    while (this.#view.status?.state !== 'live');
  }

  async #round(): Promise<'held' | 'failed'> {
    const ended = Promise.withResolvers<'ended'>();
    this.#endRound = () => ended.resolve('ended');
    const live = { ended: false };
    void ended.promise.then(() => (live.ended = true));
    try {
      const opened = await this.#ports.openStream(this.cameraId, this.stream, () => this.#flowing);
      this.#opened(opened);
      if (live.ended || this.#closed) {
        if (opened.track !== undefined) this.#giveBack(opened.track);
        return 'held';
      }
      const track = opened.track ?? (await this.#consume(opened.workerId, opened.streamId, ended.promise));
      if (track === 'ended') return 'held';
      return await this.#hold(track, ended.promise);
    } catch (error) {
      if (!live.ended) this.#failed(error);
      return live.ended ? 'held' : 'failed';
    }
  }

  /** Asks until the stream has something to consume; a camera that cannot be reached yet has nothing. */
  async #consume(
    workerId: string,
    streamId: string,
    ended: Promise<'ended'>,
  ): Promise<ReceivedTrack | 'ended'> {
    for (;;) {
      const statusChanged = this.#statusChanged.promise;
      const asked = this.#ports.consume(workerId, streamId, this.#flowing);
      const first = await Promise.race([asked.catch((error: unknown) => ({ error })), ended]);
      if (first === 'ended') {
        // What still arrives for a round that is over is given back.
        asked.then(
          (late) => this.#giveBack(late),
          () => undefined,
        );
        return 'ended';
      }
      if (!('error' in first)) return first;
      if (!isPassing(first.error)) throw first.error;
      const next = await Promise.race([statusChanged, this.#ports.delay(consumeAgainMs), ended]);
      if (next === 'ended') return 'ended';
    }
  }

  async #hold(track: ReceivedTrack, ended: Promise<'ended'>): Promise<'held' | 'failed'> {
    const sinceMs = this.#ports.nowMs();
    this.#view.track = track;
    this.#view.problem = undefined;
    this.#notifyListeners();
    if (track.isFlowing !== true || !this.#flowing) await this.#applyFlow();
    await Promise.race([ended, track.lost]);
    this.#view.track = undefined;
    this.#notifyListeners();
    this.#giveBack(track);
    return this.#ports.nowMs() - sinceMs >= stableMs ? 'held' : 'failed';
  }

  async #applyFlow(): Promise<void> {
    const track = this.#view.track;
    if (track === undefined) return;
    const known = this.#flowing
      ? await this.#ports.resume(track.consumerId)
      : await this.#ports.pause(track.consumerId);
    if (!known && this.#view.track === track) this.restart();
  }

  #giveBack(track: ReceivedTrack): void {
    track.close();
    this.#ports.closeConsumer(track.consumerId);
  }

  /** At once where the share is known, so that asking for the same stream again comes after it on the wire. */
  #giveShareBack(): void {
    if (this.#streamId !== undefined) this.#ports.closeStream(this.cameraId, this.#streamId);
    this.#streamId = undefined;
  }

  #opened(opened: OpenedStream): void {
    this.#streamId = opened.streamId;
    this.#workerId = opened.workerId;
    if (opened.keyPicture !== undefined) this.#view.keyPicture = opened.keyPicture;
    this.#view.problem = undefined;
    this.#takeStatus(opened.status);
    this.#notifyListeners();
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#view.problem = { message, sinceMs: this.#view.problem?.sinceMs ?? this.#ports.nowMs() };
    this.#notifyListeners();
  }

  #takeStatus(status: StreamStatus): void {
    this.#view.status = status;
    if (status.state === 'live' || status.state === 'lingering') this.#view.outageSinceMs = undefined;
    if (status.state === 'retrying') this.#view.outageSinceMs ??= status.sinceMs;
    this.#statusChanged.resolve();
    this.#statusChanged = Promise.withResolvers<void>();
  }

  #notifyListeners(): void {
    // The place that closed it does not show it any more.
    if (!this.#closed) this.#changed.notify();
  }
}

/**
 * Whether a refusal to consume passes by itself, so that the share is kept and asked again. A share that the hub does not have any more is
 * opened again in a next round.
 */
function isPassing(error: unknown): boolean {
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (reason === 'cameras.stream_not_held') return false;
  return code === 'not_found' || code === 'unavailable' || code === 'timeout';
}
