import { write, type MediaDescription } from 'sdp-transform';
import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import { simulcastRids } from './whipEncodings.ts';
import type { OfferedPath } from './offeredPath.ts';
import type { OfferedSection, WhipOffer } from './whipOffer.ts';

type Candidates = NonNullable<MediaDescription['candidates']>;

/** The hub's answer to an offer (RFC 8829, 5.3): it receives what was taken, and rejects the rest. */
export function writeWhipAnswer(offer: WhipOffer, transport: TransportDescription): string {
  const bundle = offer.sections.filter(({ taken }) => taken !== undefined).map(({ mid }) => mid);
  return writeAnswer({
    mids: offer.isBundled ? bundle : undefined,
    media: offer.sections.map((section) => answerSection(section, offer, transport)),
  });
}

/** The SDP of an answer. `mids`: the sections that share one transport; left out: the client does not bundle. */
export function writeAnswer({
  mids,
  media,
}: {
  mids: readonly (string | undefined)[] | undefined;
  media: (MediaDescription & { type: string })[];
}): string {
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: Date.now(),
      sessionVersion: 1,
      netType: 'IN',
      ipVer: 4,
      address: '0.0.0.0',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    ...(mids === undefined ? {} : { groups: [{ type: 'BUNDLE', mids: mids.join(' ') }] }),
    msidSemantic: { semantic: 'WMS', token: '*' },
    media,
  });
}

/** A section of an offer that is not taken. */
export function rejectedSection(
  { type, protocol, payloads }: MediaDescription,
  mid: string | undefined,
): MediaDescription & { type: string } {
  return {
    type,
    protocol,
    connection: { version: 4, ip: '0.0.0.0' },
    ...(mid === undefined ? {} : { mid }),
    port: 0,
    direction: 'inactive',
    payloads: payloads ?? '0',
    rtp: [],
    fmtp: [],
  };
}

function answerSection(
  { media, mid, taken }: OfferedSection,
  { dtls }: WhipOffer,
  transport: TransportDescription,
): MediaDescription & { type: string } {
  const common = {
    type: media.type,
    protocol: media.protocol,
    connection: { version: 4 as const, ip: '0.0.0.0' },
    ...(mid === undefined ? {} : { mid }),
  };
  if (taken === undefined) return rejectedSection(media, mid);
  const { codecs, headerExtensions } = taken.rtpParameters;
  const isTaken = (payload: number): boolean => codecs.some(({ payloadType }) => payloadType === payload);
  const rids = simulcastRids(media).filter((rid) =>
    taken.rtpParameters.encodings?.some((encoding) => encoding.rid === rid),
  );
  return {
    ...common,
    port: 9,
    payloads: codecs.map(({ payloadType }) => payloadType).join(' '),
    direction: 'recvonly',
    // In the client's own words: it must know its codec again.
    rtp: media.rtp.filter(({ payload }) => isTaken(payload)),
    fmtp: media.fmtp.filter(({ payload }) => isTaken(payload)),
    rtcpFb: codecs.flatMap(({ payloadType, rtcpFeedback }) => feedbackLines(payloadType, rtcpFeedback)),
    ext: (headerExtensions ?? []).map(({ uri, id }) => ({ uri, value: id })),
    rtcpMux: 'rtcp-mux',
    ...(media.rtcpRsize === undefined ? {} : { rtcpRsize: 'rtcp-rsize' }),
    ...(rids.length === 0
      ? {}
      : {
          rids: rids.map((id) => ({ id, direction: 'recv' })),
          simulcast: { dir1: 'recv', list1: rids.join(';') },
        }),
    ...answerPath(dtls, transport),
  };
}

/** The part of a section that says how the hub is reached. */
export function answerPath(
  { role }: OfferedPath['dtls'],
  { iceParameters, dtlsParameters, iceCandidates }: TransportDescription,
): Partial<MediaDescription> {
  const { fingerprints } = dtlsParameters;
  const fingerprint = fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? fingerprints[0];
  return {
    iceUfrag: iceParameters.usernameFragment,
    icePwd: iceParameters.password,
    ...(fingerprint === undefined
      ? {}
      : { fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value } }),
    setup: role === 'client' ? 'passive' : 'active',
    candidates: iceCandidates.map(
      ({ foundation, protocol, priority, address, port, type, tcpType }): Candidates[number] => ({
        foundation,
        component: 1,
        transport: protocol,
        priority,
        ip: address,
        port,
        type,
        ...(tcpType === undefined ? {} : { tcptype: tcpType }),
      }),
    ),
    endOfCandidates: 'end-of-candidates',
  };
}

/** The `a=rtcp-fb` lines of a codec. */
export function feedbackLines(
  payload: number,
  feedback: readonly { type: string; parameter?: string | undefined }[] | undefined,
): NonNullable<MediaDescription['rtcpFb']> {
  return (feedback ?? []).map(({ type, parameter }) => ({
    payload,
    type,
    ...(parameter === undefined ? {} : { subtype: parameter }),
  }));
}
