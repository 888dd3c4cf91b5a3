import type { StoredCall } from '../../../features/recorders/recorders.ports.ts';
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
  /** From one BYE to the next. Milliseconds. */
  pauseMs: number;
}

/** A device that says something now and then is not asked at each of its words; after each BYE without an answer, half as often. Milliseconds. */
const firstPauseMs = 30_000;
/** After a day a device has ended it by itself, or is gone. Milliseconds. */
const givenUpMs = 24 * 60 * 60_000;
/** A device that answers no BYE would have more with each call; of these the oldest are given up. */
const mostOfOne = 30;

/**
 * Calls that are over for the hub and whose BYE no device has answered: devices count them, and send to ports that are others' by now.
 * The BYE is sent again when the device is heard; one that registers by TCP has no connection before.
 */
export class LeftCalls {
  readonly #options: LeftCallsOptions;
  readonly #left = new Map<string, Map<string, Left>>();
  /** Recorders that are being sent what is due, one BYE after the other. */
  readonly #busy = new Set<string>();

  constructor(options: LeftCallsOptions) {
    this.#options = options;
  }

  /** Says BYE now, to `peer` where the call was, or as soon as the device is heard. `sequence`: the last number that was used within the call. */
  async add(call: StoredCall, sequence: number, peer?: SipPeer): Promise<void> {
    const { nowMs } = this.#options;
    const { recorderId, callId } = call;
    const times = { sinceMs: nowMs(), askedAtMs: Number.NEGATIVE_INFINITY, pauseMs: firstPauseMs };
    const left = { call, sequence, ...times };
    const known = this.#left.get(recorderId) ?? new Map<string, Left>();
    this.#left.set(recorderId, known.set(callId, left));
    const [oldest] = known.values();
    if (known.size > mostOfOne && oldest !== undefined) this.#over(oldest);
    await (peer === undefined ? this.#askDue(recorderId) : this.#ask(left, peer));
  }

  /** The device is there. */
  heard(recorderId: string): void {
    void this.#askDue(recorderId);
  }

  /** Nobody is there any more who would answer: the recorder was removed. */
  forget(recorderId: string): void {
    for (const left of [...(this.#left.get(recorderId)?.values() ?? [])]) this.#over(left);
  }

  /** Sends the BYEs whose time has come, oldest first, each after the answer to the one before or its time is over. */
  async #askDue(recorderId: string): Promise<void> {
    if (this.#busy.has(recorderId)) return;
    this.#busy.add(recorderId);
    try {
      for (const left of [...(this.#left.get(recorderId)?.values() ?? [])]) {
        const now = this.#options.nowMs();
        const peer = this.#options.placeOf(recorderId);
        if (peer === undefined) return;
        if (now - left.sinceMs >= givenUpMs) this.#over(left);
        else if (now - left.askedAtMs >= left.pauseMs && this.#isLeft(left)) await this.#ask(left, peer);
      }
    } finally {
      this.#busy.delete(recorderId);
    }
  }

  #isLeft({ call: { recorderId, callId } }: Left): boolean {
    return this.#left.get(recorderId)?.has(callId) === true;
  }

  async #ask(left: Left, peer: SipPeer): Promise<void> {
    const { sayBye, nowMs } = this.#options;
    // The first one may be answered at any time; each further one was asked for in vain.
    if (left.askedAtMs !== Number.NEGATIVE_INFINITY) left.pauseMs *= 2;
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
