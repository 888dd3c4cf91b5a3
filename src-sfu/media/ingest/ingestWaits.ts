import type { StreamWait } from '../../../src-shared/cameras/cameraStream.ts';
import { pictureLimits, type PictureInterval } from '../../../src-shared/cameras/pictureLimits.ts';
import type { Patience } from './patience.ts';

/** Limits of one attempt, in milliseconds. */
export interface IngestTimeouts {
  connectMs: number;
  responseMs: number;
  /** From PLAY to the first packet of the picture. */
  firstPacketMs: number;
  /** From PLAY to the first whole key picture. Relays join a camera's group of pictures anywhere, and 30 s long ones exist. */
  firstPictureMs: number;
  /** Without any packet of the picture for this long the attempt is given up; longer where its pictures are rarer. */
  silenceMs: number;
}

const defaultFirstPictureMs = 65_000;
/** After this long surfaces are notified of what an attempt waits for. Milliseconds. */
const waitingSaidMs = 1_500;

/** What an attempt waits for, since when, and when the wait has been too long. All times are Unix milliseconds. */
export class IngestWaits {
  readonly #timeouts: Partial<IngestTimeouts>;
  readonly #patience: Patience;
  readonly #firstPictureMs: number;
  readonly #firstPacketMs: number;
  phase: StreamWait = 'answer';
  /** When the last packet of the picture came. */
  lastPacketAtMs = 0;
  #startedAtMs: number;
  #phaseSinceMs: number;
  #isWaitSaid = false;

  constructor(timeouts: Partial<IngestTimeouts>, patience: Patience, nowMs: number) {
    this.#timeouts = timeouts;
    this.#patience = patience;
    this.#firstPictureMs = timeouts.firstPictureMs ?? defaultFirstPictureMs;
    this.#firstPacketMs = timeouts.firstPacketMs ?? timeouts.silenceMs ?? patience.limitMs('firstPacket');
    this.#startedAtMs = nowMs;
    this.#phaseSinceMs = nowMs;
  }

  enter(phase: StreamWait, nowMs: number): void {
    this.phase = phase;
    this.#phaseSinceMs = nowMs;
    this.#isWaitSaid = false;
  }

  /** The camera has described its stream. */
  answered(nowMs: number): void {
    this.#patience.came('answer', nowMs - this.#startedAtMs);
  }

  /** The camera is asked to play. */
  asksToPlay(nowMs: number): void {
    this.#startedAtMs = nowMs;
    this.lastPacketAtMs = nowMs;
  }

  /** A packet of the picture came. */
  packetCame(nowMs: number): void {
    this.lastPacketAtMs = nowMs;
    if (this.phase === 'keyPicture') return;
    if (this.phase === 'firstPacket') this.#patience.came('firstPacket', nowMs - this.#phaseSinceMs);
    this.enter('keyPicture', nowMs);
  }

  /** Time in which this process stood still, or by which the clock was set, is no silence of the camera. */
  skip(skippedMs: number): void {
    this.lastPacketAtMs += skippedMs;
    this.#startedAtMs += skippedMs;
    this.#phaseSinceMs += skippedMs;
  }

  /** Whether surfaces are to be notified now of what is waited for; true once for each phase. */
  isToBeSaid(nowMs: number): boolean {
    if (this.#isWaitSaid || nowMs - this.#phaseSinceMs <= waitingSaidMs) return false;
    return (this.#isWaitSaid = true);
  }

  /** The sentence that ends the attempt, when the camera has been silent for too long. */
  judge(nowMs: number, pictureInterval: PictureInterval | undefined, isLive: boolean): string | undefined {
    if (this.phase === 'answer') return undefined;
    const silentForMs = nowMs - this.lastPacketAtMs;
    if (this.phase === 'firstPacket') {
      if (silentForMs <= this.#firstPacketMs) return undefined;
      this.#patience.gaveUp('firstPacket');
      return `The camera sent nothing within ${Math.round(silentForMs / 1000)} s after it was asked to play.`;
    }
    if (silentForMs > this.#silenceMs(pictureInterval))
      return `The camera has sent nothing for ${Math.round(silentForMs / 1000)} s.`;
    if (!isLive && nowMs - this.#startedAtMs > this.#firstPictureMs)
      return `The camera sent no whole key picture within ${Math.round(this.#firstPictureMs / 1000)} s.`;
    return undefined;
  }

  #silenceMs(pictureInterval: PictureInterval | undefined): number {
    const { silenceMs: limitMs } = pictureLimits(pictureInterval);
    if (this.#timeouts.silenceMs === undefined) return limitMs;
    // A limit that was set is for usual cameras; those that are known to send fewer pictures get as many times more.
    const factor = pictureInterval === 'unknown' ? 1 : limitMs / pictureLimits(undefined).silenceMs;
    return this.#timeouts.silenceMs * factor;
  }
}
