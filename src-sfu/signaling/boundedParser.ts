import { EventEmitter } from 'node:events';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { bytesToSend } from './bytesToSend.ts';
import { decodeMessage, MessageError, type MessageLimits } from './messageDecoder.ts';

/** The largest message of a surface, in bytes. The largest real one, a browser's RTP capabilities, is about 12 KiB. */
export const maxMessageBytes = 128 * 1024;
/** The first message only says who connects: a sign-in and a version number, less than 400 bytes. */
const maxFirstMessageBytes = 4 * 1024;
/** The deepest real message, a library of the wall, is nested nine deep; the one with most values holds some 3,000. */
const maxDepth = 24;
const maxValues = 20_000;
const messageLimits: MessageLimits = { maxBytes: maxMessageBytes, maxDepth, maxValues };
const firstMessageLimits: MessageLimits = { maxBytes: maxFirstMessageBytes, maxDepth: 4, maxValues: 64 };

/** Packet types of socket.io 4 that a surface sends; acknowledgements and refusals are only the hub's to send. */
const connectType = 0;
const disconnectType = 1;
const eventType = 2;

/** Names that socket.io or Node give a meaning of their own to. An `error` without a listener would end the hub. */
const reservedNames = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'error',
  'newListener',
  'removeListener',
]);
/** A request is its name and its input. */
const maxEventParts = 4;
const maxNameLength = 128;

/** One packet of a surface, checked. */
export interface SurfacePacket {
  type: number;
  nsp: '/';
  data?: unknown;
  id?: number;
}

/** Decodes what one connection sends. Throws MessageError, on which socket.io ends the connection. */
export class Decoder extends EventEmitter {
  #isConnected = false;

  add(message: unknown): void {
    if (!(message instanceof Uint8Array)) throw new MessageError('a message is text');
    const decoded = decodeMessage(message, this.#isConnected ? messageLimits : firstMessageLimits);
    const packet = checkPacket(decoded, this.#isConnected);
    this.#isConnected = true;
    this.emit('decoded', packet);
  }

  /** Called by socket.io when the connection ended. */
  destroy(): void {
    this.removeAllListeners();
  }
}

function checkPacket(decoded: unknown, isConnected: boolean): SurfacePacket {
  if (!isRecord(decoded)) throw new MessageError('a message is no packet');
  const { type, nsp, data, id } = decoded;
  if (nsp !== '/') throw new MessageError('a message is for another namespace than "/"');
  if (isConnected ? type !== eventType && type !== disconnectType : type !== connectType) {
    throw new MessageError('a message is of a type that a surface does not send at this point');
  }
  if (id !== undefined && (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)) {
    throw new MessageError('the number of a request is no number');
  }
  if (type === connectType && data !== undefined && !isRecord(data)) {
    throw new MessageError('a first message carries no record');
  }
  if (type === eventType && !isRequest(data)) throw new MessageError('a message is no request');
  return {
    type: type as number,
    nsp,
    ...(data === undefined ? {} : { data }),
    ...(id === undefined ? {} : { id }),
  };
}

function isRequest(data: unknown): boolean {
  if (!Array.isArray(data) || data.length > maxEventParts) return false;
  const name: unknown = data[0];
  return typeof name === 'string' && name.length <= maxNameLength && !reservedNames.has(name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** Encodes what the hub sends: as usual, with all byte arrays as bytes that browsers read. */
export class Encoder {
  readonly #usual = new messagePackParser.Encoder();

  encode(packet: unknown): unknown {
    return this.#usual.encode(bytesToSend(packet) as never);
  }
}

/** What socket.io is given as its `parser`: messages of surfaces are decoded within limits. */
export const boundedParser = {
  protocol: messagePackParser.protocol,
  PacketType: messagePackParser.PacketType,
  Encoder,
  Decoder,
};
