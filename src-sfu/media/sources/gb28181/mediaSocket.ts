import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { ReorderBuffer } from '../../ingest/reorderBuffer.ts';
import { SourceError } from '../streamSource.ts';
import type { MediaWay } from './gbSessionDescription.ts';
import { RtpFraming } from './rtpFraming.ts';
import { plainAddress } from './sipTransport.ts';

/** A port at which the media of one channel is received, from one address only. */
export interface MediaSocket {
  port: number;
  close(): void;
}

export interface MediaSocketOptions {
  way: MediaWay;
  host: string;
  /** First and last port that may be taken. */
  ports: { first: number; last: number };
  /** Packets of others are thrown away. */
  from: string;
  onPacket(packet: Buffer): void;
  /** The device closed its connection. */
  onClosed(): void;
}

/** Key pictures of many cameras fall together. */
const receiveBufferBytes = 256 * 1024;

/** Takes a free port of the range. Rejects with SourceError when all are taken. */
export async function openMediaSocket(options: MediaSocketOptions): Promise<MediaSocket> {
  const { first, last } = options.ports;
  const count = last - first + 1;
  const start = Math.floor(Math.random() * count);
  for (let tried = 0; tried < count; tried += 1) {
    const port = first + ((start + tried) % count);
    const opened = await (options.way === 'udp' ? openUdp(options, port) : openTcp(options, port));
    if (opened !== undefined) return opened;
  }
  throw new SourceError(
    'protocolError',
    `All ports from ${first} to ${last} for recorders are taken. Widen gb28181MediaPorts (MINGCHU_GB28181_MEDIA_PORTS).`,
  );
}

async function openUdp(options: MediaSocketOptions, port: number): Promise<MediaSocket | undefined> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: receiveBufferBytes });
  try {
    socket.bind(port, options.host);
    await once(socket, 'listening');
  } catch {
    socket.close();
    return undefined;
  }
  const reorder = new ReorderBuffer((packet) => options.onPacket(packet));
  socket.on('error', () => undefined);
  socket.on('message', (packet, from) => {
    if (from.address === options.from) reorder.push(packet);
  });
  return {
    port,
    close() {
      reorder.close();
      socket.close();
    },
  };
}

async function openTcp(options: MediaSocketOptions, port: number): Promise<MediaSocket | undefined> {
  let connection: Socket | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (connection !== undefined || plainAddress(socket.remoteAddress) !== options.from)
      return void socket.destroy();
    connection = socket;
    const framing = new RtpFraming((packet) => options.onPacket(packet));
    socket.on('data', (chunk) => framing.write(chunk));
    socket.on('close', () => options.onClosed());
  });
  try {
    server.listen(port, options.host);
    await once(server, 'listening');
  } catch {
    server.close();
    return undefined;
  }
  server.on('error', () => undefined);
  return {
    port,
    close() {
      connection?.removeAllListeners('close');
      connection?.destroy();
      server.close();
    },
  };
}
