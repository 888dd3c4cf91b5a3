import type { SipResponse } from '../sources/gb28181/sipMessage.ts';

interface UpperKeepalivesParts {
  everySeconds: number;
  isRegistered(): boolean;
  /** Sends one; undefined when no answer came. */
  send(): Promise<SipResponse | undefined>;
  /** The platform does not know us: it was started again. */
  onUnknown(): void;
  /** Several in a row had no answer. */
  onLost(): void;
}

/** Keepalives in a row without an answer after which the registration is taken to be over (GB/T 28181-2016, 9.6). */
const untilLost = 3;
const unknownStatuses = new Set([401, 403, 404, 481]);

/** The signs of life that an upper platform is sent while the hub is registered at it. */
export class UpperKeepalives {
  readonly #parts: UpperKeepalivesParts;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: UpperKeepalivesParts) {
    this.#parts = parts;
  }

  /** The hub is registered: what had no answer before does not count any more. */
  registered(): void {
    this.#lost = 0;
    if (this.#timer === undefined) this.#later();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), this.#parts.everySeconds * 1_000).unref();
  }

  async #send(): Promise<void> {
    const { isRegistered, send, onUnknown, onLost } = this.#parts;
    this.#timer = undefined;
    if (!isRegistered()) return;
    const response = await send();
    if (!isRegistered()) return;
    if (response !== undefined && response.start.status < 300) this.#lost = 0;
    else if (response !== undefined && unknownStatuses.has(response.start.status)) return onUnknown();
    else {
      this.#lost += 1;
      if (this.#lost >= untilLost) return onLost();
    }
    this.#later();
  }
}
