/** The hub's clock as this machine knows it: ages and times of pictures follow it, whatever the screen's clock. */
export class HubClock {
  #offsetMs = 0;

  /** The hub's clock read `hubNowMs` when this machine's read `atMs`. */
  set(hubNowMs: number, atMs: number): void {
    this.#offsetMs = hubNowMs - atMs;
  }

  /** Unix milliseconds of the hub for Unix milliseconds of this machine. */
  toHubMs(localMs: number): number {
    return localMs + this.#offsetMs;
  }

  /** Unix milliseconds of the hub, now. */
  nowMs(): number {
    return this.toHubMs(Date.now());
  }
}
