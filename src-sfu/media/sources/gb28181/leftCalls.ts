import type { StoredCall } from './recorderDirectory.ts';
import type { SipPeer } from './sipTransport.ts';

export interface LeftCallsOptions {
  placeOf(recorderId: string): SipPeer | undefined;
  /** Says BYE; resolves with whether any final answer came. */
  sayBye(call: StoredCall, peer: SipPeer, sequence: number): Promise<boolean>;
  /** The call is over for the device as well, or is given up. */
  ended(callId: string): void;
  nowMs(): number;
}

interface Left {
  call: StoredCall;
  sinceMs: number;
  sequence: number;
  askedAtMs: number;
}

/** A device that says something now and then is not asked at each of its words. Milliseconds. */
const everyMs = 30_000;
/** After a day a device has ended it by itself, or is gone. Milliseconds. */
const givenUpMs = 24 * 60 * 60_000;

/**
 * Calls that are over for the hub and whose BYE no device has answered: devices count them, and send to ports that are others' by now.
 * The BYE is sent again when the device is heard; one that registers by TCP has no connection before.
 */
export class LeftCalls {
  readonly #options: LeftCallsOptions;
  readonly #left = new Map<string, Map<string, Left>>();

  constructor(options: LeftCallsOptions) {
    this.#options = options;
  }

  /** Says BYE now, to `peer` where the call was, or as soon as the device is heard. `sequence`: the last number that was used within the call. */
  add(call: StoredCall, sequence: number, peer?: SipPeer): Promise<void> {
    const { nowMs } = this.#options;
    const left = { call, sequence, sinceMs: nowMs(), askedAtMs: Number.NEGATIVE_INFINITY };
    const known = this.#left.get(call.recorderId) ?? new Map<string, Left>();
    this.#left.set(call.recorderId, known.set(call.callId, left));
    return this.#ask(left, peer);
  }

  /** The device is there. */
  heard(recorderId: string): void {
    for (const left of this.#left.get(recorderId)?.values() ?? []) {
      const now = this.#options.nowMs();
      if (now - left.sinceMs >= givenUpMs) this.#over(left);
      else if (now - left.askedAtMs >= everyMs) void this.#ask(left);
    }
  }

  async #ask(left: Left, peer = this.#options.placeOf(left.call.recorderId)): Promise<void> {
    const { sayBye, nowMs } = this.#options;
    if (peer === undefined) return;
    left.askedAtMs = nowMs();
    left.sequence += 1;
    if (await sayBye(left.call, peer, left.sequence)) this.#over(left);
  }

  #over({ call: { recorderId, callId } }: Left): void {
    const known = this.#left.get(recorderId);
    if (known?.delete(callId) !== true) return;
    if (known.size === 0) this.#left.delete(recorderId);
    this.#options.ended(callId);
  }
}
