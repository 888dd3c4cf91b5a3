/** One notice as it came from the wire. */
export interface NumberedNotice {
  sequence: number;
  name: string;
  payload: unknown;
}

/** What to do after a notice or a snapshot came: pass these on, and take a new snapshot when one is missing. */
export interface SequenceStep {
  deliver: NumberedNotice[];
  gap: boolean;
}

/**
 * Keeps the notices of one connection in order. Before the snapshot they wait; those the snapshot already holds are
 * dropped; a missing number says that only a new snapshot helps.
 */
export class NoticeSequence {
  /** Number of the last notice passed on, or undefined while a snapshot is awaited. */
  #last: number | undefined;
  #waiting: NumberedNotice[] = [];

  /** A new connection or a new snapshot: nothing is passed on until it came. */
  reset(): void {
    this.#last = undefined;
    this.#waiting = [];
  }

  /** The snapshot came; it holds everything up to and including `sequence`. */
  snapshotTaken(sequence: number): SequenceStep {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#last = sequence;
    const deliver: NumberedNotice[] = [];
    for (const notice of waiting) {
      const step = this.receive(notice);
      deliver.push(...step.deliver);
      if (step.gap) return { deliver, gap: true };
    }
    return { deliver, gap: false };
  }

  receive(notice: NumberedNotice): SequenceStep {
    if (this.#last === undefined) {
      this.#waiting.push(notice);
      return { deliver: [], gap: false };
    }
    if (notice.sequence <= this.#last) return { deliver: [], gap: false };
    if (notice.sequence !== this.#last + 1) {
      this.reset();
      return { deliver: [], gap: true };
    }
    this.#last = notice.sequence;
    return { deliver: [notice], gap: false };
  }
}
