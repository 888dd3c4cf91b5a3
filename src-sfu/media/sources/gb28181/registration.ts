import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import {
  challengeHeader,
  isAnsweredWith,
  readDigestAnswer,
  type DigestAnswer,
  type Nonces,
} from './sipDigest.ts';
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

interface Asked {
  request: SipRequest;
  peer: SipPeer;
  id: string;
}

interface Parts {
  directory: Pick<RecorderDirectory, 'passwordOf' | 'learnedOf'>;
  nonces: Nonces;
  realm: string;
}

/**
 * The challenges by which a device shows that it has the password: MD5, and as a second one SHA-256 for devices that are set to it. Older ones
 * fail on two.
 */
export function challengesOf(
  { peer, id }: Pick<Asked, 'peer' | 'id'>,
  { directory, nonces, realm }: Parts,
): (readonly [name: string, value: string])[] {
  const nonce = nonces.make(peer.address, id);
  const algorithms =
    directory.learnedOf(id).asksSha256 === true ? (['MD5', 'SHA-256'] as const) : (['MD5'] as const);
  return algorithms.map((algorithm) => ['WWW-Authenticate', challengeHeader(realm, nonce, algorithm)]);
}

/** The answer of a request to a challenge of ours for this address and id; undefined where it has none that is fresh. */
function freshAnswer(
  { request, peer, id }: Asked,
  { directory, nonces, realm }: Parts,
): DigestAnswer | undefined {
  const answer = readDigestAnswer(headerOf(request, 'authorization'));
  const isFresh =
    answer?.username === id && nonces.isGood(answer.nonce, peer.address, id) && answer.realm === realm;
  // One that was not asked for SHA-256 answers what was not asked.
  const isAsked = answer?.algorithm === undefined || directory.learnedOf(id).asksSha256 === true;
  return isFresh && isAsked ? answer : undefined;
}

/** Whether a request shows by its answer to a challenge that its sender has the recorder's password. */
export function showsPassword(asked: Asked, parts: Parts): boolean {
  const answer = freshAnswer(asked, parts);
  const password = parts.directory.passwordOf(asked.id);
  if (answer === undefined || password === undefined) return false;
  return isAnsweredWith(answer, asked.request.start.method, password);
}

/** Judges a REGISTER and says to the directory what follows from it. */
export function judgeRegistration(
  asked: Asked,
  parts: Parts & { directory: RecorderDirectory },
): RegistrationAnswer {
  const { request, peer, id } = asked;
  const { directory } = parts;
  const refused = (status: string, ...headers: (readonly [string, string])[]): RegistrationAnswer => ({
    status,
    headers,
    isRegistered: false,
  });
  const answer = freshAnswer(asked, parts);
  if (answer === undefined) return refused('401 Unauthorized', ...challengesOf(asked, parts));
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
