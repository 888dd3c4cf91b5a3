import { levelOf } from '../../src-shared/kitchenTalk/aLaw.ts';

/** What a loudspeaker in a kitchen was sent. Times are Unix milliseconds. */
export interface HeardReport {
  packets: number;
  /** Packets that are missing by their numbers. */
  lost: number;
  firstAtMs: number | undefined;
  lastAtMs: number | undefined;
  /** Loudness of the loudest packet, from 0 to 1. */
  loudest: number;
}

/** Quieter is silence. */
const audible = 0.01;
/** 20 s. */
const mostLevels = 1_000;
/** Sound of this length counts as speech into the kitchen. Packets of 20 ms. */
const understoodPackets = 50;

/** Measures the sound that comes to a simulated loudspeaker: RTP with G.711 A-law. */
export class HeardSound {
  readonly #onUnderstood: () => void;
  readonly #nowMs: () => number;
  #packets = 0;
  #lost = 0;
  #loud = 0;
  #loudest = 0;
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;
  #next: number | undefined;
  #levels: { atMs: number; level: number }[] = [];

  /** `onUnderstood` is called once in each talk, when the cook has heard a second of it. */
  constructor(onUnderstood: () => void = () => undefined, nowMs: () => number = Date.now) {
    this.#onUnderstood = onUnderstood;
    this.#nowMs = nowMs;
  }

  /** Another talk begins; what was measured is measured again. */
  begin(): void {
    this.#packets = 0;
    this.#lost = 0;
    this.#loud = 0;
    this.#loudest = 0;
    this.#firstAtMs = undefined;
    this.#lastAtMs = undefined;
    this.#next = undefined;
    this.#levels = [];
  }

  packet(packet: Buffer): void {
    if (packet.length <= 12 || (packet[0] ?? 0) >> 6 !== 2) return;
    const now = this.#nowMs();
    const sequence = packet.readUInt16BE(2);
    if (this.#next !== undefined) this.#lost += Math.min(1_000, (sequence - this.#next) & 0xffff);
    this.#next = (sequence + 1) & 0xffff;
    this.#packets += 1;
    this.#lastAtMs = now;
    const level = levelOf(packet.subarray(12));
    this.#levels.push({ atMs: now, level });
    if (this.#levels.length > mostLevels) this.#levels.shift();
    this.#loudest = Math.max(this.#loudest, level);
    if (level < audible) return;
    this.#firstAtMs ??= now;
    this.#loud += 1;
    if (this.#loud === understoodPackets) this.#onUnderstood();
  }

  /** When the last packets came, and how loud each was. */
  get levels(): readonly { atMs: number; level: number }[] {
    return this.#levels;
  }

  /** Whether something audible came within the last half second. */
  get isHearing(): boolean {
    return this.hasHeardWithin(500);
  }

  /** Whether something audible came in this talk, which went on within this time. Milliseconds. */
  hasHeardWithin(ms: number): boolean {
    return this.#lastAtMs !== undefined && this.#loud > 0 && this.#nowMs() - this.#lastAtMs < ms;
  }

  report(): HeardReport {
    return {
      packets: this.#packets,
      lost: this.#lost,
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
      loudest: this.#loudest,
    };
  }
}
