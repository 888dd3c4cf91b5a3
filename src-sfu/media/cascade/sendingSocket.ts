import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { writeFramed } from '../framedSocket.ts';
import { bindUdp, listenTcp, PortsTakenError, takePort, type PortRange } from '../portRange.ts';
import { plainAddress } from '../sources/gb28181/sipTransport.ts';
import type { UpperOffer } from './upperOffer.ts';
import { PacedPackets } from './pacedPackets.ts';

/** Where the pictures of one view leave the hub. */
export interface SendingSocket {
  /** For the answer. */
  port: number;
  /** The upper platform has our answer. By `tcpActive` a connection to it is opened. */
  begin(): void;
  /** One RTP packet; false when it could not be taken, because there is no connection or too much waits. */
  send(packet: Buffer): boolean;
  close(): void;
}

export interface SendingSocketOptions {
  offer: Pick<UpperOffer, 'way' | 'address' | 'port' | 'mayConnect'>;
  host: string;
  ports: PortRange;
  /** By TCP: what is sent arrives from now on. By UDP it is called by `begin`. */
  onOpen(): void;
  /** The connection is over, or could not be opened. */
  onClosed(): void;
  nowMs(): number;
}

/** A receiver that does not read is sent nothing more until the next key picture. */
const maxUnsentBytes = 4 * 1024 * 1024;
/** A connection that does not come about within this ends the view. Milliseconds. */
const connectLimitMs = 10_000;
/** Datagrams that are refused for so long end the view; a pause longer than the second begins it again. Milliseconds. */
const refusedLimitMs = 5_000;
const refusedPauseMs = 2_000;
/** The port of an answer by a side that connects has no meaning (RFC 4145, 4.1). */
const meaninglessPort = 9;

/** Undefined when no port is free. Rejects with PortError when the system allows none. */
export async function openSendingSocket(options: SendingSocketOptions): Promise<SendingSocket | undefined> {
  if (options.offer.way === 'tcpActive') return connecting(options);
  const { way } = options.offer;
  try {
    return await takePort(options.ports, (port) =>
      way === 'udp' ? openUdp(options, port) : listening(options, port),
    );
  } catch (error) {
    if (error instanceof PortsTakenError) return undefined;
    throw error;
  }
}

async function openUdp(options: SendingSocketOptions, port: number): Promise<SendingSocket> {
  const socket = await bindUdp({ port, host: options.host });
  let isClosed = false;
  let refused = { firstAtMs: 0, lastAtMs: Number.NEGATIVE_INFINITY };
  /** Nobody listens there: a platform that was started again is not sent pictures without end. */
  const noticed = (error: NodeJS.ErrnoException | null): void => {
    if (isClosed || error?.code !== 'ECONNREFUSED') return;
    const nowMs = options.nowMs();
    const goesOn = nowMs - refused.lastAtMs <= refusedPauseMs;
    refused = { firstAtMs: goesOn ? refused.firstAtMs : nowMs, lastAtMs: nowMs };
    if (nowMs - refused.firstAtMs >= refusedLimitMs) options.onClosed();
  };
  socket.on('error', noticed);
  try {
    // Connected, so that the system says when datagrams are refused.
    socket.connect(options.offer.port, options.offer.address);
    await once(socket, 'connect');
  } catch (error) {
    socket.close();
    throw error;
  }
  const paced = new PacedPackets((packet) => {
    if (!isClosed) socket.send(packet, noticed);
  });
  return {
    port,
    begin: () => options.onOpen(),
    send: (packet) => paced.push(packet),
    close() {
      if (isClosed) return;
      isClosed = true;
      paced.close();
      socket.close();
    },
  };
}

function overTcp(options: SendingSocketOptions, socket: Socket): Pick<SendingSocket, 'send' | 'close'> {
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('close', () => options.onClosed());
  // Nothing is expected from there.
  socket.resume();
  return {
    send(packet) {
      if (socket.destroyed || socket.writableLength > maxUnsentBytes) return false;
      writeFramed(socket, packet);
      return true;
    },
    close() {
      socket.removeAllListeners('close');
      socket.destroy();
    },
  };
}

async function listening(options: SendingSocketOptions, port: number): Promise<SendingSocket> {
  let connection: Pick<SendingSocket, 'send' | 'close'> | undefined;
  const { address, mayConnect = (from) => from === address } = options.offer;
  const server = await listenTcp({ port, host: options.host }, (socket) => {
    if (connection !== undefined || !mayConnect(plainAddress(socket.remoteAddress)))
      return void socket.on('error', () => undefined).destroy();
    clearTimeout(limit);
    connection = overTcp(options, socket);
    options.onOpen();
  });
  const limit = setTimeout(() => options.onClosed(), connectLimitMs).unref();
  return {
    port,
    begin: () => undefined,
    send: (packet) => connection?.send(packet) ?? false,
    close() {
      clearTimeout(limit);
      connection?.close();
      server.close();
    },
  };
}

function connecting(options: SendingSocketOptions): SendingSocket {
  let connection: Pick<SendingSocket, 'send' | 'close'> | undefined;
  let isClosed = false;
  return {
    port: meaninglessPort,
    begin() {
      if (connection !== undefined || isClosed) return;
      const { address, port } = options.offer;
      const socket = connect({ port, host: address });
      socket.setTimeout(connectLimitMs, () => socket.destroy());
      socket.once('connect', () => {
        socket.setTimeout(0);
        options.onOpen();
      });
      connection = overTcp(options, socket);
    },
    send: (packet) => connection?.send(packet) ?? false,
    close() {
      isClosed = true;
      connection?.close();
    },
  };
}
