import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import { answerPath, feedbackLines, rejectedSection, writeAnswer } from '../whip/whipAnswer.ts';
import { cameraAudioCodecs } from '../routerCodecs.ts';
import type { SoundCodec, WhepOffer } from './whepOffer.ts';

/** The picture that the hub sends. */
export interface SentPicture {
  ssrc: number;
  cname: string;
  feedback: readonly { type: string; parameter?: string | undefined }[];
}

/** The sound beside it. */
export interface SentSound {
  codec: SoundCodec;
  ssrc: number;
  cname: string;
}

/** The hub's answer to an offer to receive: it sends the picture and the sound that there is, and rejects every other section. */
export function writeWhepAnswer(
  offer: WhepOffer,
  transport: TransportDescription,
  sent: SentPicture,
  sound?: SentSound,
): string {
  const { sections, pictureIndex, payloadType, codecConfig, dtls, isBundled } = offer;
  const soundIndex = sound === undefined ? undefined : offer.sound?.index;
  const taken = sections.filter((_section, index) => index === pictureIndex || index === soundIndex);
  return writeAnswer({
    mids: isBundled ? taken.map(({ mid }) => mid) : undefined,
    media: sections.map(({ media, mid }, index) => {
      if (sound !== undefined && index === soundIndex)
        return soundSection({ media, mid }, sound, dtls, transport);
      return index !== pictureIndex
        ? rejectedSection(media, mid)
        : {
            type: 'video',
            protocol: media.protocol,
            connection: { version: 4, ip: '0.0.0.0' },
            ...(mid === undefined ? {} : { mid }),
            port: 9,
            payloads: String(payloadType),
            direction: 'sendonly',
            rtp: [{ payload: payloadType, codec: 'H264', rate: 90_000 }],
            fmtp: codecConfig === undefined ? [] : [{ payload: payloadType, config: codecConfig }],
            rtcpFb: feedbackLines(payloadType, sent.feedback),
            rtcpMux: 'rtcp-mux',
            ...(media.rtcpRsize === undefined ? {} : { rtcpRsize: 'rtcp-rsize' }),
            ssrcs: [{ id: sent.ssrc, attribute: 'cname', value: sent.cname }],
            ...answerPath(dtls, transport),
          };
    }),
  });
}

function soundSection(
  { media, mid }: WhepOffer['sections'][number],
  { codec, ssrc, cname }: SentSound,
  dtls: WhepOffer['dtls'],
  transport: TransportDescription,
): ReturnType<typeof rejectedSection> {
  const { payloadType, clockRate } = cameraAudioCodecs[codec];
  return {
    type: 'audio',
    protocol: media.protocol,
    connection: { version: 4, ip: '0.0.0.0' },
    ...(mid === undefined ? {} : { mid }),
    port: 9,
    payloads: String(payloadType),
    direction: 'sendonly',
    rtp: [{ payload: payloadType, codec, rate: clockRate }],
    fmtp: [],
    rtcpMux: 'rtcp-mux',
    ssrcs: [{ id: ssrc, attribute: 'cname', value: cname }],
    ...answerPath(dtls, transport),
  };
}
