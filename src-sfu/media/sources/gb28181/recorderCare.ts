import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import type { SipPeer } from './sipTransport.ts';

export interface RecorderCareOptions {
  directory: RecorderDirectory;
  /** Asks a device how it is; whether it answered from there. */
  probe(recorderId: string, peer: SipPeer): Promise<boolean>;
  nowMs(): number;
}

const lookEveryMs = 5_000;
/** Two keepalives of 60 s were missed: it is asked before it is called offline after three. Milliseconds. */
const silentMs = 120_000;
const probeEveryMs = 25_000;
/** After a restart all are asked, but not at once. */
const probesOfOneLook = 250;
/** An id that comes from another address is looked into once in so long, and so many at once. */
const foreignEveryMs = 15_000;
const maxForeign = 20;

/** Keeps contact with recorders: asks those that are silent, and finds those whose address changed. */
export class RecorderCare {
  readonly #options: RecorderCareOptions;
  readonly #probedAtMs = new Map<string, number>();
  readonly #foreign = new Map<string, number>();
  /** By recorder, the address to which it seems to have moved. */
  readonly #moving = new Map<string, string>();
  #foreignRunning = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RecorderCareOptions) {
    this.#options = options;
  }

  open(): void {
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
    this.look();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Asks recorders that were not heard for long; after a start of the hub, all of them. */
  look(): void {
    const now = this.#options.nowMs();
    let left = probesOfOneLook;
    for (const { recorderId, place, heardAtMs } of this.#options.directory.places()) {
      if (left === 0) return;
      if (
        now - heardAtMs < silentMs ||
        now - (this.#probedAtMs.get(recorderId) ?? -probeEveryMs) < probeEveryMs
      )
        continue;
      left -= 1;
      this.#probedAtMs.set(recorderId, now);
      void this.#ask(recorderId, place);
    }
  }

  /**
   * A registered recorder's id comes from another address. Its router may have changed its address while only keepalives go
   * on, or somebody uses its id: it seems to have moved when it answers there and no longer where it was. It is there once it has
   * shown its password, because whoever keeps the old address from answering can answer elsewhere as well.
   */
  foreign(recorderId: string, peer: SipPeer): void {
    const { directory, nowMs } = this.#options;
    const place = directory.placeOf(recorderId);
    const now = nowMs();
    if (place === undefined || this.#foreignRunning >= maxForeign) return;
    if (now - (this.#foreign.get(recorderId) ?? -foreignEveryMs) < foreignEveryMs) return;
    this.#foreign.set(recorderId, now);
    this.#foreignRunning += 1;
    void this.#lookInto(recorderId, place, peer).finally(() => (this.#foreignRunning -= 1));
  }

  async #lookInto(recorderId: string, place: SipPeer, peer: SipPeer): Promise<void> {
    const { directory } = this.#options;
    if (await this.#ask(recorderId, place)) {
      this.#moving.delete(recorderId);
      return directory.failed(
        recorderId,
        `A device at ${peer.address} uses this id as well; the recorder is at ${place.address}. Give each its own.`,
        { problem: 'two_devices', address: peer.address },
      );
    }
    // It may have registered elsewhere meanwhile, or been removed.
    const isThere = (): boolean => directory.placeOf(recorderId)?.address === place.address;
    if (!isThere()) return;
    const answersThere = await this.#options.probe(recorderId, peer);
    if (!answersThere || !isThere()) return;
    this.#moving.set(recorderId, peer.address);
    directory.failed(
      recorderId,
      `It answers at ${peer.address} now and no longer at ${place.address}. It is received from there once it has shown its password: restart it, or save its platform settings again.`,
      { problem: 'moved', address: peer.address },
    );
  }

  /** Whether a recorder seems to have moved to this address, so that it is asked to show its password there. */
  isMoving(recorderId: string, address: string): boolean {
    return this.#moving.get(recorderId) === address;
  }

  /** It has shown where it is, or was removed: it is not asked any more. */
  settled(recorderId: string): void {
    this.#moving.delete(recorderId);
  }

  async #ask(recorderId: string, place: SipPeer): Promise<boolean> {
    const hasAnswered = await this.#options.probe(recorderId, place);
    const current = this.#options.directory.placeOf(recorderId);
    if (hasAnswered && current?.address === place.address) this.#options.directory.heard(recorderId, current);
    return hasAnswered;
  }
}
