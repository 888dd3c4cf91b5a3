import type { TransportDescription } from '../../../src-shared/media/media.protocol.ts';
import type { IceMedia, OfferRefusal } from '../../base/iceSessions.ts';

const maxCandidates = 64;

/** Reads what a client sends of its ICE end (RFC 8840): candidates, and credentials where it restarts. */
export const readIceFragment: IceMedia['readFragment'] = (text) => {
  const malformed = (message: string): OfferRefusal => ({
    ok: false,
    status: 400,
    code: 'malformed_fragment',
    message,
  });
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length === 0 || lines.some((line) => !/^[a-z]=[^\0]*$/.test(line))) {
    return malformed('The body is no SDP fragment (RFC 8840): lines like "a=candidate:…".');
  }
  const candidates = lines.filter((line) => line.startsWith('a=candidate:'));
  if (candidates.length > maxCandidates) return malformed(`More than ${maxCandidates} candidates came.`);
  if (candidates.some((line) => !/^a=candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/.test(line))) {
    return malformed('A candidate is not written as RFC 8839 says.');
  }
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`a=${name}:`))?.slice(`a=${name}:`.length);
  const usernameFragment = valueOf('ice-ufrag');
  const password = valueOf('ice-pwd');
  if ((usernameFragment === undefined) !== (password === undefined)) {
    return malformed('a=ice-ufrag and a=ice-pwd come together or not at all.');
  }
  if (usernameFragment === undefined || password === undefined) return { ok: true };
  return { ok: true, ice: { usernameFragment, password } };
};

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
