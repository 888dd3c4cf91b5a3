import { parseParams, type MediaDescription } from 'sdp-transform';
import type { OfferRefusal } from '../../base/iceSessions.ts';
import { cameraAudioCodecs } from '../routerCodecs.ts';
import { offeredPath, parseOffer, unusable, word, type OfferedPath } from '../whip/offeredPath.ts';

/** What a WHEP client offers to receive, as far as the hub sends it. */
export interface WhepOffer extends OfferedPath {
  sections: { media: MediaDescription; mid: string | undefined }[];
  /** The section that the picture goes into, by its place among `sections`. */
  pictureIndex: number;
  isBundled: boolean;
  /** The number by which the client knows H.264 (RFC 3264, 6.1: the sender uses the receiver's numbers). */
  payloadType: number;
  /** What the client wrote of that codec, `a=fmtp`; undefined where it wrote nothing. */
  codecConfig: string | undefined;
  /** The section that sound goes into, with the kinds of G.711 that the client takes there; undefined: it takes none. */
  sound: { index: number; codecs: readonly SoundCodec[] } | undefined;
}

/** The sound of cameras, by the numbers that it always has (RFC 3551). */
export type SoundCodec = keyof typeof cameraAudioCodecs;

/** Reads an offer to receive (RFC 8866, 8829) and chooses the sections and the codecs of picture and sound. */
export function readWhepOffer(text: string): { ok: true; offer: WhepOffer } | OfferRefusal {
  const parsed = parseOffer(text);
  if (!parsed.ok) return parsed;
  const { session } = parsed;
  const { media } = session;
  const pictureIndex = media.findIndex((one) => one.type === 'video' && receives(one));
  const picture = media[pictureIndex];
  if (picture === undefined) {
    return unusable('The offer receives no picture: add a video section (recvonly).');
  }
  const codec = chooseCodec(picture);
  if (codec === undefined) {
    return unusable('The offer has no H.264 with packetization-mode=1, in which kitchens send.');
  }
  if (picture.rtcpMux === undefined) return unusable('The offer must multiplex RTCP (a=rtcp-mux).');
  const path = offeredPath(session, picture);
  if (!path.ok) return path;
  const sections = media.map((one) => ({
    media: one,
    mid: one.mid === undefined ? undefined : String(one.mid),
  }));
  const mid = sections[pictureIndex]?.mid;
  const bundle = (session.groups ?? [])
    .filter(({ type }) => type === 'BUNDLE')
    .map(({ mids }) => String(mids).split(' '))
    .find((mids) => mid !== undefined && mids.includes(mid));
  // Sound comes by the same transport or not at all.
  const soundIndex = sections.findIndex(
    ({ media: { type, direction, port, bundleOnly }, mid: own }) =>
      type === 'audio' &&
      // Of a section that is only for the bundle, the port says nothing (RFC 9143, 6).
      receives({ direction, port: bundleOnly === undefined ? port : 9 }) &&
      bundle?.includes(own ?? '') === true,
  );
  const codecs = soundCodecs(sections[soundIndex]?.media);
  return {
    ok: true,
    offer: {
      sections,
      pictureIndex,
      isBundled: bundle !== undefined,
      dtls: path.dtls,
      ice: path.ice,
      ...codec,
      sound: codecs.length === 0 ? undefined : { index: soundIndex, codecs },
    },
  };
}

/** G.711 under its own number: who knows it by another one is sent none. */
function soundCodecs(media: MediaDescription | undefined): SoundCodec[] {
  if (media?.rtcpMux === undefined) return [];
  return (['PCMA', 'PCMU'] as const).filter((name) =>
    media.rtp.some(
      ({ payload, codec, rate }) =>
        payload === cameraAudioCodecs[name].payloadType &&
        word(codec).toUpperCase() === name &&
        rate === cameraAudioCodecs[name].clockRate,
    ),
  );
}

function receives({
  port,
  direction,
}: {
  port: number;
  direction?: MediaDescription['direction'] | undefined;
}): boolean {
  return port !== 0 && (direction === undefined || direction === 'recvonly' || direction === 'sendrecv');
}

/**
 * Which H.264 of the offer. Cameras send baseline, main and high; what a client decodes is not what it says of profiles
 * (browsers decode all of them under every profile they list), so one profile is preferred where there are several, as
 * the widest one: high, then main, then any.
 */
function chooseCodec(
  media: MediaDescription,
): { payloadType: number; codecConfig: string | undefined } | undefined {
  const offered = media.rtp.flatMap(({ payload, codec, rate }) => {
    if (word(codec).toLowerCase() !== 'h264' || rate !== 90_000) return [];
    if (!Number.isInteger(payload) || payload < 35 || payload > 127 || isForRtcp(payload)) return [];
    const config = media.fmtp.find((fmtp) => fmtp.payload === payload)?.config;
    const parameters = config === undefined ? {} : parseParams(config);
    if (Number(parameters['packetization-mode'] ?? 0) !== 1) return [];
    return [{ payloadType: payload, codecConfig: config, profile: word(parameters['profile-level-id']) }];
  });
  const ranked = ['64', '4d', ''].map((start) =>
    offered.find(({ profile }) => profile.toLowerCase().startsWith(start)),
  );
  const chosen = ranked.find((one) => one !== undefined);
  return chosen === undefined
    ? undefined
    : { payloadType: chosen.payloadType, codecConfig: chosen.codecConfig };
}

/** Numbers that RTCP takes where both share a port (RFC 5761, 4). */
function isForRtcp(payloadType: number): boolean {
  return payloadType >= 64 && payloadType <= 95;
}
