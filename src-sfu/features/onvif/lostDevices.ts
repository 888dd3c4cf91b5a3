/** A device that is away so long is searched by the hub itself. Milliseconds. */
export const lostAfterMs = 60_000;
/** The hub searches by itself at most so often. Milliseconds. */
export const ownSearchEveryMs = 5 * 60_000;

/** Decides when the hub searches by itself for cameras that are gone, such as after the router gave out other addresses. */
export class LostDevices {
  readonly #goneSinceMs = new Map<string, number>();
  #searchedAtMs = Number.NEGATIVE_INFINITY;

  /** Takes the devices that are gone now; whether a search is due, which then counts as begun. Times are those of the hub. */
  isSearchDue(goneIds: readonly string[], nowMs: number): boolean {
    const gone = new Set(goneIds);
    for (const deviceId of this.#goneSinceMs.keys())
      if (!gone.has(deviceId)) this.#goneSinceMs.delete(deviceId);
    for (const deviceId of gone) if (!this.#goneSinceMs.has(deviceId)) this.#goneSinceMs.set(deviceId, nowMs);
    if (nowMs - this.#searchedAtMs < ownSearchEveryMs) return false;
    const isLost = [...this.#goneSinceMs.values()].some((sinceMs) => nowMs - sinceMs >= lostAfterMs);
    if (isLost) this.#searchedAtMs = nowMs;
    return isLost;
  }
}
