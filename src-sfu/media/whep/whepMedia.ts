import type { types } from 'mediasoup';
import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import type { WhepMedia } from '../../features/whep/whep.ports.ts';
import { describeTransport } from '../consumerDescriptions.ts';
import type { ProducerDirectory } from '../producerDirectory.ts';
import { cameraAudioCodecs, cameraVideoCodec } from '../routerCodecs.ts';
import { readIceFragment, writeIceFragment } from '../whip/iceFragment.ts';
import { createNumberedRouters, type NumberedPicture } from './numberedRouters.ts';
import { writeWhepAnswer, type SentSound } from './whepAnswer.ts';
import { readWhepOffer, type WhepOffer } from './whepOffer.ts';

interface Known {
  transport: types.WebRtcTransport;
  description: TransportDescription;
  media: { kind: string; mid: string | undefined };
  picture: NumberedPicture;
  sound: PassedSound | undefined;
}

/** The sound of a camera as one session gets it. */
interface PassedSound extends SentSound {
  /** Passes it on from now on. */
  resume(): Promise<void>;
  release(): void;
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

/** WHEP over the streams of cameras: each session has a transport of its own, with a consumer of the picture and one of the sound. */
export function createWhepMedia(
  producers: Pick<ProducerDirectory, 'find' | 'listen' | 'catchUp'>,
  pathChanged: (connectionId: string, state: 'connected' | 'disconnected' | 'closed') => void,
): WhepMedia {
  const sessions = new Map<string, Known>();
  const routers = createNumberedRouters();

  const stop = (connectionId: string): void => {
    const known = sessions.get(connectionId);
    sessions.delete(connectionId);
    known?.transport.close();
    known?.picture.release();
    known?.sound?.release();
  };

  /** The sound of the stream for a client that takes it; undefined where there is none, or of another kind. */
  const passSound = async (
    streamId: string,
    { payloadType, sound }: WhepOffer,
    transport: types.WebRtcTransport,
  ): Promise<PassedSound | undefined> => {
    const produced = sound === undefined ? undefined : await producers.find(streamId, 'audio');
    if (sound === undefined || produced === undefined) return undefined;
    const numbered = await routers.take(produced.worker, produced.producerId, payloadType);
    const { router, producerId } = numbered;
    const rtpCapabilities: types.RtpCapabilities = {
      codecs: sound.codecs.map((name) => {
        const { mimeType, clockRate, payloadType: number } = cameraAudioCodecs[name];
        return { kind: 'audio', mimeType, clockRate, channels: 1, preferredPayloadType: number };
      }),
    };
    if (!router.canConsume({ producerId, rtpCapabilities })) {
      numbered.release();
      return undefined;
    }
    const consumer = await transport.consume({ producerId, paused: true, rtpCapabilities });
    const { encodings = [], rtcp, codecs } = consumer.rtpParameters;
    const codec = sound.codecs.find((name) => cameraAudioCodecs[name].mimeType === codecs[0]?.mimeType);
    let stopListening = (): void => undefined;
    let isOver = false;
    return {
      codec: codec ?? 'PCMA',
      ssrc: encodings[0]?.ssrc ?? 0,
      cname: rtcp?.cname ?? 'mingchu',
      async resume() {
        if (isOver) return;
        stopListening = producers.listen(streamId);
        await consumer.resume();
      },
      release() {
        isOver = true;
        stopListening();
        numbered.release();
      },
    };
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
      let sound: PassedSound | undefined;
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
        // Without its sound a camera is still worth watching.
        sound = await passSound(streamId, offer, transport).catch(() => undefined);
        const passed = sound;
        const description = describeTransport(transport, worker.workerId);
        const mid = offer.sections[offer.pictureIndex]?.mid;
        sessions.set(connectionId, {
          transport,
          description,
          media: { kind: 'video', mid },
          picture,
          sound: passed,
        });
        follow(connectionId, transport);
        // The media worker drops packets for a transport that is not connected yet, so the picture begins afterwards.
        transport.on('dtlsstatechange', (state) => {
          if (state !== 'connected') return;
          consumer.resume().then(
            () => producers.catchUp(streamId, 0),
            () => pathChanged(connectionId, 'closed'),
          );
          passed?.resume().catch(() => undefined);
        });
        consumer.on('producerclose', () => pathChanged(connectionId, 'closed'));
        await transport.connect({ dtlsParameters: offer.dtls as types.DtlsParameters });
        const { encodings = [], rtcp } = consumer.rtpParameters;
        return {
          ok: true,
          ice: offer.ice,
          answer: writeWhepAnswer(
            offer,
            description,
            { ssrc: encodings[0]?.ssrc ?? 0, cname: rtcp?.cname ?? 'mingchu', feedback },
            passed,
          ),
        };
      } catch (error) {
        sessions.delete(connectionId);
        transport?.close();
        picture?.release();
        sound?.release();
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
