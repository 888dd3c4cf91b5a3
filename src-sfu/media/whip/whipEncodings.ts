import { parseSimulcastStreamList, type MediaDescription } from 'sdp-transform';

/** One stream of RTP within a media section. */
export interface OfferedEncoding {
  ssrc?: number;
  rid?: string;
  rtx?: { ssrc: number };
}

const streamIdExtension = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const repairedStreamIdExtension = 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id';
const maxEncodings = 4;

/**
 * How the streams of a section are distinguished: by rid (simulcast, RFC 8853), by SSRC (with groups SIM and FID), or, where
 * the offer says neither, by payload type.
 */
export function encodingsOf(media: MediaDescription): {
  encodings: OfferedEncoding[];
  hasRetransmission: boolean;
} {
  const hasExtension = (uri: string): boolean => (media.ext ?? []).some((one) => one.uri === uri);
  const rids = simulcastRids(media);
  if (rids.length > 0 && hasExtension(streamIdExtension)) {
    const encodings = rids.slice(0, maxEncodings).map((rid) => ({ rid }));
    return { encodings, hasRetransmission: hasExtension(repairedStreamIdExtension) };
  }
  const groups = (media.ssrcGroups ?? []).map(({ semantics, ssrcs }) => ({
    semantics,
    ssrcs: String(ssrcs).split(' ').map(Number),
  }));
  const repairs = new Map(
    groups
      .filter(({ semantics, ssrcs }) => semantics === 'FID' && ssrcs.length === 2)
      .map(({ ssrcs: [ssrc, repair] }) => [ssrc as number, repair as number]),
  );
  const repairing = new Set(repairs.values());
  const primaries = [...new Set((media.ssrcs ?? []).map(({ id }) => Number(id)))].filter(
    (ssrc) => !repairing.has(ssrc),
  );
  const simulcast = groups.find(({ semantics }) => semantics === 'SIM')?.ssrcs;
  const ssrcs = (simulcast ?? primaries.slice(0, 1)).slice(0, maxEncodings);
  if (ssrcs.length === 0) return { encodings: [{}], hasRetransmission: false };
  const encodings = ssrcs.map((ssrc): OfferedEncoding => {
    const repair = repairs.get(ssrc);
    return repair === undefined ? { ssrc } : { ssrc, rtx: { ssrc: repair } };
  });
  return { encodings, hasRetransmission: encodings.every(({ rtx }) => rtx !== undefined) };
}

/** The rids that a section sends, the first of each alternative. */
export function simulcastRids({ simulcast }: MediaDescription): string[] {
  if (simulcast === undefined) return [];
  const list = simulcast.dir1 === 'send' ? simulcast.list1 : simulcast.list2;
  if (list === undefined) return [];
  return parseSimulcastStreamList(list)
    .map((alternatives) => alternatives[0]?.scid)
    .filter((rid) => rid !== undefined)
    .map(String);
}
