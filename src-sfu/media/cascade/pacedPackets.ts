/** So many packets at once fit the smallest receive buffer of a socket (208 KiB, with what the kernel adds to each). */
const packetsAtOnce = 48;
const stepMs = 4;
/** Two key pictures of 4K and what lies between: a receiver that is further behind begins again at the next key picture. */
const mostWaiting = 4_096;

/** Spreads bursts, such as a whole group of pictures, so that no receive buffer on the way overflows. Single pictures go at once. */
export class PacedPackets {
  readonly #send: (packet: Buffer) => void;
  #waiting: Buffer[] = [];
  #next = 0;
  #sentInStep = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (packet: Buffer) => void) {
    this.#send = send;
  }

  /** False when too much waits already: then nothing of what waits is sent either. */
  push(packet: Buffer): boolean {
    if (this.#waiting.length === 0 && this.#sentInStep < packetsAtOnce) {
      this.#sentInStep += 1;
      this.#send(packet);
      this.#timer ??= setTimeout(() => this.#step(), stepMs);
      return true;
    }
    if (this.#waiting.length - this.#next >= mostWaiting) {
      this.#waiting = [];
      this.#next = 0;
      return false;
    }
    this.#waiting.push(packet);
    return true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#next = 0;
  }

  #step(): void {
    this.#timer = undefined;
    this.#sentInStep = 0;
    while (this.#sentInStep < packetsAtOnce && this.#next < this.#waiting.length) {
      this.#send(this.#waiting[this.#next] as Buffer);
      this.#next += 1;
      this.#sentInStep += 1;
    }
    if (this.#next >= this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    if (this.#sentInStep > 0) this.#timer = setTimeout(() => this.#step(), stepMs);
  }
}
