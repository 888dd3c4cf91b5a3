/** What a watch needs of the connection it watches. */
export interface LinkWatchOptions {
  /** Asks the hub something small; resolves to whether it answered within `timeoutMs`. */
  ask(timeoutMs: number): Promise<boolean>;
  /** The hub did not answer: the connection is of no use, though nobody has ended it. */
  onSilent(): void;
  /** A steady clock, milliseconds. */
  nowMs(): number;
}

const askEveryMs = 1_000;
const shortestLimitMs = 1_500;
const longestLimitMs = 4_000;
/** A slow line is not a dead one: it is given so many times what it took before. */
const patience = 4;
/** How fast a slow answer is forgotten. */
const fading = 0.9;
/** When the page itself stood still for so long, the answer may be lying there unread. */
const stoodStillMs = 500;

/**
 * Finds out that a phone's connection leads nowhere. When packets are lost for some seconds, TCP waits ever longer before
 * it tries again, up to as long again as the network was away; a new connection is there at once.
 */
export class LinkWatch {
  readonly #options: LinkWatchOptions;
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #slowestMs = 0;

  constructor(options: LinkWatchOptions) {
    this.#options = options;
  }

  /** Watches from now on, until `stop` or until it found silence. */
  start(): void {
    this.stop();
    this.#slowestMs = 0;
    this.#askLater(this.#round);
  }

  stop(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
  }

  #askLater(round: number): void {
    this.#timer = setTimeout(() => void this.#ask(round), askEveryMs);
  }

  async #ask(round: number): Promise<void> {
    const { ask, nowMs, onSilent } = this.#options;
    const limitMs = Math.min(longestLimitMs, Math.max(shortestLimitMs, patience * this.#slowestMs));
    const askedAtMs = nowMs();
    const isAnswered = await ask(limitMs);
    if (round !== this.#round) return;
    const tookMs = nowMs() - askedAtMs;
    if (isAnswered) this.#slowestMs = Math.max(tookMs, this.#slowestMs * fading);
    else if (tookMs < limitMs + stoodStillMs) return onSilent();
    this.#askLater(round);
  }
}
