import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { noteForwardedAddress, plainAddress } from '../base/clientAddress.ts';

/** Caps of TCP connections, before anything of them is read. A test makes them smaller. */
export interface ConnectionCaps {
  /**
   * Of one address. Behind one may be a whole office: 60 phones and screens with six connections of a browser and one
   * WebSocket each.
   */
  ofAddress: number;
  /** Of these, places for who is signed in: strangers of the address have the others. */
  reservedOfAddress?: number;
  /** Of one address without a whole request so far: a browser opens some in advance, an office opens them together. */
  silentOfAddress: number;
  /** Of all addresses without a whole request so far. */
  silent: number;
  /** Of all addresses; below the limit of open files that systems usually have. */
  all: number;
}

export const connectionCaps: ConnectionCaps = {
  ofAddress: 512,
  reservedOfAddress: 64,
  silentOfAddress: 128,
  silent: 1_024,
  all: 4_096,
};

/** A connection that begins to speak TLS must have finished by then; 10 s are three retransmissions (RFC 6298). */
export const handshakeMs = 10_000;
/** How long a connection may take for the headers of a request, and how often that is checked, in milliseconds. */
export const headersTimeoutMs = 20_000;
export const connectionsCheckMs = 5_000;
/** How long a whole request may take to come: a table of 20 MiB over 0.6 Mbit/s. Milliseconds. */
export const requestTimeoutMs = 300_000;

/** What a TCP connection is used for; `silent` until its first whole request. */
type Use = 'silent' | 'requests' | 'upgraded';

/** The parts of a socket that are needed; stand-ins serve in tests. */
export interface RawSocket {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

interface Connection {
  socket: RawSocket;
  address: string;
  use: Use;
  /** Nobody who is signed in has asked for anything over it, nor was a WebSocket opened. */
  isStranger: boolean;
}

/**
 * Shares out the TCP connections of all doors of a hub. Where there are too many, a silent one of the address that has most goes
 * first, then one of a stranger, then one between two requests; a WebSocket that was taken never goes for a new connection. Of each
 * address some places are kept for who is signed in. This machine's own addresses and named proxies speak for many, so that only the
 * caps of all addresses apply to them.
 */
export interface RawConnections {
  /** `isKnown`: whether a request shows what somebody is signed in with. */
  watch(server: Server | TlsServer, isKnown?: (request: IncomingMessage) => boolean): void;
  opened(socket: RawSocket): void;
  /** A request came over it. Who was known once stays known. */
  used(socket: RawSocket, use: Exclude<Use, 'silent'>, isStranger?: boolean): void;
  count(): number;
}

export function createRawConnections(options: {
  caps?: ConnectionCaps;
  isProxy?(address: string): boolean;
}): RawConnections {
  const { caps = connectionCaps, isProxy = () => false } = options;
  /** In the order of their arrival. TLS wraps a socket into another object, which has the same address and port. */
  const connections = new Map<string, Connection>();
  const speaksForMany = (address: string): boolean => isLoopback(address) || isProxy(address);

  const end = (connection: Connection | undefined): void => {
    if (connection === undefined) return;
    connections.delete(keyOf(connection.socket));
    connection.socket.destroy();
  };
  const oldest = (use: Use, address?: string, onlyStrangers = false): Connection | undefined => {
    for (const one of connections.values()) {
      const isOf = one.use === use && (address === undefined || one.address === address);
      if (isOf && (!onlyStrangers || one.isStranger)) return one;
    }
    return undefined;
  };
  /** Of the strangers of an address: of those that have asked and those that have not, who are more lose one. */
  const strangerToEnd = (address: string | undefined, newest: Connection): Connection | undefined => {
    let silent = 0;
    let asking = 0;
    for (const one of connections.values()) {
      if (!one.isStranger || (address !== undefined && one.address !== address)) continue;
      if (one.use === 'silent') silent += 1;
      else asking += 1;
    }
    const first = oldest('silent', address);
    const asked = oldest('requests', address, true) ?? oldest('upgraded', address, true);
    const quiet = first === newest ? undefined : first;
    return asking > silent ? (asked ?? quiet) : (quiet ?? asked);
  };
  const strangersOf = (address: string): number => {
    let count = 0;
    for (const one of connections.values()) if (one.isStranger && one.address === address) count += 1;
    return count;
  };
  const countsOf = (silentOnly: boolean): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { address, use } of connections.values()) {
      if (!silentOnly || use === 'silent') counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    return counts;
  };
  const addressWithMost = (counts: ReadonlyMap<string, number>): string | undefined =>
    [...counts].reduce<[string, number] | undefined>(
      (most, one) => (most === undefined || one[1] > most[1] ? one : most),
      undefined,
    )?.[0];

  const makeRoom = (newest: Connection): void => {
    const { address } = newest;
    const silent = countsOf(true);
    if (!speaksForMany(address)) {
      if ((silent.get(address) ?? 0) > caps.silentOfAddress) return end(oldest('silent', address));
      const forStrangers = caps.ofAddress - (caps.reservedOfAddress ?? 0);
      if (strangersOf(address) > forStrangers) return end(strangerToEnd(address, newest) ?? newest);
      if ((countsOf(false).get(address) ?? 0) > caps.ofAddress) {
        return end(strangerToEnd(address, newest) ?? oldest('requests', address) ?? newest);
      }
    }
    let silentCount = 0;
    for (const count of silent.values()) silentCount += count;
    if (silentCount > caps.silent) return end(oldest('silent', addressWithMost(silent)));
    if (connections.size > caps.all) {
      const most = addressWithMost(countsOf(false));
      end(strangerToEnd(most, newest) ?? oldest('requests', most) ?? newest);
    }
  };

  const opened = (socket: RawSocket): void => {
    const key = keyOf(socket);
    const connection: Connection = { socket, address: addressOf(socket), use: 'silent', isStranger: true };
    connections.set(key, connection);
    socket.once('close', () => {
      if (connections.get(key) === connection) connections.delete(key);
    });
    // Counting costs time, and most hubs never have so many.
    if (connections.size > Math.min(caps.silentOfAddress, caps.silent)) makeRoom(connection);
  };
  const used = (socket: RawSocket, use: Exclude<Use, 'silent'>, isStranger = false): void => {
    const connection = connections.get(keyOf(socket));
    if (connection === undefined) return;
    connection.use = use;
    connection.isStranger &&= isStranger;
  };
  return {
    opened,
    used,
    watch(server, isKnown = () => true) {
      const asked = (request: IncomingMessage, use: Exclude<Use, 'silent'>): void => {
        noteForwardedAddress(request, isProxy);
        const isStranger = connections.get(keyOf(request.socket))?.isStranger !== false && !isKnown(request);
        used(request.socket, use, isStranger);
      };
      server.on('connection', opened);
      server.prependListener('request', (request) => asked(request, 'requests'));
      server.prependListener('upgrade', (request) => asked(request, 'upgraded'));
    },
    count: () => connections.size,
  };
}

function addressOf({ remoteAddress = '' }: RawSocket): string {
  return plainAddress(remoteAddress);
}

function keyOf(socket: RawSocket): string {
  return `${addressOf(socket)} ${socket.remotePort}`;
}

/** Whether an address is this machine's own: a proxy here speaks for many. It opens no door. */
function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}
