import type { types } from 'mediasoup';
import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import type { WhepMedia } from '../../features/whep/whep.ports.ts';
import { describeTransport } from '../consumerDescriptions.ts';
import type { ProducerDirectory } from '../producerDirectory.ts';
import { cameraVideoCodec } from '../routerCodecs.ts';
import { readIceFragment, writeIceFragment } from '../whip/iceFragment.ts';
import { createNumberedRouters, type NumberedPicture } from './numberedRouters.ts';
import { writeWhepAnswer } from './whepAnswer.ts';
import { readWhepOffer } from './whepOffer.ts';

interface Known {
  transport: types.WebRtcTransport;
  description: TransportDescription;
  media: { kind: string; mid: string | undefined };
  picture: NumberedPicture;
}

/** Without bandwidth estimation, as a camera's stream has one size (cameraCapabilities.ts). */
const feedback = [
  { type: 'nack', parameter: '' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];

const unavailable = (message: string): OfferRefusal => ({
  ok: false,
  status: 503,
  code: 'unavailable',
  message,
});

/** WHEP over the streams of cameras: each session has a transport of its own, with one consumer. */
export function createWhepMedia(
  producers: Pick<ProducerDirectory, 'find' | 'catchUp'>,
  pathChanged: (connectionId: string, state: 'connected' | 'disconnected' | 'closed') => void,
): WhepMedia {
  const sessions = new Map<string, Known>();
  const routers = createNumberedRouters();

  const stop = (connectionId: string): void => {
    const known = sessions.get(connectionId);
    sessions.delete(connectionId);
    known?.transport.close();
    known?.picture.release();
  };

  const follow = (connectionId: string, transport: types.WebRtcTransport): void => {
    const notify = (state: 'connected' | 'disconnected' | 'closed'): void => {
      if (sessions.get(connectionId)?.transport === transport) pathChanged(connectionId, state);
    };
    transport.on('icestatechange', (state) => {
      if (state === 'disconnected') notify('disconnected');
      else if (transport.dtlsState === 'connected') notify('connected');
    });
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') notify('connected');
      else if (state === 'closed' || state === 'failed') notify('closed');
    });
    transport.observer.once('close', () => notify('closed'));
  };

  return {
    async start(connectionId, streamId, text) {
      const read = readWhepOffer(text);
      if (!read.ok) return read;
      const { offer } = read;
      const produced = await producers.find(streamId, 'video');
      if (produced === undefined) return unavailable('The camera is being opened. Try again in a second.');
      const { worker, producerId } = produced;
      let picture: NumberedPicture | undefined;
      let transport: types.WebRtcTransport | undefined;
      try {
        picture = await routers.take(worker, producerId, offer.payloadType);
        transport = await picture.router.createWebRtcTransport({
          webRtcServer: worker.webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          iceConsentTimeout: 20,
        });
        const consumer = await transport.consume({
          producerId: picture.producerId,
          paused: true,
          rtpCapabilities: {
            codecs: [
              {
                kind: 'video',
                mimeType: cameraVideoCodec.mimeType,
                clockRate: cameraVideoCodec.clockRate,
                preferredPayloadType: offer.payloadType,
                parameters: cameraVideoCodec.parameters,
                rtcpFeedback: feedback,
              },
            ],
            headerExtensions: [],
          },
        });
        const description = describeTransport(transport, worker.workerId);
        const mid = offer.sections[offer.pictureIndex]?.mid;
        sessions.set(connectionId, { transport, description, media: { kind: 'video', mid }, picture });
        follow(connectionId, transport);
        // The media worker drops packets for a transport that is not connected yet, so the picture begins afterwards.
        transport.on('dtlsstatechange', (state) => {
          if (state !== 'connected') return;
          consumer.resume().then(
            () => producers.catchUp(streamId, 0),
            () => pathChanged(connectionId, 'closed'),
          );
        });
        consumer.on('producerclose', () => pathChanged(connectionId, 'closed'));
        await transport.connect({ dtlsParameters: offer.dtls as types.DtlsParameters });
        const { encodings = [], rtcp } = consumer.rtpParameters;
        return {
          ok: true,
          ice: offer.ice,
          answer: writeWhepAnswer(offer, description, {
            ssrc: encodings[0]?.ssrc ?? 0,
            cname: rtcp?.cname ?? 'mingchu',
            feedback,
          }),
        };
      } catch (error) {
        sessions.delete(connectionId);
        transport?.close();
        picture?.release();
        return unavailable(`The stream could not be passed on: ${(error as Error).message}. Try again.`);
      }
    },
    readFragment: readIceFragment,
    async restart(connectionId) {
      const known = sessions.get(connectionId);
      if (known === undefined) {
        return { ok: false, status: 404, code: 'not_found', message: 'There is no such session any more.' };
      }
      const iceParameters = await known.transport.restartIce();
      return {
        ok: true,
        fragment: writeIceFragment(iceParameters, known.description.iceCandidates, known.media),
      };
    },
    stop,
  };
}
