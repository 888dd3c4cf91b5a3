import type { Consumer, ConsumerOptions, RtpParameters } from 'mediasoup-client/types';

/** One place for a video on a transport: negotiated once, it receives one stream after the other. */
export interface ReceiveSlot {
  /** The media section's name; the hub writes it into every packet, and so the browser knows which place it is for. */
  readonly mid: string;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: RTCRtpReceiver | undefined;
}

export interface ReceiveSlotsOptions {
  transport: { consume(options: ConsumerOptions): Promise<Pick<Consumer, 'track' | 'rtpReceiver'>> };
  /** How a camera's video comes: codecs and header extensions. All cameras are offered under one codec. */
  template: RtpParameters;
  /** Whether streams wait for them already; else they are made once nothing has been asked for a while. */
  isUrgent: boolean;
  nowMs(): number;
  delay(delayMs: number): Promise<void>;
}

/** Asking the browser for more at once would take the page longer than a few of its frames. */
const slotsAtOnce = 8;
/** One page that nobody expected, on each of two workers. */
const leastSpare = 16;
const mostSpare = 32;
/** Negotiating while a page is being shown would get in its way. */
const quietBeforeMs = 700;
/**
 * Between two streams of one slot. Chromium makes a receiver for a new stream of a section at most every 500 ms, and by then no
 * packet of the stream before is on its way.
 */
const restMs = 1_000;

interface KeptSlot extends ReceiveSlot {
  restUntilMs: number;
}

/**
 * Receivers negotiated beforehand. A negotiation of sixteen videos takes the browser some 400 ms on a small machine, most of
 * the time until a page moves. In a slot that names no stream (no `a=ssrc`), the browser receives whichever stream the hub sends
 * under its name (RFC 8843, 9.2), without another negotiation.
 */
export class ReceiveSlots {
  readonly #options: ReceiveSlotsOptions;
  readonly #free: KeptSlot[] = [];
  #made = 0;
  #used = 0;
  #closed = false;
  #askedAtMs: number;
  #filling: Promise<void> | undefined;
  /** Resolves when there are slots to wait for. */
  readonly ready: Promise<void>;
  #isReady = false;

  constructor(options: ReceiveSlotsOptions) {
    this.#options = options;
    this.#askedAtMs = options.isUrgent ? -Infinity : options.nowMs();
    this.#fillLater();
    this.ready = options.isUrgent && this.#filling !== undefined ? this.#filling : Promise.resolve();
    void this.ready.then(() => (this.#isReady = true));
  }

  /** Whether there is nothing to wait for. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** A slot that is free and has rested longest; undefined when there is none. */
  take(): ReceiveSlot | undefined {
    const nowMs = this.#options.nowMs();
    this.#askedAtMs = nowMs;
    this.#fillLater();
    const [oldest] = this.#free;
    if (oldest === undefined || oldest.restUntilMs > nowMs) return undefined;
    this.#free.shift();
    this.#used += 1;
    return oldest;
  }

  /** Its stream was closed at the hub, or is about to be by a message that is sent before the next one is asked for. */
  giveBack(slot: ReceiveSlot): void {
    this.#used -= 1;
    this.#free.push({ ...slot, restUntilMs: this.#options.nowMs() + restMs });
  }

  /** It was taken and nothing was sent under its name. */
  giveBackUnused(slot: ReceiveSlot): void {
    this.#used -= 1;
    this.#free.unshift({ ...slot, restUntilMs: 0 });
  }

  /** Makes sure of spare slots once nothing has been asked for a while. */
  #fillLater(): void {
    this.#filling ??= this.#fill().finally(() => (this.#filling = undefined));
  }

  /** The transport is closed. */
  close(): void {
    this.#closed = true;
    this.#free.length = 0;
  }

  async #fill(): Promise<void> {
    for (;;) {
      const { nowMs, delay } = this.#options;
      const waitMs = this.#askedAtMs + quietBeforeMs - nowMs();
      if (waitMs > 0) {
        await delay(waitMs);
        continue;
      }
      const spare = Math.min(mostSpare, Math.max(leastSpare, this.#used));
      const lacking = Math.min(slotsAtOnce, spare - this.#free.length);
      if (this.#closed || lacking <= 0) return;
      try {
        // Asked for in one turn of the event loop, they are one negotiation.
        await Promise.all(Array.from({ length: lacking }, () => this.#make()));
      } catch {
        // The transport was closed meanwhile, or the browser refused: streams are negotiated one by one as before.
        return;
      }
    }
  }

  async #make(): Promise<void> {
    const { transport, template } = this.#options;
    this.#made += 1;
    const mid = `s${this.#made}`;
    const { track, rtpReceiver } = await transport.consume({
      id: mid,
      producerId: mid,
      kind: 'video',
      // Of one stream id, sound and pictures would be played in step.
      streamId: mid,
      rtpParameters: { ...template, mid, encodings: [{}] },
    });
    this.#free.unshift({ mid, track, rtpReceiver, restUntilMs: 0 });
  }
}

/** Whether a stream comes as the template says, so that a slot made by it can receive the stream. */
export function fitsTemplate(template: RtpParameters, parameters: RtpParameters): boolean {
  const shapeOf = ({ codecs, headerExtensions }: RtpParameters): string =>
    JSON.stringify([codecs, headerExtensions]);
  return shapeOf(template) === shapeOf(parameters);
}
