import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { ReorderBuffer } from '../../ingest/reorderBuffer.ts';
import type { MediaWay } from './gbSessionDescription.ts';
import { RtpFraming } from './rtpFraming.ts';
import { plainAddress } from './sipTransport.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

/** A port at which the media of one channel is received, from one address only. */
export interface MediaSocket {
  port: number;
  /** The device has answered and sends from this port; by `tcpActive` a connection to it is opened. */
  answered(port: number): void;
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
/** Datagrams of many cameras overtake each other on 4G: so many, for so long in milliseconds. */
const reorderLimits = { held: 64, waitMs: 100 };
/** In an offer to connect ourselves, the port is without meaning (RFC 4145, 4.1). */
const meaninglessPort = 9;

/** Takes a free port of the range. Rejects with SourceError when all are taken. */
export async function openMediaSocket(options: MediaSocketOptions): Promise<MediaSocket> {
  if (options.way === 'tcpActive') return connectTcp(options);
  return takePort(options.ports, (port) =>
    options.way === 'udp' ? openUdp(options, port) : openTcp(options, port),
  );
}

/** Opens the first port of a range that is free, beginning anywhere in it. Rejects with SourceError when all are taken. */
export async function takePort<Opened>(
  { first, last }: MediaSocketOptions['ports'],
  open: (port: number) => Promise<Opened | undefined>,
): Promise<Opened> {
  const count = last - first + 1;
  const start = Math.floor(Math.random() * count);
  for (let tried = 0; tried < count; tried += 1) {
    const port = first + ((start + tried) % count);
    const opened = await open(port);
    if (opened !== undefined) return opened;
  }
  throw new RecorderPictureError(
    'no_media_port',
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
  const reorder = new ReorderBuffer((packet) => options.onPacket(packet), reorderLimits);
  socket.on('error', () => undefined);
  socket.on('message', (packet, from) => {
    if (from.address === options.from) reorder.push(packet);
  });
  return {
    port,
    answered: () => undefined,
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
    answered: () => undefined,
    close() {
      connection?.removeAllListeners('close');
      connection?.destroy();
      server.close();
    },
  };
}

/** The address that the device writes in its answer is not used: it is often one of its own network. */
function connectTcp(options: MediaSocketOptions): MediaSocket {
  let connection: Socket | undefined;
  let isClosed = false;
  return {
    port: meaninglessPort,
    answered(port) {
      if (connection !== undefined || isClosed || port < 1 || port > 65_535) return;
      connection = connect(port, options.from);
      const framing = new RtpFraming((packet) => options.onPacket(packet));
      connection.on('data', (chunk) => framing.write(chunk));
      connection.on('error', () => undefined);
      connection.on('close', () => options.onClosed());
    },
    close() {
      isClosed = true;
      connection?.removeAllListeners('close');
      connection?.destroy();
    },
  };
}
