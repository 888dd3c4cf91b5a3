import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { types } from 'mediasoup';
import { cameraVideoCodec } from '../../src-sfu/media/routerCodecs.ts';
import { loopFrames } from '../../src-shared/simulation/frameStrip.ts';
import { openClipLibrary, videoPayloadType } from '../../src-sim/media/clip.ts';
import { addressPackets, splitDatagrams, type PreparedPackets } from '../../src-sim/rtsp/packetiser.ts';
import { clipFolder, scenes } from '../../src-sim/scenes/catalogue.ts';

const tickMs = 5;

/** One producer and the packets that go into it. */
interface Source {
  producer: types.Producer;
  socket: Socket;
  ssrc: number;
  pictures: readonly PreparedPackets[];
  frameMs: number;
  /** Frames sent, from where in the loop on. */
  sent: number;
  firstFrame: number;
  sequence: number;
  startedAtMs: number;
}

/** Producers fed with kitchen pictures at an exact bit rate, spread evenly over time. */
export interface CameraFeed {
  producers: types.Producer[];
  close(): void;
}

/**
 * Feeds producers on a router with the simulated kitchens' H.264, each through a PlainTransport of its own as the hub
 * does it. The pictures' pace is set so that the RTP comes to `kbps`.
 */
export async function startCameraFeed(
  router: types.Router,
  count: number,
  kbps: number,
): Promise<CameraFeed> {
  const clips = openClipLibrary(clipFolder());
  const loops = scenes.map(({ id }) => {
    const clip = clips({ scene: id, show: 'normal', stream: 'sub', encoding: 'h264' });
    const pictures = Array.from({ length: loopFrames }, (_unused, index) => clip.packets(index, true));
    // Each packet has 4 bytes before it that are not sent.
    const bytes = pictures.reduce(
      (sum, { template, offsets }) => sum + template.length - 4 * offsets.length,
      0,
    );
    return { pictures, frameMs: (bytes * 8) / kbps / loopFrames };
  });
  const sources: Source[] = [];
  for (let index = 0; index < count; index += 1) {
    const loop = loops[index % loops.length];
    if (loop === undefined) throw new Error('there are no kitchen scenes');
    const phase = index / count;
    sources.push({
      ...(await openProducer(router, 1_000 + index)),
      ...loop,
      sent: 0,
      firstFrame: Math.floor(phase * loopFrames),
      sequence: 0,
      startedAtMs: performance.now() + phase * loop.frameMs,
    });
  }
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const source of sources) sendDue(source, nowMs);
  }, tickMs);
  return {
    producers: sources.map(({ producer }) => producer),
    close() {
      clearInterval(timer);
      for (const { socket } of sources) socket.close();
    },
  };
}

function sendDue(source: Source, nowMs: number): void {
  const due = Math.floor((nowMs - source.startedAtMs) / source.frameMs);
  for (; source.sent < due; source.sent += 1) {
    const picture = source.pictures[(source.firstFrame + source.sent) % source.pictures.length];
    if (picture === undefined) return;
    const packets = addressPackets(picture, {
      channel: 0,
      firstSequence: source.sequence,
      timestamp: Math.round(source.sent * source.frameMs * 90) >>> 0,
      source: source.ssrc,
    });
    source.sequence += picture.offsets.length;
    for (const packet of splitDatagrams(packets, picture.offsets)) source.socket.send(packet);
  }
}

async function openProducer(
  router: types.Router,
  ssrc: number,
): Promise<{ producer: types.Producer; socket: Socket; ssrc: number }> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: false,
  });
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.connect(transport.tuple.localPort, '127.0.0.1');
  await once(socket, 'connect');
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  const { mimeType, clockRate, parameters } = cameraVideoCodec;
  const producer = await transport.produce({
    kind: 'video',
    rtpParameters: {
      codecs: [{ mimeType, payloadType: videoPayloadType, clockRate, parameters }],
      encodings: [{ ssrc }],
    },
  });
  return { producer, socket, ssrc };
}
