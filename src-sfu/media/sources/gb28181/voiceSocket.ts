import { connect, type Socket } from 'node:net';
import type { MediaWay } from '../../../features/recorders/recorders.ports.ts';
import { writeFramed } from '../../framedSocket.ts';
import { bindUdp, listenTcp, takePort, type PortRange } from '../../portRange.ts';
import { plainAddress } from './sipTransport.ts';

/** The way of a voice to one device: datagrams, a connection that the device opens to us, or one that we open to it. */
export interface VoiceSocket {
  /** Where we are, for the session description. */
  port: number;
  /** Where datagrams go and from where a connection is taken, as the device's description says; until then both are the device alone. */
  goesTo(places: { to: string; from: readonly string[] }): void;
  /** The device listens at this port, and its answer or its offer says so. Resolves when sound can be sent; rejects when it cannot. */
  reached(port: number): Promise<void>;
  /** Sends one RTP packet, unless the device has not read those before. */
  send(packet: Buffer): void;
  close(): void;
}

export interface VoiceSocketOptions {
  way: MediaWay;
  host: string;
  ports: PortRange;
  /** The device. Connections of others are refused. */
  to: string;
  /** The device closed its connection. */
  onClosed(): void;
}

/** A device may open its connection after it has agreed, but not later than that. Milliseconds. */
const connectMs = 3_000;
/** A quarter of a second of sound: what a device has not read by then is old. */
const maxUnreadBytes = 12 * 174;
/** In a description of who connects, the port is without meaning (RFC 4145, 4.1). */
const meaninglessPort = 9;

/** Listens before it resolves. Rejects with PortsTakenError or PortError when no port can be opened. */
export async function openVoiceSocket(options: VoiceSocketOptions): Promise<VoiceSocket> {
  if (options.way === 'udp') return takePort(options.ports, (port) => openUdp(options, port));
  if (options.way === 'tcpPassive') return takePort(options.ports, (port) => openTcp(options, port));
  const line = tcpLine(options);
  return {
    port: meaninglessPort,
    // We connect to nothing but the device itself.
    goesTo: () => undefined,
    reached(port) {
      if (port < 1 || port > 65_535) return Promise.reject(new Error('the device named no port'));
      line.take(connect(port, options.to));
      return line.ready();
    },
    send: line.send,
    close: line.close,
  };
}

async function openUdp(options: VoiceSocketOptions, port: number): Promise<VoiceSocket> {
  const socket = await bindUdp({ port, host: options.host });
  let { to } = options;
  let toPort = 0;
  let isClosed = false;
  return {
    port,
    goesTo: (places) => void ({ to } = places),
    reached(devicePort) {
      if (devicePort < 1 || devicePort > 65_535) return Promise.reject(new Error('the device named no port'));
      toPort = devicePort;
      return Promise.resolve();
    },
    send(packet) {
      if (!isClosed && toPort > 0) socket.send(packet, toPort, to, () => undefined);
    },
    close() {
      if (!isClosed) socket.close();
      isClosed = true;
    },
  };
}

async function openTcp(options: VoiceSocketOptions, port: number): Promise<VoiceSocket> {
  const line = tcpLine(options);
  let from: readonly string[] = [options.to];
  const server = await listenTcp({ port, host: options.host }, (socket) => {
    if (from.includes(plainAddress(socket.remoteAddress))) line.take(socket);
    else socket.destroy();
  });
  return {
    port,
    goesTo: (places) => void ({ from } = places),
    reached: () => line.ready(),
    send: line.send,
    close() {
      line.close();
      server.close();
    },
  };
}

/** One connection that carries RTP with two bytes of length before each packet (RFC 4571). */
function tcpLine({ onClosed }: Pick<VoiceSocketOptions, 'onClosed'>): {
  take(socket: Socket): void;
  ready(): Promise<void>;
  send(packet: Buffer): void;
  close(): void;
} {
  const connected = Promise.withResolvers<void>();
  connected.promise.catch(() => undefined);
  let connection: Socket | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    take(socket) {
      socket.on('error', () => undefined);
      if (connection !== undefined || isClosed) return void socket.destroy();
      connection = socket;
      socket.setNoDelay(true);
      // What it says is not heard here.
      socket.resume();
      if (socket.connecting) socket.once('connect', () => connected.resolve());
      else connected.resolve();
      socket.once('close', () => {
        connected.reject(new Error('the device closed the connection'));
        if (!isClosed) onClosed();
      });
    },
    ready() {
      timer ??= setTimeout(() => connected.reject(new Error('no connection came')), connectMs);
      return connected.promise.finally(() => clearTimeout(timer));
    },
    send(packet) {
      if (connection === undefined || connection.connecting || !connection.writable) return;
      if (connection.writableLength >= maxUnreadBytes) return;
      writeFramed(connection, packet);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      connected.reject(new Error('the talk is over'));
      connection?.destroy();
    },
  };
}
