import { connect, type Socket } from 'node:net';
import type { MediaWay } from '../../../features/recorders/recorders.ports.ts';
import { ReorderBuffer } from '../../ingest/reorderBuffer.ts';
import { openDatagramPort, type DatagramWay } from '../../datagramReceiver.ts';
import { listenTcp, PortsTakenError, takePort, type PortRange } from '../../portRange.ts';
import { SourceError } from '../streamSource.ts';
import { RtpFraming } from './rtpFraming.ts';
import { plainAddress } from './sipTransport.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

/** A port at which the media of one channel is received. */
export interface MediaSocket {
  port: number;
  /**
   * The device has answered and sends from this port; by `tcpActive` a connection to it is opened. `named`: its media may as well come from
   * this address, that of a platform's media server; whichever comes first is the only one then.
   */
  answered(port: number, named?: string): void;
  close(): void;
}

export interface MediaSocketOptions {
  way: MediaWay;
  host: string;
  /** First and last port that may be taken. */
  ports: PortRange;
  /** Where the device is. Packets of others are thrown away. */
  from: string;
  /** The bytes are to be kept by `keptBytes` alone: their memory may be used again. */
  onPacket(packet: Buffer): void;
  /** The device closed its connection. */
  onClosed(): void;
  /** The first packet or the connection came, from the device or from the address that its answer named. */
  onFirst?(isFromNamed: boolean): void;
  /** The first port of the process that receives datagrams is being opened. */
  onWay?(receiver: DatagramWay): void;
}

/** Key pictures of many cameras fall together. */
const receiveBufferBytes = 256 * 1024;
/** Datagrams of many cameras overtake each other on 4G: so many, for so long in milliseconds. */
const reorderLimits = { held: 64, waitMs: 100 };
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
  const { host, from } = options;
  const onWay = (receiver: DatagramWay): void => options.onWay?.(receiver);
  const reorder = new ReorderBuffer((packet) => options.onPacket(packet), reorderLimits);
  let isFromNamed: boolean | undefined;
  const onDatagram = (packet: Buffer, isOther: boolean): void => {
    if (isFromNamed === undefined) options.onFirst?.((isFromNamed = isOther));
    if (isOther === isFromNamed) reorder.push(packet);
  };
  const socket = await openDatagramPort({ port, host, from, receiveBufferBytes, onDatagram, onWay });
  return {
    port,
    answered(_port, named) {
      if (named !== undefined) socket.hear(named);
    },
    close() {
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
    const address = plainAddress(socket.remoteAddress);
    if (connection !== undefined || !senders.has(address)) return void socket.destroy();
    connection = socket;
    options.onFirst?.(address !== options.from);
    const framing = new RtpFraming((packet) => options.onPacket(packet));
    socket.on('data', (chunk) => framing.write(chunk));
    socket.on('close', () => options.onClosed());
  });
  return {
    port,
    answered(_port, named) {
      // A media server connects once the hub has acknowledged the answer: until then only the device may.
      if (named !== undefined) senders.add(named);
    },
    close() {
      connection?.removeAllListeners('close');
      connection?.destroy();
      server.close();
    },
  };
}

/** The hub connects to nothing but the device itself: the address that it names is often one of its own network, and may be anybody's. */
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
