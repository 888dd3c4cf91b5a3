import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { types } from 'mediasoup';

/** What a bundle begins with; `scripts/media-worker/additions/PacketBundle.hpp` reads it. */
const bundleMark = Buffer.from('MCB1');
const lengthBytes = 2;
/** A UDP datagram holds 65,507 bytes, and the loopback interface carries it in one piece. */
const maxBundleBytes = 60 * 1024;

/** Packets on their way to media workers of this machine. */
export interface PacketBundler {
  /** Sends a packet by a connected socket, at the latest at the end of this turn of the event loop. It is copied. */
  send(socket: Pick<Socket, 'send'>, packet: Buffer): void;
  /** Sends what waits; to be called before a socket is closed. */
  flush(): void;
}

/**
 * Puts the packets that one stream sends in a turn of the event loop, usually those of a picture, into one datagram. A
 * system call and a wake-up of the media worker for each packet were half of what a watched stream cost. Streams are
 * read one after the other, so one bundle is under way at a time.
 */
export function createPacketBundler(): PacketBundler {
  const bundle = Buffer.allocUnsafeSlow(maxBundleBytes);
  bundleMark.copy(bundle);
  let used = bundleMark.length;
  let packets = 0;
  let target: Pick<Socket, 'send'> | undefined;
  let isFlushDue = false;

  const flush = (): void => {
    const socket = target;
    if (socket === undefined) return;
    const from = packets === 1 ? bundleMark.length + lengthBytes : 0;
    const datagram = bundle.subarray(from, used);
    target = undefined;
    used = bundleMark.length;
    packets = 0;
    // A connected socket hands the bytes to the kernel before `send` returns.
    socket.send(datagram);
  };
  const flushAtEnd = (): void => {
    isFlushDue = false;
    flush();
  };

  return {
    send(socket, packet) {
      if (target !== socket || used + lengthBytes + packet.length > maxBundleBytes) flush();
      target = socket;
      bundle[used] = packet.length >>> 8;
      bundle[used + 1] = packet.length;
      bundle.set(packet, used + lengthBytes);
      used += lengthBytes + packet.length;
      packets += 1;
      if (isFlushDue) return;
      isFlushDue = true;
      setImmediate(flushAtEnd);
    },
    flush,
  };
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
    comedia: true,
  });
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  try {
    socket.connect(transport.tuple.localPort, '127.0.0.1');
    await once(socket, 'connect');
    const bundler = createPacketBundler();
    for (const packet of probePackets) bundler.send(socket, packet);
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
