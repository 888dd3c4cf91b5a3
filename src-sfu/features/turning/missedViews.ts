import type { OwnView } from './turning.ports.ts';

/**
 * Views that were missing in the last list of a camera. One that is missing in two lists is gone, for some cameras say less while they start. At
 * another address a camera has other views.
 */
export class MissedViews {
  readonly #missed = new Map<string, { url: string | undefined; numbers: ReadonlySet<number> }>();

  /** Takes a list of a camera that should have these numbers; those that are missing for the second time. */
  listed(
    cameraId: string,
    url: string | undefined,
    listed: readonly OwnView[],
    wanted: readonly number[],
  ): number[] {
    const there = new Set(listed.map(({ number }) => number));
    const known = this.#missed.get(cameraId);
    const before = known?.url === url ? (known?.numbers ?? new Set<number>()) : new Set<number>();
    const missing = wanted.filter((number) => !there.has(number));
    const still = [...before].filter((number) => !there.has(number));
    this.#missed.set(cameraId, { url, numbers: new Set([...still, ...missing]) });
    return missing.filter((number) => before.has(number));
  }

  /** A number goes to another view from now on, or to none. */
  forget(cameraId: string, number: number): void {
    const known = this.#missed.get(cameraId);
    if (known === undefined) return;
    const numbers = new Set(known.numbers);
    numbers.delete(number);
    this.#missed.set(cameraId, { ...known, numbers });
  }
}
