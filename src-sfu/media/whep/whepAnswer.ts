import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import { answerPath, feedbackLines, rejectedSection, writeAnswer } from '../whip/whipAnswer.ts';
import type { WhepOffer } from './whepOffer.ts';

/** The one stream that the hub sends. */
export interface SentPicture {
  ssrc: number;
  cname: string;
  feedback: readonly { type: string; parameter?: string | undefined }[];
}

/** The hub's answer to an offer to receive: it sends the picture, and rejects every other section. */
export function writeWhepAnswer(
  offer: WhepOffer,
  transport: TransportDescription,
  sent: SentPicture,
): string {
  const { sections, pictureIndex, payloadType, codecConfig, dtls, isBundled } = offer;
  return writeAnswer({
    mids: isBundled ? [sections[pictureIndex]?.mid] : undefined,
    media: sections.map(({ media, mid }, index) =>
      index !== pictureIndex
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
          },
    ),
  });
}
