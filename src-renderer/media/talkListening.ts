import type { SoundRoute } from './loudspeakers.ts';
import type { ReceivedTrack } from './subscription.ts';

/** What listening needs of the page's media. */
export interface ListeningPorts {
  /** A paused consumer of a talk stream. Rejects while it cannot be had. */
  consume(streamId: string): Promise<ReceivedTrack>;
  /** Lets the sound flow. False when the hub did not say that it does. */
  resume(consumerId: string): Promise<boolean>;
  closeConsumer(consumerId: string): void;
  /** Whether the browser lets the page be heard. */
  onAudible(isAudible: boolean): void;
  /** To the loudspeaker of talk. */
  route: SoundRoute;
}

interface Heard {
  element: HTMLAudioElement;
  isWanted: boolean;
  /** Ends the way to the loudspeaker. */
  unroute(): void;
  track: ReceivedTrack | undefined;
}

const firstRetryMs = 250;
const longestRetryMs = 3_000;

/** Hears talk groups: each group's stream is consumed once, beforehand, and kept for as long as the group is listened to. */
export class TalkListening {
  readonly #ports: ListeningPorts;
  readonly #heard = new Map<string, Heard>();
  #isMuted = false;

  constructor(ports: ListeningPorts) {
    this.#ports = ports;
  }

  /** Hears exactly these streams, each as loud as said, 0 to 1. */
  listenTo(streams: ReadonlyMap<string, number>): void {
    for (const [streamId, heard] of this.#heard) {
      if (streams.has(streamId)) continue;
      heard.isWanted = false;
      this.#heard.delete(streamId);
      heard.element.srcObject = null;
      heard.unroute();
      this.#close(heard);
    }
    for (const [streamId, volume] of streams) {
      let heard = this.#heard.get(streamId);
      if (heard === undefined) {
        const element = new Audio();
        heard = { element, isWanted: true, track: undefined, unroute: this.#ports.route(element) };
        heard.element.muted = this.#isMuted;
        this.#heard.set(streamId, heard);
        void this.#keep(streamId, heard);
      }
      heard.element.volume = volume;
    }
  }

  /** While one speaks oneself, nothing is heard: the microphone would take it up again. */
  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    for (const { element } of this.#heard.values()) element.muted = isMuted;
  }

  /** Called in a gesture, after which a browser lets a page be heard. */
  wake(): void {
    for (const heard of this.#heard.values()) if (heard.element.srcObject !== null) void this.#play(heard);
  }

  async #keep(streamId: string, heard: Heard): Promise<void> {
    let retryMs = firstRetryMs;
    while (heard.isWanted) {
      const track = await this.#ports.consume(streamId).catch(() => undefined);
      let isFlowing = false;
      if (track !== undefined) {
        heard.track = track;
        if (heard.isWanted) isFlowing = await this.#hear(heard, track);
        this.#close(heard);
      }
      if (isFlowing) retryMs = firstRetryMs;
      else if (heard.isWanted) {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, longestRetryMs);
      }
    }
  }

  /** Plays a track until it is lost. Answers whether it ever flowed: one that could not be resumed is silent for ever. */
  async #hear(heard: Heard, track: ReceivedTrack): Promise<boolean> {
    heard.element.srcObject = track.stream;
    void this.#play(heard);
    const isLost = track.lost.then(() => 'lost' as const);
    const resumed = await Promise.race([this.#ports.resume(track.consumerId).catch(() => false), isLost]);
    if (resumed === true) await isLost;
    if (heard.track === track) heard.element.srcObject = null;
    return resumed === true;
  }

  async #play({ element }: Heard): Promise<void> {
    const isAudible = await element.play().then(
      () => true,
      (error: unknown) => !(error instanceof DOMException && error.name === 'NotAllowedError'),
    );
    this.#ports.onAudible(isAudible);
  }

  #close(heard: Heard): void {
    const { track } = heard;
    heard.track = undefined;
    if (track === undefined) return;
    track.close();
    this.#ports.closeConsumer(track.consumerId);
  }
}
