/** Events that were missing so long are reported as missing: a pull point that ends is made again within seconds. Milliseconds. */
const unheardAfterMs = 30_000;
/** A pull point that ended sooner did not work. Milliseconds. */
const workedMs = 5_000;

interface Missing {
  sinceMs: number;
  /** Since when they come again; undefined while they do not. */
  heardAtMs: number | undefined;
}

/** The devices whose events are missing, and for how long. */
export class UnheardDevices {
  readonly #missing = new Map<string, Missing>();
  #shown = '';

  /** Events of a device come (true), ended (false), or are not wanted any more (undefined). */
  heard(deviceId: string, isHeard: boolean | undefined, nowMs: number): void {
    const known = this.#missing.get(deviceId);
    if (isHeard === undefined) this.#missing.delete(deviceId);
    else if (isHeard) {
      if (known !== undefined) this.#missing.set(deviceId, { ...known, heardAtMs: nowMs });
    } else {
      const hasWorked = known?.heardAtMs !== undefined && nowMs - known.heardAtMs >= workedMs;
      const sinceMs = known === undefined || hasWorked ? nowMs : known.sinceMs;
      this.#missing.set(deviceId, { sinceMs, heardAtMs: undefined });
    }
  }

  has(deviceId: string, nowMs: number): boolean {
    const known = this.#missing.get(deviceId);
    return known !== undefined && known.heardAtMs === undefined && nowMs - known.sinceMs >= unheardAfterMs;
  }

  /** Whether the devices that are reported as unheard are others than at the last call. */
  haveChanged(nowMs: number): boolean {
    const before = this.#shown;
    const unheard = [...this.#missing.keys()].filter((deviceId) => this.has(deviceId, nowMs));
    this.#shown = unheard.toSorted().join(' ');
    return this.#shown !== before;
  }
}
