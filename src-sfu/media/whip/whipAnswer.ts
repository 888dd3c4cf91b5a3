import { write, type MediaDescription } from 'sdp-transform';
import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import { simulcastRids } from './whipEncodings.ts';
import type { OfferedSection, WhipOffer } from './whipOffer.ts';

type Candidates = NonNullable<MediaDescription['candidates']>;

/** The hub's answer to an offer (RFC 8829, 5.3): it receives what was taken, and rejects the rest. */
export function writeWhipAnswer(offer: WhipOffer, transport: TransportDescription): string {
  const bundle = offer.sections.filter(({ taken }) => taken !== undefined).map(({ mid }) => mid);
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
    ...(offer.isBundled ? { groups: [{ type: 'BUNDLE', mids: bundle.join(' ') }] } : {}),
    msidSemantic: { semantic: 'WMS', token: '*' },
    media: offer.sections.map((section) => answerSection(section, offer, transport)),
  });
}

/** The ICE end of the hub as an SDP fragment (RFC 8840), the answer to an ICE restart. */
export function writeIceFragment(
  ice: TransportDescription['iceParameters'],
  candidates: TransportDescription['iceCandidates'],
  media: { kind: string; mid: string | undefined },
): string {
  const lines = [
    'a=ice-lite',
    `a=ice-ufrag:${ice.usernameFragment}`,
    `a=ice-pwd:${ice.password}`,
    `m=${media.kind} 9 UDP/TLS/RTP/SAVPF 0`,
    ...(media.mid === undefined ? [] : [`a=mid:${media.mid}`]),
    ...candidates.map(
      ({ foundation, protocol, priority, address, port, type, tcpType }) =>
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}` +
        (tcpType === undefined ? '' : ` tcptype ${tcpType}`),
    ),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
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
  if (taken === undefined) {
    return { ...common, port: 0, direction: 'inactive', payloads: media.payloads ?? '0', rtp: [], fmtp: [] };
  }
  const { codecs, headerExtensions } = taken.rtpParameters;
  const isTaken = (payload: number): boolean => codecs.some(({ payloadType }) => payloadType === payload);
  const { usernameFragment, password } = transport.iceParameters;
  const fingerprints = transport.dtlsParameters.fingerprints;
  const fingerprint = fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? fingerprints[0];
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
    rtcpFb: codecs.flatMap(({ payloadType, rtcpFeedback }) =>
      (rtcpFeedback ?? []).map(({ type, parameter }) => ({
        payload: payloadType,
        type,
        ...(parameter === undefined ? {} : { subtype: parameter }),
      })),
    ),
    ext: (headerExtensions ?? []).map(({ uri, id }) => ({ uri, value: id })),
    rtcpMux: 'rtcp-mux',
    ...(media.rtcpRsize === undefined ? {} : { rtcpRsize: 'rtcp-rsize' }),
    ...(rids.length === 0
      ? {}
      : {
          rids: rids.map((id) => ({ id, direction: 'recv' })),
          simulcast: { dir1: 'recv', list1: rids.join(';') },
        }),
    iceUfrag: usernameFragment,
    icePwd: password,
    ...(fingerprint === undefined
      ? {}
      : { fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value } }),
    setup: dtls.role === 'client' ? 'passive' : 'active',
    candidates: transport.iceCandidates.map(
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
