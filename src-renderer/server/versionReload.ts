const storageKey = 'mingchu.reloadedForHub';

/**
 * Decides when a page built for another protocol version loads itself again: a hub that was updated serves new surface
 * files, so once is worth it; more often would be an endless loop in front of an audience.
 */
export class VersionReload {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#storage = storage;
  }

  /** Whether to load the page again now; true once for each start of a hub. */
  shouldReload(hubProtocolVersion: number): boolean {
    if (this.#storage.getItem(storageKey) !== null) return false;
    this.#storage.setItem(storageKey, String(hubProtocolVersion));
    return true;
  }

  /** The hub let us in, or it is gone and the next one to answer is a new start. */
  hubChanged(): void {
    this.#storage.removeItem(storageKey);
  }
}
