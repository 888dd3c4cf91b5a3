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
  /** A sender that stalls must not hold its place for ever. */
  timeoutMs: number;
}

/** How long the rest of a refused body is read and thrown away, so that its sender gets to read the answer. */
const drainMs = 10_000;

/**
 * Reads a body into memory. One that is too large is refused at once, when it says so beforehand, or as soon as it has
 * become too large; what was read is let go then, and the rest is not kept. Throws BodyError.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { maxBytes, timeoutMs } = limits;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) {
    drain(request);
    throw tooLarge(maxBytes);
  }
  return new Promise<Buffer>((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const settle = (): void => {
      clearTimeout(timer);
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
      if (length > maxBytes) fail(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      const body = Buffer.concat(chunks);
      settle();
      resolve(body);
    };
    const onClose = (): void => fail(new BodyError(400, 'body_incomplete', 'The body broke off.'));
    const timer = setTimeout(() => {
      const seconds = Math.round(timeoutMs / 1000);
      fail(new BodyError(408, 'body_too_slow', `The body did not arrive within ${seconds} s.`));
    }, timeoutMs);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
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
