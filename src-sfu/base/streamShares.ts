/**
 * Why somebody needs a stream. `view`: a surface shows it. `warm`: a screen is about to show it. `probe`: the hub checks the
 * camera's health. `record`: it is recorded. `redact`: people in it are made unrecognisable. `relay`: another system receives it, an
 * upper platform or a WHEP player.
 */
export type SharePurpose = 'view' | 'warm' | 'probe' | 'record' | 'redact' | 'relay';

/**
 * A stream runs while somebody holds a share in it. The purpose says what `holder` is the id of: a connection for `view`, a
 * screen for `warm`, a session of the other system for `relay`.
 */
export interface StreamShare {
  readonly holder: string;
  readonly purpose: SharePurpose;
}

/** The share by which the hub itself probes a camera. */
export const probeShare: StreamShare = { holder: 'hub', purpose: 'probe' };

/** The shares in one stream. One holder has at most one share for each purpose. */
export class StreamShares {
  readonly #shares = new Map<string, StreamShare>();
  #probes = 0;

  get size(): number {
    return this.#shares.size;
  }

  /** How many of the shares are for something else than health probes. */
  get sizeWithoutProbes(): number {
    return this.#shares.size - this.#probes;
  }

  has(share: StreamShare): boolean {
    return this.#shares.has(keyOf(share));
  }

  /** False when the holder had this share already. */
  add(share: StreamShare): boolean {
    const key = keyOf(share);
    if (this.#shares.has(key)) return false;
    this.#shares.set(key, share);
    if (share.purpose === 'probe') this.#probes += 1;
    return true;
  }

  /** False when the holder had no such share. */
  remove(share: StreamShare): boolean {
    if (!this.#shares.delete(keyOf(share))) return false;
    if (share.purpose === 'probe') this.#probes -= 1;
    return true;
  }

  /** The holders of shares for one purpose. */
  holders(purpose: SharePurpose): string[] {
    const holders: string[] = [];
    for (const share of this.#shares.values()) if (share.purpose === purpose) holders.push(share.holder);
    return holders;
  }
}

function keyOf({ holder, purpose }: StreamShare): string {
  return `${purpose} ${holder}`;
}
