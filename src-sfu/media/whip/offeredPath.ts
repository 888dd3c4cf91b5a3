import { parse, type MediaDescription, type SessionDescription } from 'sdp-transform';
import { dtlsParametersSchema } from '../../../src-shared/media/media.protocol.ts';
import type { OfferRefusal } from '../../base/iceSessions.ts';

/** How a client that offers SDP over HTTP (WHIP, WHEP) is reached. */
export interface OfferedPath {
  /** The client's part in DTLS, once it is settled, and its certificate. */
  dtls: { role: 'client' | 'server'; fingerprints: { algorithm: string; value: string }[] };
  ice: { usernameFragment: string; password: string };
}

/** More than a client with one picture and one sound can mean. */
const maxSections = 16;

const refused = (status: number, code: string, message: string): OfferRefusal => ({
  ok: false,
  status,
  code,
  message,
});
export const malformed = (message: string): OfferRefusal => refused(400, 'malformed_sdp', message);
export const unusable = (message: string): OfferRefusal => refused(422, 'unusable_offer', message);

/** Reads the text of an offer (RFC 8866), which has 1 to 16 media sections. */
export function parseOffer(text: string): { ok: true; session: SessionDescription } | OfferRefusal {
  if (!/^v=0\r?\n/.test(text)) return malformed('The body is no SDP: it must begin with "v=0".');
  let session;
  try {
    session = parse(text);
  } catch (error) {
    return malformed(`The SDP cannot be read: ${(error as Error).message}.`);
  }
  if (session.media.length === 0) return malformed('The SDP has no media section (m=).');
  if (session.media.length > maxSections) {
    return malformed(`The SDP has more than ${maxSections} media sections.`);
  }
  return { ok: true, session };
}

/** The ICE credentials and the certificate of the client, from the section that is taken or from the session (RFC 8829). */
export function offeredPath(
  session: SessionDescription,
  media: MediaDescription,
): ({ ok: true } & OfferedPath) | OfferRefusal {
  const usernameFragment = word(media.iceUfrag ?? session.iceUfrag);
  const password = word(media.icePwd ?? session.icePwd);
  const fingerprint = media.fingerprint ?? session.fingerprint;
  const setup = media.setup ?? session.setup;
  if (usernameFragment === '' || password === '') {
    return malformed('The SDP lacks ICE credentials (a=ice-ufrag, a=ice-pwd).');
  }
  const dtls = dtlsParametersSchema.safeParse({
    // Where we may choose, the client begins: it knows first that the path stands (RFC 9725, 4.4.1).
    role: setup === 'passive' ? 'server' : 'client',
    fingerprints: [
      { algorithm: word(fingerprint?.type).toLowerCase(), value: word(fingerprint?.hash).toUpperCase() },
    ],
  });
  if (!dtls.success || !['active', 'passive', 'actpass'].includes(setup ?? '')) {
    return malformed('The SDP lacks a usable certificate (a=fingerprint) or its role (a=setup).');
  }
  return { ok: true, dtls: dtls.data as OfferedPath['dtls'], ice: { usernameFragment, password } };
}

/** The parser makes numbers of words that are all digits. */
export function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
