import { parseParams, type MediaDescription } from 'sdp-transform';
import type { OfferRefusal } from '../../base/iceSessions.ts';
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
}

/** Reads an offer to receive (RFC 8866, 8829) and chooses the section and the codec of the picture. Sound is never taken. */
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
  const isBundled = (session.groups ?? []).some(
    ({ type, mids }) => type === 'BUNDLE' && mid !== undefined && String(mids).split(' ').includes(mid),
  );
  return {
    ok: true,
    offer: { sections, pictureIndex, isBundled, dtls: path.dtls, ice: path.ice, ...codec },
  };
}

function receives({ port, direction }: MediaDescription): boolean {
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
