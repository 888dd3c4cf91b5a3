import type { Producer, RtpCodecCapability } from 'mediasoup-client/types';
import type { SendingTransport } from './sendingTransport.ts';

/** What kitchens' loudspeakers take; every browser has it (RFC 7874, 3). */
const aLaw: RtpCodecCapability = {
  kind: 'audio',
  mimeType: 'audio/PCMA',
  clockRate: 8_000,
  channels: 1,
  preferredPayloadType: 8,
};

/** The microphone as it goes into kitchens: a copy of its own, which is sent only while the key for kitchens is held. */
export class KitchenVoice {
  #producer: Producer | undefined;
  /** The microphone that `#track` is a copy of. */
  #source: MediaStreamTrack | undefined;
  #track: MediaStreamTrack | undefined;
  #isOpen = false;
  #work: Promise<void> = Promise.resolve();

  /** Resolves once the hub has the voice. Rejects with the hub's refusal, or when this browser has no A-law. */
  prepare(sending: () => SendingTransport, source: MediaStreamTrack): Promise<void> {
    const work = this.#work.then(() => this.#prepare(sending(), source));
    this.#work = work.catch(() => undefined);
    return work;
  }

  /** Whether the voice is sent. */
  open(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (this.#track !== undefined) this.#track.enabled = isOpen;
    if (this.#producer === undefined || this.#producer.closed) return;
    if (isOpen) this.#producer.resume();
    else this.#producer.pause();
  }

  /** The transport is gone with what it sent. */
  transportClosed(): void {
    this.#producer = undefined;
  }

  /** Nobody is signed in any more. */
  stop(): void {
    this.#isOpen = false;
    this.#producer?.close();
    this.#producer = undefined;
    this.#track?.stop();
    this.#track = undefined;
    this.#source = undefined;
  }

  async #prepare(sending: SendingTransport, source: MediaStreamTrack): Promise<void> {
    const isSame = this.#source === source && this.#track?.readyState === 'live';
    const has = this.#producer !== undefined && !this.#producer.closed;
    if (isSame && has) return;
    if (!isSame) {
      this.#track?.stop();
      this.#track = source.clone();
      this.#source = source;
      this.#track.enabled = this.#isOpen;
    }
    const track = this.#track;
    if (track === undefined) return;
    if (has) return void (await this.#producer?.replaceTrack({ track }));
    this.#producer = await sending.send('kitchenVoice', {
      track,
      codec: aLaw,
      disableTrackOnPause: false,
      // A-law has no silence of its own: what is not said would be sent as loudly as what is.
      zeroRtpOnPause: true,
    });
    this.open(this.#isOpen);
  }
}
