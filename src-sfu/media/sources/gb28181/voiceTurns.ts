/** Who must wait for whom before a recorder is spoken to. */
export class VoiceTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Lets others wait until `work` is over, in whatever way. */
  hold(key: string, work: Promise<unknown>): void {
    const own = Promise.allSettled([this.#last.get(key), work]).then(() => {
      if (this.#last.get(key) === own) this.#last.delete(key);
    });
    this.#last.set(key, own);
  }

  /** Resolves when nothing is held any more of what was at the call, or at once when the signal ends the waiting. */
  async free(key: string, signal: AbortSignal): Promise<void> {
    await untilAborted(this.#last.get(key), signal);
  }

  /** Waits for those before, and keeps those after waiting until the function that it resolves with is called. */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    const before = this.#last.get(key);
    const own = Promise.withResolvers<void>();
    this.hold(key, own.promise);
    await untilAborted(before, signal);
    return own.resolve;
  }
}

async function untilAborted(work: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (work === undefined || signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => aborted.resolve(), { once: true });
  await Promise.race([work, aborted.promise]);
}
