import { createHash } from 'node:crypto';

const restMs = 60_000;
const longestRestMs = 3_600_000;
/** What was refused at more keys than this is forgotten, the oldest first. */
const maxKept = 4_096;

/** What was refused rests for a minute, twice as long after each further refusal, an hour at most. */
export class Rests {
  readonly #nowMs: () => number;
  readonly #refused = new Map<string, { atMs: number; untilMs: number; times: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  isResting(key: string): boolean {
    return this.#nowMs() < (this.#refused.get(key)?.untilMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Whether it was refused within the last minute, however long it rests. */
  isFresh(key: string): boolean {
    return this.#nowMs() < (this.#refused.get(key)?.atMs ?? Number.NEGATIVE_INFINITY) + restMs;
  }

  refused(key: string): void {
    const times = this.#refused.get(key)?.times ?? 0;
    const atMs = this.#nowMs();
    this.#refused.delete(key);
    this.#refused.set(key, {
      atMs,
      untilMs: atMs + Math.min(longestRestMs, restMs * 2 ** Math.min(times, 10)),
      times: times + 1,
    });
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > maxKept && oldest !== undefined) this.#refused.delete(oldest);
  }

  accepted(key: string): void {
    this.#refused.delete(key);
  }
}

/** The key of a password at a device; it does not hold the password itself. */
export function passwordKey(
  { host, port }: { host: string; port: number },
  { username, password }: { username: string; password: string },
): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([username, password]))
    .digest('base64');
  return `${host}:${port} ${hash}`;
}
