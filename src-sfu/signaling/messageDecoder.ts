/** What one message may hold. */
export interface MessageLimits {
  maxBytes: number;
  /** Arrays and maps inside one another. */
  maxDepth: number;
  /** Everything counted: each array, map, key and plain value. */
  maxValues: number;
}

/** A message that is broken, or larger than any surface sends. */
export class MessageError extends Error {
  override name = 'MessageError';
}

/** `undefined` as the package notepack.io writes it, with which surfaces encode: a fixext 1 of type 0. */
const undefinedExtension = [0xd4, 0x00, 0x00] as const;

/**
 * Decodes one MessagePack value that somebody unknown sent. Nothing is allocated for a length before it was compared with
 * the bytes that are left, so that a message of n bytes never costs more than about 100 n bytes of memory, and time that
 * grows with n. Extension types are refused, except the one that stands for `undefined`. Prefixes: MessagePack
 * specification, "Formats". Throws MessageError.
 */
export function decodeMessage(bytes: Uint8Array, limits: MessageLimits): unknown {
  if (bytes.byteLength > limits.maxBytes) {
    throw new MessageError(`the message has ${bytes.byteLength} bytes, and ${limits.maxBytes} are allowed`);
  }
  const reader = new MessageReader(bytes, limits);
  const value = reader.read(0);
  if (reader.bytesLeft > 0) throw new MessageError(`${reader.bytesLeft} bytes follow the message`);
  return value;
}

class MessageReader {
  readonly #bytes: Buffer;
  readonly #limits: MessageLimits;
  #offset = 0;
  #values = 0;

  constructor(bytes: Uint8Array, limits: MessageLimits) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
  }

  get bytesLeft(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  read(depth: number): unknown {
    if (depth > this.#limits.maxDepth) {
      throw new MessageError(`the message is nested deeper than ${this.#limits.maxDepth}`);
    }
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) {
      throw new MessageError(`the message holds more than ${this.#limits.maxValues} values`);
    }
    const prefix = this.#unsigned(1);
    if (prefix < 0x80) return prefix;
    if (prefix < 0x90) return this.#map(prefix & 0x0f, depth);
    if (prefix < 0xa0) return this.#array(prefix & 0x0f, depth);
    if (prefix < 0xc0) return this.#text(prefix & 0x1f);
    if (prefix > 0xdf) return prefix - 0x100;
    switch (prefix) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#unsigned(1 << (prefix - 0xc4)));
      case 0xca:
        return this.#take(4).readFloatBE();
      case 0xcb:
        return this.#take(8).readDoubleBE();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (prefix - 0xcc));
      case 0xcf:
        return this.#unsigned(4) * 2 ** 32 + this.#unsigned(4);
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const length = 1 << (prefix - 0xd0);
        return this.#take(length).readIntBE(0, length);
      }
      case 0xd3:
        return this.#take(4).readInt32BE() * 2 ** 32 + this.#unsigned(4);
      case undefinedExtension[0]:
        if (this.#unsigned(1) === undefinedExtension[1] && this.#unsigned(1) === undefinedExtension[2])
          return undefined;
        throw new MessageError('the message holds an extension type that no surface sends');
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(1 << (prefix - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (prefix - 0xdc)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (prefix - 0xde)), depth);
      default:
        throw new MessageError(`no surface sends a value of the type 0x${prefix.toString(16)}`);
    }
  }

  /** The next bytes, without a copy. */
  #take(length: number): Buffer {
    if (length > this.bytesLeft) {
      throw new MessageError(`a value claims ${length} bytes, and ${this.bytesLeft} are left`);
    }
    const from = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(from, this.#offset);
  }

  #unsigned(length: number): number {
    return this.#take(length).readUIntBE(0, length);
  }

  #text(length: number): string {
    return this.#take(length).toString('utf8');
  }

  #array(length: number, depth: number): unknown[] {
    this.#claim(length, 1);
    const values: unknown[] = [];
    for (let index = 0; index < length; index += 1) values.push(this.read(depth + 1));
    return values;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    this.#claim(length, 2);
    const value: Record<string, unknown> = {};
    for (let index = 0; index < length; index += 1) {
      const key = this.read(depth + 1);
      if (typeof key !== 'string') throw new MessageError('a key of the message is no text');
      // As a key this would change what the object is, not what it holds.
      if (key === '__proto__') throw new MessageError('a key of the message is __proto__');
      value[key] = this.read(depth + 1);
    }
    return value;
  }

  /** A value takes a byte at least, so that more values than bytes cannot follow. */
  #claim(length: number, bytesEach: number): void {
    if (length * bytesEach > this.bytesLeft) {
      throw new MessageError(`a value claims ${length} parts, and ${this.bytesLeft} bytes are left`);
    }
  }
}
