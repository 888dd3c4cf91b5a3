import type { Signalling } from './signalling.ts';

type BatchedRequest = 'media:resumeConsumers' | 'media:pauseConsumers' | 'media:closeConsumers';

/** The contract takes at most so many ids in one request (media.protocol.ts). */
const largestBatch = 128;

interface Batch {
  consumerIds: string[];
  /** Those the hub does not know; undefined when it did not answer. */
  sent: Promise<ReadonlySet<string> | undefined>;
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

  /** Lets packets flow. Answers true only when the hub has said that they do. */
  async resumeSurely(consumerId: string): Promise<boolean> {
    return (await this.#join('media:resumeConsumers', consumerId))?.has(consumerId) === false;
  }

  pause(consumerId: string): Promise<boolean> {
    return this.#add('media:pauseConsumers', consumerId);
  }

  close(consumerId: string): Promise<boolean> {
    return this.#add('media:closeConsumers', consumerId);
  }

  /** Unanswered is not the same as missing: a lost connection takes every consumer with it and is noticed elsewhere. */
  async #add(name: BatchedRequest, consumerId: string): Promise<boolean> {
    return (await this.#join(name, consumerId))?.has(consumerId) !== true;
  }

  #join(name: BatchedRequest, consumerId: string): Promise<ReadonlySet<string> | undefined> {
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
    return batch.sent;
  }

  async #send(name: BatchedRequest, consumerIds: string[]): Promise<ReadonlySet<string> | undefined> {
    const answer = await this.#signalling.request(name, { consumerIds });
    return answer.ok ? new Set(answer.data.missing) : undefined;
  }
}
