import type { IncomingMessage } from 'node:http';

/** A body that was not read. Fastify answers with `statusCode`, `code` and the message. */
export class BodyError extends Error {
  override name = 'BodyError';
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

export interface BodyLimits {
  maxBytes: number;
  /** The whole body must have come by then. Milliseconds. */
  timeoutMs: number;
  /** A body without new bytes for this long is aborted, so that it does not hold its place. Milliseconds. */
  stallMs?: number;
}

/** Callbacks while a body is being read. */
export interface BodyWatch {
  /** Whether so many more bytes may be held in memory. */
  take?(bytes: number): boolean;
  /** Hands out a function that ends the reading, so that others get the room. */
  onReading?(giveUp: () => void): void;
}

/** How long the rest of a refused body is read and thrown away, so that its sender gets to read the answer. */
const drainMs = 10_000;
/** Three retransmissions of a lost packet fit into it (RFC 6298: 1, 2 and 4 s from the first). */
const defaultStallMs = 7_000;
/** After the first stall time a body comes at this rate on the whole, or its sender only holds a place. Bytes a second. */
const slowestBytesPerSecond = 1_024;
/** What a chunk costs beside its bytes: many small ones must not hold more than they seem to. */
const chunkBytes = 128;

/**
 * Reads a body into memory. One that is too large is refused at once, when it says so beforehand, or as soon as it has
 * become too large; then what was read is freed, and the rest is not kept. Throws BodyError: 413 too large, 408 too slow,
 * 400 broken off, 503 when there is no room for it at this time.
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  watch: BodyWatch = {},
): Promise<Buffer> {
  const { maxBytes, timeoutMs, stallMs = defaultStallMs } = limits;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) {
    drain(request);
    throw tooLarge(maxBytes);
  }
  return new Promise<Buffer>((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const beganAt = performance.now();
    let lastAt = beganAt;
    const settle = (): void => {
      clearInterval(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      chunks = [];
    };
    const fail = (error: BodyError): void => {
      settle();
      drain(request);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      lastAt = performance.now();
      if (length > maxBytes) fail(tooLarge(maxBytes));
      else if (watch.take?.(chunk.length + chunkBytes) === false) fail(noRoom());
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      const body = Buffer.concat(chunks);
      settle();
      resolve(body);
    };
    const onClose = (): void => fail(new BodyError(400, 'body_incomplete', 'The body broke off.'));
    const check = (): void => {
      const now = performance.now();
      const neededMs = (length / slowestBytesPerSecond) * 1_000 + stallMs;
      if (now - beganAt > timeoutMs)
        fail(tooSlow(`did not arrive within ${Math.round(timeoutMs / 1_000)} s`));
      else if (now - lastAt > stallMs) fail(tooSlow(`stalled for ${Math.round(stallMs / 1_000)} s`));
      else if (now - beganAt > neededMs) fail(tooSlow('comes too slowly'));
    };
    const timer = setInterval(check, Math.min(1_000, stallMs / 4, timeoutMs / 4));
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    watch.onReading?.(() => fail(tooSlow('stalled, and others needed its room')));
  });
}

function tooSlow(what: string): BodyError {
  return new BodyError(408, 'body_too_slow', `The body ${what}. Send it again, all of it at once.`);
}

function noRoom(): BodyError {
  return new BodyError(503, 'busy', 'Many large requests are under way. Send it again.');
}

function tooLarge(maxBytes: number): BodyError {
  const mebibytes = Math.floor(maxBytes / 1024 / 1024);
  return new BodyError(413, 'body_too_large', `The body is larger than ${mebibytes} MiB: split it.`);
}

function drain(request: IncomingMessage): void {
  request.on('error', () => undefined);
  request.resume();
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), drainMs);
  request.once('close', () => clearTimeout(timer));
}
