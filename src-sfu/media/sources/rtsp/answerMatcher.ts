import type { RtspMessage } from './rtspMessage.ts';

type Answer = Extract<RtspMessage, { type: 'response' }>;

/**
 * How long an answer with the number of an earlier request is held back, in case that the right one comes. Cameras answer
 * within a few milliseconds of one another.
 */
const doubtMs = 250;
/** Requests that were abandoned and whose answers may still come. */
const maxGivenUp = 8;

/**
 * Finds the answer of the request that waits (RFC 2326, 12.17: CSeq). Only one waits at a time, so that cameras
 * that number their answers wrongly (always 0, always 1, not at all) are understood; answers that come late or twice are
 * still distinguished from the one that is waited for, as long as the camera numbers them.
 */
export class AnswerMatcher {
  readonly #accept: (answer: Answer) => void;
  readonly #givenUp = new Set<number>();
  #doubted: NodeJS.Timeout | undefined;
  /** The camera has answered a request with the number of another one: its numbers say nothing. */
  #numbersAreWrong = false;

  /** \`accept\` is called for an answer that was held back and then turned out to be the one. */
  constructor(accept: (answer: Answer) => void) {
    this.#accept = accept;
  }

  /** A request was answered too late or never. */
  giveUp(sequence: number): void {
    clearTimeout(this.#doubted);
    if (this.#givenUp.size < maxGivenUp) this.#givenUp.add(sequence);
  }

  /** The request that waited waits no longer. */
  settled(): void {
    clearTimeout(this.#doubted);
    this.#doubted = undefined;
  }

  /** \`notOurs\`: it answers a request that was never made. \`passedOver\`: it is late or doubled, or it is held back. */
  judge(answer: Answer, awaited: number): 'answer' | 'passedOver' | 'notOurs' {
    const named = sequenceOf(answer);
    if (named === awaited) return 'answer';
    if (named === undefined) return this.#takeGivenUp() ? 'passedOver' : 'answer';
    if (named > awaited) return 'notOurs';
    if (this.#givenUp.delete(named)) return 'passedOver';
    if (this.#numbersAreWrong) return 'answer';
    this.#doubted ??= setTimeout(() => {
      this.#numbersAreWrong = true;
      this.#accept(answer);
    }, doubtMs);
    return 'passedOver';
  }

  /** Whether an answer without a number is one that was abandoned: answers come in order. */
  #takeGivenUp(): boolean {
    const [first] = this.#givenUp;
    return first !== undefined && this.#givenUp.delete(first);
  }
}

/** Undefined for a number that is missing, makes no sense, is 0, or is larger than any number of requests. */
function sequenceOf({ headers }: Answer): number | undefined {
  const digits = /^0{0,32}(\d{1,9})(?!\d)/.exec(headers.get('cseq')?.[0] ?? '')?.[1];
  const sequence = Number(digits ?? 0);
  return sequence === 0 ? undefined : sequence;
}
