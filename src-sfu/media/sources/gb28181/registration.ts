import type { RecorderDirectory } from './recorderDirectory.ts';
import { challengeHeader, isAnsweredWith, readDigestAnswer, type Nonces } from './sipDigest.ts';
import { headerOf, parameterOf, type SipRequest } from './sipMessage.ts';
import type { SipPeer } from './sipTransport.ts';

const leastExpiresSeconds = 60;
const longestExpiresSeconds = 86_400;
const usualExpiresSeconds = 3_600;

/** What a REGISTER is answered, and whether the recorder is registered by it. */
export interface RegistrationAnswer {
  status: string;
  headers: (readonly [string, string])[];
  isRegistered: boolean;
}

/** Judges a REGISTER and says to the directory what follows from it. */
export function judgeRegistration(
  { request, peer, id }: { request: SipRequest; peer: SipPeer; id: string },
  parts: { directory: RecorderDirectory; nonces: Nonces; realm: string },
): RegistrationAnswer {
  const { directory, nonces, realm } = parts;
  const refused = (status: string, ...headers: (readonly [string, string])[]): RegistrationAnswer => ({
    status,
    headers,
    isRegistered: false,
  });
  const answer = readDigestAnswer(headerOf(request, 'authorization'));
  const isFresh =
    answer?.username === id && nonces.isGood(answer.nonce, peer.address, id) && answer.realm === realm;
  if (!isFresh)
    return refused('401 Unauthorized', [
      'WWW-Authenticate',
      challengeHeader(realm, nonces.make(peer.address, id)),
    ]);
  const password = directory.passwordOf(id);
  // The same work and the same answer whether the recorder is unknown or its password is wrong.
  const isRight = isAnsweredWith(answer, 'REGISTER', password ?? '');
  if (password === undefined) directory.waits(id, peer.address);
  if (!isRight || password === undefined) return refused('403 Forbidden');
  const expires = Number(
    headerOf(request, 'expires') ??
      parameterOf(headerOf(request, 'contact'), 'expires') ??
      usualExpiresSeconds,
  );
  if (expires === 0) {
    directory.signedOff(id);
    return refused('200 OK', ['Expires', '0']);
  }
  const wanted = Math.max(leastExpiresSeconds, Math.floor(expires) || usualExpiresSeconds);
  directory.registered(id, peer);
  const version = headerOf(request, 'x-gb-ver');
  directory.learn(id, { edition: version?.startsWith('3') === true ? '2022' : '2016' });
  return {
    status: '200 OK',
    headers: [
      ...(directory.setsClock(id) ? ([['Date', localDate(new Date())]] as const) : []),
      ['Expires', String(Math.min(longestExpiresSeconds, wanted))],
      ...(version === undefined ? [] : ([['X-GB-Ver', '3.0']] as const)),
    ],
    isRegistered: true,
  };
}

/** Devices set their clocks by this: local time without a zone, such as `2026-11-28T22:13:58.015`. */
function localDate(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}
