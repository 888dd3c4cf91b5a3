/** What a browser counted of one received stream. */
export interface DecodeCounts {
  packets: number;
  /** Pictures that the decoder put out. */
  decoded: number;
}

/** Packets that make a picture of any camera, many times over, unless nothing can be made of them. */
const packetsInVain = 10;

/**
 * Finds out whether a browser makes pictures of what it receives. The hub cannot know: it decodes nothing, and to it a
 * stream of packets is a live camera. Asked only about streams that have owed a picture for longer than one can take.
 */
export class DecodeWatch {
  #first: (DecodeCounts & { consumerId: string }) | undefined;
  #undecodableSinceMs: number | undefined;

  /** Since when nothing was decoded though packets came; undefined while that is not known. */
  get undecodableSinceMs(): number | undefined {
    return this.#undecodableSinceMs;
  }

  /** Takes the counts of a stream without pictures; whether it has just become known that it cannot be decoded. */
  check(consumerId: string, counts: DecodeCounts, nowMs: number): boolean {
    const first = this.#first;
    if (first?.consumerId !== consumerId || counts.decoded > first.decoded) {
      this.#first = { ...counts, consumerId };
      return false;
    }
    if (this.#undecodableSinceMs !== undefined || counts.packets - first.packets < packetsInVain)
      return false;
    this.#undecodableSinceMs = nowMs;
    return true;
  }

  /** A picture was presented. */
  reset(): void {
    this.#first = undefined;
    this.#undecodableSinceMs = undefined;
  }
}
