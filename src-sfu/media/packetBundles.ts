import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { types } from 'mediasoup';

/** What a bundle begins with; `scripts/media-worker/additions/PacketBundle.hpp` reads it. */
const bundleMark = Buffer.from('MCB2');
/** The mark, and the number of the bundle, by which the worker keeps the order of those that it reads from several sockets. */
const bundleHeadBytes = bundleMark.length + 4;
/** Before each packet: the port of the transport that it is for, and its length, 2 bytes each. */
const headBytes = 4;
/** A UDP datagram holds 65,507 bytes, and the loopback interface carries it in one piece. */
const maxBundleBytes = 60 * 1024;
/**
 * After a bundle left, the next one waits so long, in milliseconds. Hundreds of watched cameras send a picture every few hundred
 * microseconds; those of 2 ms share a system call and a wake-up. A picture that comes after a rest is not held up.
 */
const restMs = 2;

/** Where packets go: a transport of a media worker of this machine, and the socket that is connected to it. */
export interface BundleTarget {
  socket: Pick<Socket, 'send'>;
  /** The port of the transport on the loopback interface. */
  port: number;
}

/** Packets on their way to one media worker of this machine. */
export interface PacketBundler {
  /** Sends a packet, at the latest 2 ms after the end of this turn of the event loop. It is copied. */
  send(target: BundleTarget, packet: Buffer): void;
  /** Sends what waits; to be called before a socket is closed. */
  flush(): void;
}

/**
 * Puts the packets that streams send within a short time into one datagram, those of one picture or of the pictures of several
 * cameras. A system call and a wake-up of the media worker for each packet were half of what a watched stream cost; sharing those
 * of a picture with other cameras saved 5 % of the rest (`ingest.cpu.watched.main`, 300 streams). The datagram goes through the socket of its first packet: so what waits in the kernel lies in
 * the buffers of many sockets, as if each stream sent by itself.
 */
export function createPacketBundler(nowMs: () => number = () => performance.now()): PacketBundler {
  const bundle = Buffer.allocUnsafeSlow(maxBundleBytes);
  bundleMark.copy(bundle);
  let used = bundleHeadBytes;
  let number = 0;
  let through: BundleTarget['socket'] | undefined;
  let isFlushDue = false;
  let sentAtMs = Number.NEGATIVE_INFINITY;

  const flush = (): void => {
    const socket = through;
    if (socket === undefined) return;
    bundle.writeUInt32BE(number, bundleMark.length);
    const datagram = bundle.subarray(0, used);
    number = (number + 1) >>> 0;
    through = undefined;
    used = bundleHeadBytes;
    sentAtMs = nowMs();
    // A connected socket hands the bytes to the kernel before `send` returns.
    socket.send(datagram);
  };
  const flushNow = (): void => {
    isFlushDue = false;
    flush();
  };
  const flushAtEnd = (): void => {
    const waitMs = sentAtMs + restMs - nowMs();
    if (waitMs > 0) setTimeout(flushNow, waitMs);
    else flushNow();
  };

  return {
    send({ socket, port }, packet) {
      const { length } = packet;
      if (used + headBytes + length > maxBundleBytes) flush();
      through ??= socket;
      bundle[used] = port >>> 8;
      bundle[used + 1] = port;
      bundle[used + 2] = length >>> 8;
      bundle[used + 3] = length;
      bundle.set(packet, used + headBytes);
      used += headBytes + length;
      if (isFlushDue) return;
      isFlushDue = true;
      setImmediate(flushAtEnd);
    },
    flush,
  };
}

const bundlers = new WeakMap<object, PacketBundler>();

/**
 * The bundler of a worker, which all streams to it share, of whichever part of the hub: the worker orders what it reads by one count.
 * One that takes a dead one's place counts from the beginning, and so does its bundler.
 */
export function packetBundlerOf(worker: object): PacketBundler {
  const bundler = bundlers.get(worker) ?? createPacketBundler();
  bundlers.set(worker, bundler);
  return bundler;
}

const probePackets = [Buffer.alloc(20), Buffer.alloc(30)];
const probeTries = 50;
const probeIntervalMs = 2;

/**
 * Whether a router's media worker takes bundles apart: those built here do, those that mediasoup's makers publish do not.
 * The worker's count of received packets shows it.
 */
export async function takesBundles(router: Pick<types.Router, 'createPlainTransport'>): Promise<boolean> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: false,
  });
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  try {
    const port = transport.tuple.localPort;
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
    const bundler = createPacketBundler();
    for (const packet of probePackets) bundler.send({ socket, port }, packet);
    bundler.flush();
    for (let tries = 0; tries < probeTries; tries += 1) {
      const received = (await transport.getStats())[0]?.bytesReceived ?? 0;
      if (received > 0) return received === probePackets.reduce((sum, { length }) => sum + length, 0);
      await delay(probeIntervalMs);
    }
    return false;
  } finally {
    socket.close();
    transport.close();
  }
}
