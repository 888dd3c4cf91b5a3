import { contentLengthOf, findHeadEnd, maxHeadBytes, parseHead, type SipMessage } from './sipMessage.ts';

/**
 * Takes the messages of one TCP connection apart by their `Content-Length` (RFC 3261, 18.3), however the bytes are cut.
 * Holds at most one message and the chunk that came last. A head is searched again only when a line of it ends, a body never.
 */
export class SipStream {
  readonly #onMessage: (message: SipMessage) => void;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes that must be there before it is worth looking again. */
  #neededBytes = 1;
  #head: { message: Omit<SipMessage, 'body'>; bodyStart: number; bodyBytes: number } | undefined;

  constructor(onMessage: (message: SipMessage) => void) {
    this.#onMessage = onMessage;
  }

  /** False when what came is not SIP, or larger than a message may be: the connection is of no use any more. */
  write(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes < this.#neededBytes) return true;
    // A head ends with a line: nothing is to be found before one has ended.
    if (this.#head === undefined && !chunk.includes(0x0a)) return this.#heldBytes <= maxHeadBytes;
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#heldBytes);
    for (;;) {
      if (this.#head === undefined) {
        let start = 0;
        // Empty lines keep a connection open.
        while (bytes[start] === 0x0d || bytes[start] === 0x0a) start += 1;
        bytes = bytes.subarray(start);
        const found = findHeadEnd(bytes, 0);
        if ((found?.end ?? bytes.length) > maxHeadBytes) return false;
        if (found === undefined) break;
        const message = parseHead(bytes.subarray(0, found.end));
        const bodyBytes = message === undefined ? 'wrong' : (contentLengthOf(message) ?? 0);
        if (message === undefined || bodyBytes === 'wrong') return false;
        this.#head = { message, bodyStart: found.bodyStart, bodyBytes };
      }
      const { message, bodyStart, bodyBytes } = this.#head;
      this.#neededBytes = bodyStart + bodyBytes;
      if (bytes.length < this.#neededBytes) break;
      this.#head = undefined;
      this.#onMessage({ ...message, body: bytes.subarray(bodyStart, bodyStart + bodyBytes) });
      bytes = bytes.subarray(bodyStart + bodyBytes);
    }
    this.#chunks = bytes.length === 0 ? [] : [bytes];
    this.#heldBytes = bytes.length;
    if (this.#head === undefined) this.#neededBytes = 1;
    return true;
  }
}
