import { parseParams, type MediaDescription } from 'sdp-transform';
import {
  producedRtpParametersSchema,
  type ProducedRtpParameters,
} from '../../../src-shared/talk/sending.protocol.ts';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import { cameraVideoCodec } from '../routerCodecs.ts';
import { malformed, offeredPath, parseOffer, unusable, word, type OfferedPath } from './offeredPath.ts';
import { encodingsOf } from './whipEncodings.ts';

/** One media section of an offer; without `taken` it is answered as rejected. */
export interface OfferedSection {
  media: MediaDescription;
  mid: string | undefined;
  taken?: { kind: 'audio' | 'video'; rtpParameters: ProducedRtpParameters };
}

/** What a WHIP client offers to send, as the media worker takes it. */
export interface WhipOffer extends OfferedPath {
  sections: OfferedSection[];
  isBundled: boolean;
}

type Codec = ProducedRtpParameters['codecs'][number];

const takenExtensions = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
]);
const takenFeedback = new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']);

/** Reads an SDP offer (RFC 8866, 8829) and chooses what of it is taken: one picture, and one sound at most. */
export function readWhipOffer(text: string): { ok: true; offer: WhipOffer } | OfferRefusal {
  const parsed = parseOffer(text);
  if (!parsed.ok) return parsed;
  const { session } = parsed;
  const { media } = session;
  const sections = media.map((one) => ({
    media: one,
    mid: one.mid === undefined ? undefined : String(one.mid),
  })) as OfferedSection[];
  for (const kind of ['video', 'audio'] as const) {
    for (const section of sections) {
      if (section.media.type !== kind || !sends(section.media)) continue;
      const rtpParameters = rtpParametersOf(kind, section);
      if (rtpParameters === undefined) continue;
      const bounded = producedRtpParametersSchema.safeParse(rtpParameters);
      if (!bounded.success) return malformed(`The ${kind} section says something out of bounds.`);
      section.taken = { kind, rtpParameters: bounded.data };
      break;
    }
  }
  const taken = sections.filter(({ taken: one }) => one !== undefined);
  if (!taken.some((section) => section.taken?.kind === 'video')) {
    return unusable('The offer sends no picture that the hub can take: send H264 or VP8 (sendonly).');
  }
  if (media.some(({ type }) => type === 'audio') && !taken.some((one) => one.taken?.kind === 'audio')) {
    const isMeant = media.some((one) => one.type === 'audio' && sends(one));
    if (isMeant) return unusable('The offer sends a sound that the hub cannot take: send Opus, or no sound.');
  }
  if (taken.some((section) => section.media.rtcpMux === undefined)) {
    return unusable('The offer must multiplex RTCP (a=rtcp-mux).');
  }
  const bundled = new Set(
    (session.groups ?? [])
      .filter(({ type }) => type === 'BUNDLE')
      .flatMap(({ mids }) => String(mids).split(' ')),
  );
  const isBundled = taken.every(({ mid }) => mid !== undefined && bundled.has(mid));
  if (!isBundled) {
    // There is one transport: of a client that does not bundle (drafts before RFC 9725 let it), the picture is taken.
    for (const section of taken) if (section.taken?.kind === 'audio') delete section.taken;
  }

  const first = (taken.find((one) => one.taken !== undefined) as OfferedSection).media;
  const path = offeredPath(session, first);
  if (!path.ok) return path;
  const offer = { sections, isBundled, dtls: path.dtls, ice: path.ice };
  return { ok: true, offer: offer as WhipOffer };
}

function sends({ port, direction }: MediaDescription): boolean {
  return port !== 0 && (direction === undefined || direction === 'sendonly' || direction === 'sendrecv');
}

function rtpParametersOf(kind: 'audio' | 'video', { media, mid }: OfferedSection): unknown {
  const codec = chooseCodec(kind, media);
  if (codec === undefined) return undefined;
  const headerExtensions = (media.ext ?? [])
    .filter((one) => takenExtensions.has(one.uri) && one['encrypt-uri'] === undefined)
    .map(({ uri, value }) => ({ uri, id: value }));
  const { encodings, hasRetransmission } = encodingsOf(media);
  const retransmission = hasRetransmission ? retransmissionOf(media, codec.payloadType) : undefined;
  if (retransmission === undefined) for (const encoding of encodings) delete encoding.rtx;
  const cname = media.ssrcs?.find(({ attribute }) => attribute === 'cname')?.value;
  return {
    ...(mid === undefined ? {} : { mid }),
    codecs: [codec, ...(retransmission === undefined ? [] : [retransmission])],
    headerExtensions,
    encodings,
    rtcp: {
      ...(cname === undefined ? {} : { cname: String(cname) }),
      reducedSize: media.rtcpRsize !== undefined,
    },
  };
}

/** The first codec in the client's order that a router of ours carries. */
function chooseCodec(kind: 'audio' | 'video', media: MediaDescription): Codec | undefined {
  const wanted = kind === 'audio' ? ['opus'] : ['h264', 'vp8'];
  for (const payloadType of payloadTypesOf(media)) {
    const rtp = media.rtp.find(({ payload }) => payload === payloadType);
    const name = word(rtp?.codec).toLowerCase();
    if (rtp?.rate === undefined || !wanted.includes(name)) continue;
    if (rtp.rate !== (kind === 'audio' ? 48_000 : 90_000)) continue;
    const common = { payloadType, clockRate: rtp.rate, rtcpFeedback: feedbackOf(media, payloadType) };
    if (name === 'vp8') return { mimeType: 'video/VP8', ...common };
    // Under the one flavour of all cameras: what the encoder really makes is in its SPS (routerCodecs.ts).
    if (name === 'h264') {
      return { mimeType: 'video/H264', ...common, parameters: { ...cameraVideoCodec.parameters } };
    }
    const config = media.fmtp.find(({ payload }) => payload === payloadType)?.config;
    const parameters = config === undefined ? {} : parseParams(config);
    return { mimeType: 'audio/opus', ...common, channels: 2, parameters };
  }
  return undefined;
}

function retransmissionOf(media: MediaDescription, apt: number): Codec | undefined {
  const found = media.rtp.find(
    ({ payload, codec }) =>
      codec.toLowerCase() === 'rtx' &&
      media.fmtp.some((fmtp) => fmtp.payload === payload && parseParams(fmtp.config).apt === apt),
  );
  if (found === undefined) return undefined;
  return { mimeType: 'video/rtx', payloadType: found.payload, clockRate: 90_000, parameters: { apt } };
}

function feedbackOf(media: MediaDescription, payloadType: number): { type: string; parameter?: string }[] {
  return (media.rtcpFb ?? [])
    .filter(({ payload }) => String(payload) === '*' || Number(payload) === payloadType)
    .map(({ type, subtype }) => (subtype === undefined ? { type } : { type, parameter: subtype }))
    .filter(({ type, parameter }) => takenFeedback.has([type, parameter].filter(Boolean).join(' ')))
    .slice(0, 16);
}

function payloadTypesOf({ payloads }: MediaDescription): number[] {
  return String(payloads ?? '')
    .split(' ')
    .map(Number);
}
