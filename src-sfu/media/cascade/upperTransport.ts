import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseDatagram, type SipMessage } from '../sources/gb28181/sipMessage.ts';
import { SipStream } from '../sources/gb28181/sipStream.ts';
import { isReachable, sendDatagram, type SipPeer } from '../sources/gb28181/sipTransport.ts';

/** The way of messages to one upper platform and back. */
export interface UpperTransport {
  /** Rejects when the other side cannot be reached, and once it is closed. */
  open(): Promise<void>;
  /** False when there is no connection. It never throws. */
  send(peer: SipPeer, bytes: Buffer): boolean;
  /** Our own port; 0 before it is open. */
  port(): number;
  close(): void;
}

export interface UpperTransportOptions {
  protocol: 'udp' | 'tcp';
  /** The address that is listened on. */
  host: string;
  peer: { address: string; port: number };
  onMessage(message: SipMessage, peer: SipPeer): void;
  /** A connection ended that stood. */
  onLost(): void;
}

const connectLimitMs = 5_000;
/** A platform that does not read what it asked for is cut off. Bytes. */
const maxUnsentBytes = 1024 * 1024;

/** By UDP from a port of its own, by TCP over a connection that the hub opens. Only the platform's own address is heard. */
export function createUpperTransport(options: UpperTransportOptions): UpperTransport {
  return options.protocol === 'udp' ? overUdp(options) : overTcp(options);
}

const closed = 'The way to the upper platform is closed.';

/** A call while the socket is being opened waits for the same opening: there is never a second socket. */
function sharedOpening(open: () => Promise<void>): () => Promise<void> {
  let opening: Promise<void> | undefined;
  return () => (opening ??= open().finally(() => (opening = undefined)));
}

function overUdp({ host, peer, onMessage }: UpperTransportOptions): UpperTransport {
  let socket: UdpSocket | undefined;
  let port = 0;
  let isClosed = false;
  return {
    open: sharedOpening(async () => {
      if (socket !== undefined) return;
      if (isClosed) throw new Error(closed);
      const made = createSocket('udp4');
      made.on('message', (bytes, from) => {
        const sender = { address: from.address, port: from.port, protocol: 'udp' } as const;
        if (from.address !== peer.address || !isReachable(sender)) return;
        const message = parseDatagram(bytes);
        if (message !== undefined) onMessage(message, sender);
      });
      try {
        made.bind(0, host);
        await once(made, 'listening');
      } catch (error) {
        made.close();
        throw error;
      }
      made.on('error', () => undefined);
      if (isClosed) {
        made.close();
        throw new Error(closed);
      }
      socket = made;
      port = made.address().port;
    }),
    send: (to, bytes) => sendDatagram(socket, to, bytes),
    port: () => port,
    close() {
      isClosed = true;
      socket?.close();
      socket = undefined;
    },
  };
}

function overTcp({ peer, onMessage, onLost }: UpperTransportOptions): UpperTransport {
  let socket: Socket | undefined;
  /** The connection that is being opened. */
  let pending: Socket | undefined;
  let isClosed = false;
  return {
    open: sharedOpening(async () => {
      if (socket !== undefined) return;
      if (isClosed) throw new Error(closed);
      const made = connect({ host: peer.address, port: peer.port });
      pending = made;
      made.on('error', () => undefined);
      made.setTimeout(connectLimitMs, () => made.destroy());
      const stream = new SipStream((message) => onMessage(message, { ...peer, protocol: 'tcp' }));
      try {
        await new Promise<void>((resolve, reject) => {
          made.once('connect', resolve);
          made.once('close', () => reject(new Error('The upper platform takes no connection.')));
        });
      } finally {
        pending = undefined;
      }
      if (isClosed) {
        made.destroy();
        throw new Error(closed);
      }
      made.setTimeout(0);
      made.setKeepAlive(true, 30_000);
      socket = made;
      made.on('data', (chunk) => {
        if (!stream.write(chunk)) made.destroy();
      });
      made.once('close', () => {
        if (socket !== made) return;
        socket = undefined;
        onLost();
      });
    }),
    send(_to, bytes) {
      if (socket === undefined || socket.destroyed) return false;
      if (socket.writableLength > maxUnsentBytes) socket.destroy();
      else socket.write(bytes);
      return !socket.destroyed;
    },
    port: () => socket?.localPort ?? 0,
    close() {
      isClosed = true;
      pending?.destroy();
      const ending = socket;
      socket = undefined;
      // The last message, by which the hub signs off, must still arrive.
      ending?.end();
      ending?.setTimeout(500, () => ending.destroy());
    },
  };
}
