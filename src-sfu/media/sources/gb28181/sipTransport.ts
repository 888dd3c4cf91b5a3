import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { StartError } from '../../../base/startError.ts';
import { createSipBudget } from './sipBudget.ts';
import { parseDatagram, type SipMessage } from './sipMessage.ts';
import type { RecorderPlace } from '../../../features/recorders/recorders.ports.ts';
import { SipStream } from './sipStream.ts';

/** Where a device, or another platform, is reached. Over TCP only while its connection stands. */
export type SipPeer = RecorderPlace;

/** Whether anything can be sent to a peer: a datagram may say that it comes from port 0, and a closed connection has none. */
export function isReachable({ port }: SipPeer): boolean {
  return port >= 1 && port <= 65_535;
}

/** Sends a datagram; false where the system does not take it, such as for a port that there is not. */
export function sendDatagram(
  socket: UdpSocket | undefined,
  { port, address }: SipPeer,
  bytes: Buffer,
): boolean {
  try {
    socket?.send(bytes, port, address, () => undefined);
    return socket !== undefined;
  } catch {
    return false;
  }
}

/** Whether two peers are reached by the same address, port and protocol. */
export function isSamePlace(one: SipPeer, other: SipPeer): boolean {
  return one.address === other.address && one.port === other.port && one.protocol === other.protocol;
}

export interface SipTransport {
  /** Rejects with a sentence when the port is taken. */
  open(): Promise<{ port: number }>;
  /** False when there is no connection to this peer, or none can be. It never throws. */
  send(peer: SipPeer, bytes: Buffer): boolean;
  /** Ends the connection of a peer after what was sent on it; over UDP there is none. */
  hangUp(peer: SipPeer): void;
  close(): void;
}

export interface SipTransportOptions {
  host: string;
  /** UDP and TCP; 0 takes a free one. */
  port: number;
  onMessage(message: SipMessage, peer: SipPeer): void;
  /** Whether recorders are registered from this address: they are always read. */
  isKnown(address: string): boolean;
}

const maxConnections = 4_000;
const maxStrangerConnections = 200;
const maxStrangerConnectionsOfOne = 20;
/** A device that does not read what it asked for is cut off. Bytes. */
const maxUnsentBytes = 1024 * 1024;
/** A connection without any byte for so long is over. Keepalives come every 60 s. */
const idleMs = 200_000;
/** Who has not registered within so long over a connection is cut off, whatever it sends. Milliseconds. */
const strangerMs = 15_000;
/** A connection that the hub ends is cut when the device does not end it as well. Milliseconds. */
const hangUpMs = 500;
const receiveBufferBytes = 1024 * 1024;

/** SIP over UDP and TCP at one port. */
export function createSipTransport(options: SipTransportOptions): SipTransport {
  let udp: UdpSocket | undefined;
  let tcp: Server | undefined;
  const connections = new Map<string, Socket>();
  /** Connections from where no recorder had registered, with their addresses. */
  const strangers = new Map<Socket, string>();
  const budget = createSipBudget({ isKnown: options.isKnown, nowMs: () => performance.now() });
  const hasRoomFor = (address: string): boolean => {
    if (options.isKnown(address)) return connections.size < maxConnections;
    let ofOne = 0;
    for (const [socket, one] of strangers) {
      // A recorder has registered from there.
      if (options.isKnown(one)) strangers.delete(socket);
      else if (one === address) ofOne += 1;
    }
    return strangers.size < maxStrangerConnections && ofOne < maxStrangerConnectionsOfOne;
  };
  const accept = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress);
    const port = socket.remotePort ?? 0;
    socket.on('error', () => undefined);
    if (port === 0 || !budget.takes(address) || !hasRoomFor(address)) return void socket.destroy();
    const key = `${address}:${port}`;
    connections.set(key, socket);
    if (!options.isKnown(address)) strangers.set(socket, address);
    const stream = new SipStream((message) => {
      if (budget.takes(address)) options.onMessage(message, { address, port, protocol: 'tcp' });
    });
    socket.setTimeout(idleMs, () => socket.destroy());
    const stranger = setTimeout(() => {
      if (!options.isKnown(address)) socket.destroy();
    }, strangerMs).unref();
    socket.on('close', () => {
      clearTimeout(stranger);
      // A device may have connected again from the same port before this was heard.
      if (connections.get(key) === socket) connections.delete(key);
      strangers.delete(socket);
    });
    socket.on('data', (chunk) => {
      if (!stream.write(chunk)) socket.destroy();
    });
  };
  return {
    async open() {
      const udpSocket = createSocket({ type: 'udp4', recvBufferSize: receiveBufferBytes });
      udp = udpSocket;
      udpSocket.on('message', (bytes, from) => {
        const peer = { address: from.address, port: from.port, protocol: 'udp' } as const;
        if (!isReachable(peer) || !budget.takes(from.address)) return;
        const message = parseDatagram(bytes);
        if (message !== undefined) options.onMessage(message, peer);
      });
      const tcpServer = createServer(accept);
      tcp = tcpServer;
      try {
        udpSocket.bind(options.port, options.host);
        await once(udpSocket, 'listening');
        const { port } = udpSocket.address();
        tcpServer.listen(port, options.host);
        await once(tcpServer, 'listening');
        udpSocket.on('error', () => undefined);
        tcpServer.on('error', () => undefined);
        return { port };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const why =
          code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code ?? 'unknown'})`;
        throw new StartError(
          `Port ${options.port} for recorders ${why}. Free it, or set gb28181Port (MINGCHU_GB28181_PORT) to another one.`,
          { code },
        );
      }
    },
    send(peer, bytes) {
      if (peer.protocol === 'udp') return sendDatagram(udp, peer, bytes);
      const socket = connections.get(`${peer.address}:${peer.port}`);
      if (socket === undefined) return false;
      if (socket.writableLength > maxUnsentBytes) socket.destroy();
      else socket.write(bytes);
      return !socket.destroyed;
    },
    hangUp(peer) {
      const socket = peer.protocol === 'tcp' ? connections.get(`${peer.address}:${peer.port}`) : undefined;
      if (socket === undefined) return;
      // Nothing of it is read any more, and its other side may not keep it open.
      socket.removeAllListeners('data').resume();
      socket.setTimeout(hangUpMs);
      socket.end();
    },
    close() {
      for (const socket of connections.values()) socket.destroy();
      tcp?.close();
      udp?.close();
      tcp = undefined;
      udp = undefined;
    },
  };
}

/** An IPv4 address as such, where the system shows it within IPv6. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}
