import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Announcement } from '../../../features/onvif/onvif.ports.ts';
import { followAnnounced } from './deviceAddress.ts';
import { discoveryGroup, discoveryPort, probeMessage, readProbeMatches } from './discoveryMessages.ts';

export interface DiscoveryOptions {
  /** IPv4 addresses of this machine, each of whose networks is asked; left out: none is asked by multicast. */
  interfaces: readonly string[];
  /** Addresses that are asked one by one. */
  hosts?: readonly string[];
  /** Where devices listen; another one in tests only. */
  port?: number;
  onAnnounced(announcement: Announcement): void;
  signal?: AbortSignal;
}

/** Probes get lost: each network is asked three times. */
const rounds = 3;
const roundEveryMs = 500;
/** Devices answer within half a second and slow ones within two. Milliseconds after the last probe. */
const listenMs = 2_000;
/** Answers of one search, and of one sender, that are read: three for each probe and interface are usual. */
const maxAnswers = 20_000;
const maxAnswersOfSender = 40;
/** Devices behind one address: a recorder announces its channels so. */
const maxDevicesOfSender = 16;
/** Many devices answer in the same moment. Bytes. */
const receiveBufferBytes = 1024 * 1024;
const hostsPerBurst = 64;

/**
 * The interfaces whose networks a hub asks that listens at `host`: every one, for cameras are often in a network in which no desk is, and this machine
 * itself. A hub that is for this machine alone, without a proxy before it, asks nobody else.
 */
export function askedInterfaces(host: string, { isBehindProxy }: { isBehindProxy: boolean }): string[] {
  if (isBehindProxy) return [...ownInterfaces(), '127.0.0.1'];
  if (host === 'localhost' || host === '::1') return ['127.0.0.1'];
  return host.startsWith('127.') ? [host] : [...ownInterfaces(), '127.0.0.1'];
}

/** The IPv4 addresses of this machine by which other machines are reached. */
export function ownInterfaces(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Asks for devices by WS-Discovery, and resolves when nothing more is expected. An interface that cannot be used is left out. */
export async function discoverDevices(options: DiscoveryOptions): Promise<void> {
  const { interfaces, hosts = [], port = discoveryPort, onAnnounced, signal } = options;
  const probes = Array.from({ length: rounds }, (): string => randomUUID());
  const counts = new Map<string, number>();
  const devices = new Map<string, Set<string>>();
  const own = new Set(ownInterfaces());
  const asked = new Set(hosts);
  let answers = 0;
  /** A sender is easily forged: only who was asked there is heard, and this machine is not asked by a word from outside. */
  const take = (message: Buffer, sender: string, isAsked: boolean): void => {
    if (!isAsked) return;
    const count = (counts.get(sender) ?? 0) + 1;
    answers += 1;
    if (answers > maxAnswers || count > maxAnswersOfSender) return;
    counts.set(sender, count);
    const read = readProbeMatches(message);
    if (read === undefined || !probes.includes(read.answers)) return;
    for (const { addresses, ...match } of read.matches) {
      const place = followAnnounced(addresses, sender);
      if (place === undefined) continue;
      const known = devices.get(sender) ?? new Set();
      devices.set(sender, known.add(match.endpoint ?? addresses.join(' ')));
      if (known.size > maxDevicesOfSender) return;
      // An address of this machine is accepted where the search named it.
      const isOwn = own.has(sender) && !asked.has(sender);
      const byTls = followAnnounced(addresses, sender, ['https']);
      const isBoth = typeof place === 'object' && place.tls === undefined && typeof byTls === 'object';
      onAnnounced({
        ...match,
        sender,
        place: isOwn ? 'not_allowed' : place,
        ...(isBoth && !isOwn ? { placeByTls: byTls } : {}),
      });
    }
  };
  const sockets = await Promise.all([
    ...interfaces.map((address) => {
      const network = networkOf(address);
      return openSocket(address, (message, sender) => take(message, sender, network.check(sender)));
    }),
    ...(hosts.length === 0
      ? []
      : [openSocket('0.0.0.0', (message, sender) => take(message, sender, asked.has(sender)))]),
  ]);
  const multicast = sockets.slice(0, interfaces.length);
  const unicast = sockets[interfaces.length];
  try {
    for (const [round, messageId] of probes.entries()) {
      const message = probeMessage(messageId, round);
      for (const socket of multicast) socket?.send(message, port, discoveryGroup, ignored);
      for (let start = 0; start < hosts.length; start += hostsPerBurst) {
        for (const host of hosts.slice(start, start + hostsPerBurst))
          unicast?.send(message, port, host, ignored);
        await pause(5, signal);
      }
      await pause(round + 1 < rounds ? roundEveryMs : listenMs, signal);
    }
  } finally {
    for (const socket of sockets) socket?.close();
  }
}

/** The network of an interface; it holds nothing where the interface is gone. */
function networkOf(address: string): BlockList {
  const network = new BlockList();
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((one) => one.address === address && one.family === 'IPv4');
  const bits = Number(found?.cidr?.split('/')[1] ?? Number.NaN);
  if (bits >= 1 && bits <= 32) network.addSubnet(address, bits, 'ipv4');
  return network;
}

/** What cannot be sent is like a probe that was lost. */
function ignored(): void {
  return undefined;
}

function openSocket(
  address: string,
  take: (message: Buffer, sender: string) => void,
): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: receiveBufferBytes });
    socket.on('error', () => {
      // An interface may vanish while it is asked.
      resolve(undefined);
    });
    socket.on('message', (message, { address: sender }) => take(message, sender));
    socket.bind({ address, port: 0 }, () => {
      try {
        if (address !== '0.0.0.0') socket.setMulticastInterface(address);
        socket.setMulticastTTL(1);
        resolve(socket);
      } catch {
        socket.close();
        resolve(undefined);
      }
    });
  });
}

/** Resolves after this time, or when the search is over. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}
