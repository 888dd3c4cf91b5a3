import type { Signalling } from './signalling.ts';

type BatchedRequest = 'media:resumeConsumers' | 'media:pauseConsumers' | 'media:closeConsumers';

/** The contract takes at most so many ids in one request (media.protocol.ts). */
const largestBatch = 128;

interface Batch {
  consumerIds: string[];
  sent: Promise<ReadonlySet<string>>;
}

/** Gathers what is asked for many consumers in one go, so that a page of 64 tiles costs one request instead of 64. */
export class ConsumerBatch {
  readonly #signalling: Signalling;
  readonly #open = new Map<BatchedRequest, Batch>();

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  /** Lets packets flow. Answers false when the hub does not know the consumer any more. */
  resume(consumerId: string): Promise<boolean> {
    return this.#add('media:resumeConsumers', consumerId);
  }

  pause(consumerId: string): Promise<boolean> {
    return this.#add('media:pauseConsumers', consumerId);
  }

  close(consumerId: string): Promise<boolean> {
    return this.#add('media:closeConsumers', consumerId);
  }

  async #add(name: BatchedRequest, consumerId: string): Promise<boolean> {
    let batch = this.#open.get(name);
    if (batch === undefined || batch.consumerIds.length >= largestBatch) {
      const consumerIds: string[] = [];
      // Everything asked in this turn of the event loop goes together.
      const sent = new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
        if (this.#open.get(name)?.consumerIds === consumerIds) this.#open.delete(name);
        return this.#send(name, consumerIds);
      });
      batch = { consumerIds, sent };
      this.#open.set(name, batch);
    }
    batch.consumerIds.push(consumerId);
    return !(await batch.sent).has(consumerId);
  }

  async #send(name: BatchedRequest, consumerIds: string[]): Promise<ReadonlySet<string>> {
    const answer = await this.#signalling.request(name, { consumerIds });
    // Unanswered is not the same as missing: a lost connection takes every consumer with it and is noticed elsewhere.
    return new Set(answer.ok ? answer.data.missing : []);
  }
}
