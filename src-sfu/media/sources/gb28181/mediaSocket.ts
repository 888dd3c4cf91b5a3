import { connect, type Socket } from 'node:net';
import type { MediaWay } from '../../../features/recorders/recorders.ports.ts';
import { ReorderBuffer } from '../../ingest/reorderBuffer.ts';
import { openDatagramPort, type DatagramPort, type DatagramWay } from '../../datagramReceiver.ts';
import { listenTcp, PortsTakenError, takePort, type PortRange } from '../../portRange.ts';
import { SourceError } from '../streamSource.ts';
import { RtpFraming } from './rtpFraming.ts';
import { plainAddress } from './sipTransport.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

/** A port at which the media of one channel is received, from the device and from where its answer says that its media comes from. */
export interface MediaSocket {
  port: number;
  /**
   * The device has answered and sends from this port; by `tcpActive` a connection to it is opened. `address`: the one that its answer names, such
   * as the media server of a platform, or one of a network behind a router, from which nothing comes.
   */
  answered(port: number, address?: string): void;
  close(): void;
}

export interface MediaSocketOptions {
  way: MediaWay;
  host: string;
  /** First and last port that may be taken. */
  ports: PortRange;
  /** Where the device is. Packets of others are thrown away, but for those of the address that its answer names. */
  from: string;
  /** The bytes are to be kept by `keptBytes` alone: their memory may be used again. */
  onPacket(packet: Buffer): void;
  /** The device closed its connection. */
  onClosed(): void;
  /** The first port of the process that receives datagrams is being opened. */
  onWay?(receiver: DatagramWay): void;
  /** By UDP, what came last from this device came from the address that its answer named: it is listened for there first. */
  comesFromNamed?: boolean;
  /** By UDP, the first packet came, from the address that the answer names or from the device. */
  onFirst?(isFromNamed: boolean): void;
  /** Stands in for the system's ports in tests. */
  openPort?: typeof openDatagramPort;
}

/** Key pictures of many cameras fall together. */
const receiveBufferBytes = 256 * 1024;
/** Datagrams of many cameras overtake each other on 4G: so many, for so long in milliseconds. */
const reorderLimits = { held: 64, waitMs: 100 };
/**
 * A device from which nothing came is listened for at the address that its answer names, and then again where it is: not sooner, as most name one of
 * their own network, and packets may be late. Milliseconds.
 */
const otherAddressMs = 1_500;
/** In an offer to connect ourselves, the port is without meaning (RFC 4145, 4.1). */
const meaninglessPort = 9;

/** Takes a free port of the range. Rejects with SourceError when all are taken, or when the system allows none. */
export async function openMediaSocket(options: MediaSocketOptions): Promise<MediaSocket> {
  if (options.way === 'tcpActive') return connectTcp(options);
  const open = options.way === 'udp' ? openUdp : openTcp;
  return takePort(options.ports, (port) => open(options, port)).catch((error: unknown) => {
    const { message } = error as Error;
    throw error instanceof PortsTakenError
      ? new RecorderPictureError('no_media_port', 'protocolError', message)
      : new SourceError('protocolError', message);
  });
}

async function openUdp(options: MediaSocketOptions, port: number): Promise<MediaSocket> {
  const { host, openPort = openDatagramPort } = options;
  const onWay = (receiver: DatagramWay): void => options.onWay?.(receiver);
  const reorder = new ReorderBuffer((packet) => options.onPacket(packet), reorderLimits);
  let hasCome = false;
  let isClosed = false;
  let heardAt = options.from;
  let turning: NodeJS.Timeout | undefined;
  const onDatagram = (packet: Buffer): void => {
    if (!hasCome) options.onFirst?.(heardAt !== options.from);
    hasCome = true;
    reorder.push(packet);
  };
  const listen = (from: string): Promise<DatagramPort> =>
    openPort({ port, host, from, receiveBufferBytes, onDatagram, onWay });
  let socket = await listen(options.from);
  /** The receiver of datagrams takes those of one address: it listens for one and the other in turn until something comes. */
  const turn = async (next: string, other: string): Promise<void> => {
    if (hasCome || isClosed) return;
    socket.close();
    heardAt = next;
    socket = await listen(next);
    if (isClosed) socket.close();
    else later(other, next, otherAddressMs);
  };
  const later = (next: string, other: string, afterMs: number): void => {
    // Where the port is gone nothing comes any more, and the next way is tried.
    turning = setTimeout(() => void turn(next, other).catch(() => undefined), afterMs).unref();
  };
  return {
    port,
    answered(_port, address) {
      if (address === undefined || address === options.from) return;
      later(address, options.from, options.comesFromNamed === true ? 0 : otherAddressMs);
    },
    close() {
      isClosed = true;
      clearTimeout(turning);
      reorder.close();
      socket.close();
    },
  };
}

async function openTcp(options: MediaSocketOptions, port: number): Promise<MediaSocket> {
  let connection: Socket | undefined;
  const senders = new Set([options.from]);
  const server = await listenTcp({ port, host: options.host }, (socket) => {
    socket.on('error', () => undefined);
    if (connection !== undefined || !senders.has(plainAddress(socket.remoteAddress)))
      return void socket.destroy();
    connection = socket;
    const framing = new RtpFraming((packet) => options.onPacket(packet));
    socket.on('data', (chunk) => framing.write(chunk));
    socket.on('close', () => options.onClosed());
  });
  return {
    port,
    answered(_port, address) {
      // A platform's media server connects once the hub has acknowledged the answer: until then only the device may.
      if (address !== undefined) senders.add(address);
    },
    close() {
      connection?.removeAllListeners('close');
      connection?.destroy();
      server.close();
    },
  };
}

/** The hub connects to nothing but the device itself: the address that it writes in its answer is often one of its own network, and may be anybody's. */
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
