import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { cameraCapabilities } from '../../src-sfu/media/cameraCapabilities.ts';
import { routerCodecs } from '../../src-sfu/media/routerCodecs.ts';
import { mediaWorkerBinary } from '../support/processes.ts';
import { busySecondsOfCore, cpuSecondsOf, pinToCore, unpin } from '../support/processorCores.ts';
import { startCameraFeed } from './cameraFeed.ts';
import { singleFigure, type Bench } from './figures.ts';

const workerCore = 1;
const otherCore = 0;
const streamKbps = 500;
/** As many cameras as a wall shows at most, and as many consumers a receiving end as such a wall has. */
const cameras = 64;
const consumersPerReceiver = 64;
const firstStep = 320;
const largeStep = 320;
const fineFrom = 1_280;
const smallStep = 64;
const mostConsumers = 3_200;
const settleMs = 3_000;
const measuredMs = 10_000;
const highestCpuShare = 0.8;
/** The suite that Chromium and mediasoup agree on by DTLS; the length of its key and salt. */
const srtp = { cryptoSuite: 'AEAD_AES_256_GCM', keyBytes: 44 } as const;

/**
 * `sfu.consumers`: consumers of one media worker, each of 500 kbit/s, below 80 % of a core over 10 s with none of their
 * packets lost. The worker is the product's own on a core of its own, fed by 64 cameras. Its consumers send SRTP with
 * the suite that browsers agree on, 64 to a receiving end as to a wall's page; the receiving ends are PlainTransports
 * with SRTP keys given beforehand instead of browsers with DTLS, which would need more processor time than they leave
 * the worker. What is left out with them is one handshake and about 20 small reports a second for each page. One of the
 * receiving ends is read, and its packets are counted by sequence number; the kernel drops what the others get.
 */
export const benchSfu: Bench = async (report, progress) => {
  const worker = await mediasoup.createWorker({ logLevel: 'error', workerBin: mediaWorkerBinary() });
  const sink = await startSink(Math.ceil(mostConsumers / consumersPerReceiver));
  const reader = await startReader();
  try {
    pinToCore(worker.pid, workerCore);
    pinToCore(process.pid, otherCore);
    const router = await worker.createRouter({ mediaCodecs: routerCodecs });
    const rtpCapabilities = cameraCapabilities(router.rtpCapabilities);
    const feed = await startCameraFeed(router, cameras, streamKbps);
    const transports: types.PlainTransport[] = [];
    let best = 0;
    for (let wanted = firstStep, open = 0; wanted <= mostConsumers;) {
      for (; open < wanted; open += 1) {
        if (open % consumersPerReceiver === 0) {
          const port = transports.length === 0 ? reader.port : sink.ports[transports.length];
          transports.push(await openReceiver(router, port ?? 0));
        }
        const producer = feed.producers[open % cameras];
        const transport = transports.at(-1);
        if (producer === undefined || transport === undefined) throw new Error('nothing to consume');
        await transport.consume({ producerId: producer.id, rtpCapabilities });
      }
      const step = await measure(worker.pid, feed.producers, transports, reader, wanted, progress);
      if (step.cpuShare > highestCpuShare || step.lost > 0) break;
      best = wanted;
      wanted += wanted < fineFrom ? largeStep : smallStep;
    }
    feed.close();
    if (best === 0) throw new Error(`one worker did not carry ${firstStep} consumers`);
    report(singleFigure('sfu.consumers', 'count', best, best));
  } finally {
    unpin(process.pid);
    reader.close();
    sink.child.kill('SIGKILL');
    worker.close();
  }
};

async function measure(
  workerPid: number,
  producers: types.Producer[],
  transports: types.PlainTransport[],
  reader: Reader,
  consumers: number,
  progress: (text: string) => void,
): Promise<{ cpuShare: number; lost: number }> {
  await delay(settleMs);
  const look = async () => ({
    atMs: performance.now(),
    cpuSeconds: cpuSecondsOf(workerPid),
    coreSeconds: busySecondsOfCore(workerCore),
    lostBefore: await lostByProducers(producers),
    lostAfter: reader.lost(),
    bytes: await bytesSent(transports),
  });
  const before = await look();
  await delay(measuredMs);
  const after = await look();
  const seconds = (after.atMs - before.atMs) / 1000;
  const cpuShare = (after.cpuSeconds - before.cpuSeconds) / seconds;
  const kbps = ((after.bytes - before.bytes) * 8) / 1000 / seconds / consumers;
  const lost = after.lostBefore - before.lostBefore + after.lostAfter - before.lostAfter;
  const others = (after.coreSeconds - before.coreSeconds) / seconds - cpuShare;
  progress(
    `  ${consumers} consumers of ${Math.round(kbps)} kbit/s: ${Math.round(cpuShare * 100)} % of the core ` +
      `(others ${Math.round(others * 100)} %), ${lost} packets lost`,
  );
  if (kbps < streamKbps * 0.95) return { cpuShare, lost: Math.max(lost, 1) };
  return { cpuShare, lost };
}

async function openReceiver(router: types.Router, port: number): Promise<types.PlainTransport> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: false,
    enableSrtp: true,
    srtpCryptoSuite: srtp.cryptoSuite,
  });
  await transport.connect({
    ip: '127.0.0.1',
    port,
    srtpParameters: {
      cryptoSuite: srtp.cryptoSuite,
      keyBase64: randomBytes(srtp.keyBytes).toString('base64'),
    },
  });
  return transport;
}

async function lostByProducers(producers: types.Producer[]): Promise<number> {
  const stats = await Promise.all(producers.map((producer) => producer.getStats()));
  return stats.flat().reduce((sum, { packetsLost }) => sum + packetsLost, 0);
}

async function bytesSent(transports: types.PlainTransport[]): Promise<number> {
  const stats = await Promise.all(transports.map((transport) => transport.getStats()));
  return stats.flat().reduce((sum, { rtpBytesSent }) => sum + rtpBytesSent, 0);
}

async function startSink(ports: number): Promise<{ child: ChildProcess; ports: number[] }> {
  const script = fileURLToPath(new URL('./packetSink.ts', import.meta.url));
  const child = spawn(process.execPath, [script, String(ports)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await once(child, 'message')) as [number[]];
  return { child, ports: message };
}

interface Reader {
  port: number;
  /** Packets that never came, by the sequence numbers of each stream; SRTP leaves the header in the clear. */
  lost(): number;
  close(): void;
}

async function startReader(): Promise<Reader> {
  const socket: Socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const streams = new Map<number, { next: number; missing: number }>();
  socket.on('message', (packet) => {
    // RTCP, which shares the port (RFC 5761, section 4), has packet types 192 to 223.
    const type = packet[1] ?? 0;
    if (packet.length < 12 || (type >= 192 && type <= 223)) return;
    const sequence = packet.readUInt16BE(2);
    const source = packet.readUInt32BE(8);
    const stream = streams.get(source);
    if (stream === undefined) {
      streams.set(source, { next: (sequence + 1) & 0xffff, missing: 0 });
      return;
    }
    const ahead = (sequence - stream.next) & 0xffff;
    if (ahead >= 0x8000) {
      // One that was passed on the way and counted as missing.
      stream.missing -= 1;
      return;
    }
    stream.missing += ahead;
    stream.next = (sequence + 1) & 0xffff;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    lost: () => [...streams.values()].reduce((sum, { missing }) => sum + missing, 0),
    close: () => socket.close(),
  };
}
