/** An answer of the hub that may be given to more than one phone. */
export interface KeptAnswer {
  status: number;
  /** Names in small letters. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Answers of the hub in memory, each asked for once however many phones wait for it. */
export interface AnswerCache {
  /** The answer of this name; undefined where there is none, or its life ended more than `graceMs` ago. */
  fresh(key: string, graceMs?: number): KeptAnswer | undefined;
  /**
   * The answer that `ask` brings, kept for `lifeMs` where it is a 200. Who asks for the same name meanwhile gets the same answer; when
   * `forget` comes in between, it is asked for again. Rejects as `ask` does.
   */
  load(key: string, lifeMs: number, ask: () => Promise<KeptAnswer>): Promise<KeptAnswer>;
  /** Somebody may see less: nothing of before is given any more, not even what is on its way. */
  forget(): void;
}

/** So often an answer on its way may be overtaken by `forget` before it is given up. */
const mostAttempts = 4;
const sweepEveryMs = 1_000;
/** The longest grace of an answer. Milliseconds. */
export const longestGraceMs = 1_000;

/** `maxBytes`: of all bodies that are kept; the oldest go first. */
export function createAnswerCache({
  nowMs,
  maxBytes,
  maxEntries,
}: {
  nowMs(): number;
  maxBytes: number;
  maxEntries: number;
}): AnswerCache {
  const kept = new Map<string, { answer: KeptAnswer; endsAtMs: number }>();
  const asked = new Map<string, Promise<KeptAnswer>>();
  let bytes = 0;
  let generation = 0;
  let sweptAtMs = 0;

  const drop = (key: string): void => {
    bytes -= kept.get(key)?.answer.body.length ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, answer: KeptAnswer, lifeMs: number): void => {
    if (nowMs() - sweptAtMs >= sweepEveryMs) {
      sweptAtMs = nowMs();
      for (const [old, { endsAtMs }] of kept) if (endsAtMs + longestGraceMs <= nowMs()) drop(old);
    }
    drop(key);
    kept.set(key, { answer, endsAtMs: nowMs() + lifeMs });
    bytes += answer.body.length;
    for (const old of kept.keys()) {
      if (bytes <= maxBytes && kept.size <= maxEntries) break;
      drop(old);
    }
  };
  const askAgain = async (
    key: string,
    lifeMs: number,
    ask: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer> => {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const begunIn = generation;
      const answer = await ask();
      if (begunIn !== generation) continue;
      if (answer.status === 200 && lifeMs > 0) keep(key, answer, lifeMs);
      return answer;
    }
    throw new Error('what the public may see changes too often');
  };

  return {
    fresh(key, graceMs = 0) {
      const found = kept.get(key);
      return found !== undefined && nowMs() < found.endsAtMs + graceMs ? found.answer : undefined;
    },
    load(key, lifeMs, ask) {
      const known = asked.get(key);
      if (known !== undefined) return known;
      const answer = askAgain(key, lifeMs, ask).finally(() => asked.delete(key));
      asked.set(key, answer);
      return answer;
    },
    forget() {
      generation += 1;
      kept.clear();
      bytes = 0;
    },
  };
}
