/**
 * Where the packets of one stream go beside the media worker, such as a recorder. A sink gets every packet from the next key
 * picture on, whether surfaces consume the stream or not.
 */
export interface MediaSink {
  /**
   * One RTP packet of H.264, numbered so that a gap is a loss of the source's. The bytes are used again after the call, and
   * must not be written to.
   */
  writeVideo(packet: Buffer): void;
  /** One RTP packet of G.711, as `writeVideo`. */
  writeAudio(packet: Buffer): void;
}

interface Attached {
  sink: MediaSink;
  hasBegun: boolean;
}

/**
 * The sinks of one stream. They have sequence numbers of their own: those of the media worker go back where packets were left
 * out while nobody consumed the stream.
 */
export class MediaSinks {
  #attached: readonly Attached[] = [];
  #sequence = 0;
  #lost = 0;

  get isEmpty(): boolean {
    return this.#attached.length === 0;
  }

  /** Returns the function that detaches the sink. `hasBegun`: it has the packets since the last key picture already. */
  attach(sink: MediaSink, hasBegun = false): () => void {
    const attached: Attached = { sink, hasBegun };
    this.#attached = [...this.#attached, attached];
    return () => {
      this.#attached = this.#attached.filter((other) => other !== attached);
    };
  }

  /** A key picture begins; its packets follow. */
  beginGroup(): void {
    for (const attached of this.#attached) attached.hasBegun = true;
  }

  /** The next packet; its sequence number is written over. `lost` counts all packets that the source lost until now. */
  writeVideo(packet: Buffer, lost: number): void {
    this.#sequence = (this.#sequence + 1 + lost - this.#lost) & 0xffff;
    this.#lost = lost;
    packet.writeUInt16BE(this.#sequence, 2);
    for (const { sink, hasBegun } of this.#attached) if (hasBegun) sink.writeVideo(packet);
  }

  writeAudio(packet: Buffer): void {
    for (const { sink, hasBegun } of this.#attached) if (hasBegun) sink.writeAudio(packet);
  }

  close(): void {
    this.#attached = [];
  }
}
