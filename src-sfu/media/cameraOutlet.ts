import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { types } from 'mediasoup';
import { playoutDelayExtension } from './ingest/playoutDelay.ts';
import { cameraVideoCodec } from './routerCodecs.ts';
import type { MediaWorker } from './workerPool.ts';

/** A stream's place on one worker: the transport its RTP goes into, and what consumers are made from. */
export interface Outlet {
  worker: MediaWorker;
  transport: types.PlainTransport;
  /** The port of the transport, to which the socket is connected. */
  port: number;
  socket: Socket;
  video: types.Producer;
  audio?: types.Producer;
}

/** RFC 4585, 6.3.1: feedback about the payload, with the format "picture loss". */
const payloadFeedback = 206;
const pictureLoss = 1;
/** A media worker that stands still for longer has lost what came meanwhile in any case. */
const unreadMs = 500;

/**
 * Takes a place on the worker: a transport, the socket that sends into it, and the producer of the video. `onKeyPictureWanted` is
 * called when the worker asks for a key picture, because a viewer is new or has lost something.
 */
export async function openOutlet(
  worker: MediaWorker,
  videoSsrc: number,
  onKeyPictureWanted: () => void,
): Promise<Outlet> {
  const transport = await worker.router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: false,
  });
  const port = transport.tuple.localPort;
  const socket = createSocket('udp4');
  try {
    // An error of a single datagram (the worker died, its port is gone) must not end the hub.
    socket.on('error', () => undefined);
    socket.on('message', (rtcp) => {
      if (rtcp.length < 12 || rtcp[1] !== payloadFeedback || ((rtcp[0] ?? 0) & 0x1f) !== pictureLoss) return;
      onKeyPictureWanted();
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.connect(port, '127.0.0.1');
    await Promise.all([
      once(socket, 'connect'),
      transport.connect({ ip: '127.0.0.1', port: socket.address().port }),
    ]);
    const { mimeType, payloadType, clockRate, parameters } = cameraVideoCodec;
    const video = await transport.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [
          {
            mimeType,
            payloadType,
            clockRate,
            parameters,
            rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          },
        ],
        encodings: [{ ssrc: videoSsrc }],
        headerExtensions: [playoutDelayExtension],
      },
    });
    return { worker, transport, port, socket, video };
  } catch (error) {
    socket.close();
    transport.close();
    throw error;
  }
}

/**
 * Ends the stream at once, and its place a little later: packets of other streams that went through its socket (packetBundles.ts)
 * may be unread in the worker.
 */
export function closeOutlet({ transport, socket, video, audio }: Outlet): void {
  video.close();
  audio?.close();
  setTimeout(() => {
    transport.close();
    socket.close();
  }, unreadMs).unref();
}
