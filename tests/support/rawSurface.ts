import { request, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** Opcodes of WebSocket frames (RFC 6455, 5.2). */
export const frameTypes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A WebSocket that sends what it is asked to, right or wrong, and reads only when it is asked to. */
export interface RawSurface {
  socket: Socket;
  headers: IncomingHttpHeaders;
  /** Sends one frame of a client, whole and masked. */
  send(payload: Uint8Array | string, type?: (typeof frameTypes)[keyof typeof frameTypes]): void;
  /** Everything the hub sent so far. */
  received(): Buffer;
  /** Resolves when the hub ended the connection. */
  ended: Promise<void>;
  close(): void;
}

/** The hub gave no WebSocket, and answered over HTTP. */
export class UpgradeRefused extends Error {
  override name = 'UpgradeRefused';
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`the hub answered ${status}: ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** Opens a WebSocket without the help of a library. Rejects with UpgradeRefused. */
export async function openRawSurface(
  hubUrl: string,
  options: { headers?: Record<string, string>; path?: string; reads?: boolean } = {},
): Promise<RawSurface> {
  const asked = request(`${hubUrl}${options.path ?? '/socket.io/?EIO=4&transport=websocket'}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...options.headers,
    },
  });
  asked.end();
  const [socket, headers] = await new Promise<[Socket, IncomingHttpHeaders]>((resolve, reject) => {
    asked.once('upgrade', (answer, upgraded: Socket, head: Buffer) => {
      if (head.length > 0) upgraded.unshift(head);
      resolve([upgraded, answer.headers]);
    });
    asked.once('response', (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.once('end', () => reject(new UpgradeRefused(answer.statusCode ?? 0, body)));
    });
    asked.once('error', reject);
  });
  const chunks: Buffer[] = [];
  // A hub that ends the connection while something is sent to it resets it.
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (options.reads !== false) socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  else socket.pause();
  return {
    socket,
    headers,
    send: (payload, type = typeof payload === 'string' ? frameTypes.text : frameTypes.binary) =>
      void socket.write(frameOf(payload, type)),
    received: () => Buffer.concat(chunks),
    ended,
    close: () => void socket.destroy(),
  };
}

/** One whole frame; the mask is 0, which leaves the payload as it is. */
function frameOf(payload: Uint8Array | string, type: number): Buffer {
  const bytes = Buffer.from(payload as Uint8Array);
  const { length } = bytes;
  const head =
    length < 126
      ? Buffer.from([0x80 | type, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x80 | type, 0xfe, length >> 8, length & 255])
        : Buffer.from([
            0x80 | type,
            0xff,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255,
          ]);
  return Buffer.concat([head, Buffer.alloc(4), bytes]);
}
