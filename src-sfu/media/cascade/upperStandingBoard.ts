import type { UpperProblem, UpperStanding } from '../../../src-shared/cascade/cascade.protocol.ts';

/** How the hub stands with one upper platform, as desks see it. */
export class UpperStandingBoard {
  readonly #parts: { theirId: string; nowMs(): number; onChanged(): void };
  #standing: UpperStanding;

  /** `theirId`: the id by which the platform was entered. */
  constructor(parts: { theirId: string; nowMs(): number; onChanged(): void }) {
    this.#parts = parts;
    this.#standing = { state: 'registering', sinceMs: parts.nowMs() };
  }

  get now(): UpperStanding {
    return this.#standing;
  }

  get isRegistered(): boolean {
    return this.#standing.state === 'registered';
  }

  /** The last problem, with the time at which it came. */
  note(problem: UpperProblem, more: { status?: number; address?: string } = {}): void {
    this.#standing = { ...this.#standing, lastProblem: { atMs: this.#parts.nowMs(), problem, ...more } };
  }

  /** The state from now on; desks are notified where it is another one, or the platform sees us at another address. */
  stand(state: UpperStanding['state'], says: Pick<UpperStanding, 'seenAs' | 'make'> = {}): void {
    const before = this.#standing;
    const sinceMs = before.state === state ? before.sinceMs : this.#parts.nowMs();
    this.#standing = { ...before, ...says, state, sinceMs };
    if (before.state !== state || before.seenAs !== this.#standing.seenAs) this.#parts.onChanged();
  }

  /** The platform calls itself by this id. */
  saysId(id: string): void {
    if (id === this.#parts.theirId || this.#standing.saysId === id) return;
    this.#standing = { ...this.#standing, saysId: id };
    this.#parts.onChanged();
  }
}
