import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { types } from 'mediasoup';
import type { MediaWorker } from '../../../src-sfu/media/workerPool.ts';
import { eventually } from '../../support/processes.ts';

/** A client that sends Opus whenever it likes, over real UDP into a real worker. */
export interface Sender {
  producer: types.Producer;
  /** Where the worker takes its packets. */
  port: number;
  /** Sends so many packets that say `mark`, and waits until the worker has taken them all. */
  send(count: number, mark: string): Promise<void>;
  close(): void;
}

/** A listener that counts the packets that reach it, by what they say. */
export interface Listener {
  received: { mark: string; sequence: number; timestamp: number }[];
  of(mark: string): number;
  close(): void;
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

export async function openSender({ router }: MediaWorker, ssrc: number): Promise<Sender> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    comedia: true,
    rtcpMux: true,
  });
  const producer = await transport.produce({
    kind: 'audio',
    paused: true,
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc }],
    },
  });
  const socket = await openSocket();
  let sequence = ssrc & 0xffff;
  let timestamp = ssrc;
  let sent = 0;
  return {
    producer,
    port: transport.tuple.localPort,
    async send(count, mark) {
      for (let index = 0; index < count; index += 1) {
        const packet = Buffer.alloc(12 + mark.length);
        packet[0] = 0x80;
        packet[1] = 100;
        packet.writeUInt16BE((sequence = (sequence + 1) & 0xffff), 2);
        packet.writeUInt32BE((timestamp = (timestamp + 960) >>> 0), 4);
        packet.writeUInt32BE(ssrc, 8);
        packet.write(mark, 12);
        socket.send(packet, transport.tuple.localPort, '127.0.0.1');
      }
      sent += count;
      await eventually('the worker has taken every packet', async () => {
        const stats = await producer.getStats();
        return stats.some(({ packetCount }) => packetCount >= sent);
      });
    },
    close() {
      socket.close();
      transport.close();
    },
  };
}

export async function openListener({ router }: MediaWorker, producerId: string): Promise<Listener> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
  });
  const socket = await openSocket();
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  const received: Listener['received'] = [];
  socket.on('message', (packet) => {
    // RTCP shares the port: its packet types are these (RFC 5761, 4).
    const type = packet[1] ?? 0;
    if (type >= 192 && type <= 223) return;
    const hasExtension = ((packet[0] ?? 0) & 0x10) !== 0;
    const start = hasExtension ? 16 + packet.readUInt16BE(14) * 4 : 12;
    received.push({
      mark: packet.subarray(start).toString(),
      sequence: packet.readUInt16BE(2),
      timestamp: packet.readUInt32BE(4),
    });
  });
  await transport.consume({ producerId, rtpCapabilities: router.rtpCapabilities, paused: false });
  return {
    received,
    of: (mark) => received.filter((packet) => packet.mark === mark).length,
    close() {
      socket.close();
      transport.close();
    },
  };
}
