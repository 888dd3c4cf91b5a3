import { randomBytes } from 'node:crypto';
import { Authenticator, chooseChallenge, type Credentials } from '../rtsp/rtspAuthentication.ts';
import { askOverHttp, type HttpAnswer, type HttpPlace } from './boundedHttp.ts';
import { OnvifError } from '../../../base/onvifError.ts';
import { meaningOf, readSoap, soapEnvelope, usernameToken, type SoapAnswer } from './soapMessage.ts';
import type { XmlElement } from './xmlReader.ts';

/** How a device lets us in, as it was learned: by a token in the message made for its clock, or by HTTP Digest. */
type WayIn = { type: 'token'; shiftMs: number } | { type: 'digest' };

/** One request. `body` and `header` are XML with the prefixes of `soapMessage.ts`. */
export interface SoapWish {
  path: string;
  action: string;
  body: string;
  header?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Sent without a password whatever is known: the device's clock is read so. */
  isOpen?: boolean;
}

/** Requests to one device. */
export interface SoapClient {
  readonly credentials: Credentials | undefined;
  /** The element in the answer's body. Rejects with OnvifError. */
  call(wish: SoapWish): Promise<XmlElement>;
  /** A picture or another file of the device, read with the same password. Rejects with OnvifError. */
  fetch(place: HttpPlace, options: { maxBytes: number; timeoutMs: number }): Promise<HttpAnswer>;
}

export const defaultTimeoutMs = 5_000;
const maxAnswerBytes = 1024 * 1024;
/** All of China has one time zone. A clock that gives local time as UTC, or takes one for the other, is off by it. */
const zoneMs = 8 * 3_600_000;
/** After a refusal the device is left alone for this time, twice as long after each, or it locks the account. Milliseconds. */
const restMs = 60_000;
const longestRestMs = 3_600_000;
/** Two readings of one clock differ by less. Milliseconds. */
const sameClockMs = 3_000;

/**
 * Asks one device over HTTP. The first answer that needs a password teaches by which way the device takes it: a token by its own
 * clock, HTTP Digest, or a token by a clock that is one time zone off. `clockOffsetMs`: the device's clock less ours.
 */
export function createSoapClient(options: {
  host: string;
  port: number;
  credentials?: Credentials;
  clockOffsetMs(): number;
  /** Reads the device's clock again: it may have been set, or the device started with another one. */
  readClockAgain(): Promise<void>;
  nowMs(): number;
}): SoapClient {
  const { host, port, credentials, clockOffsetMs, readClockAgain, nowMs } = options;
  let wayIn: WayIn | undefined;
  let restUntilMs = Number.NEGATIVE_INFINITY;
  let refusals = 0;
  let authenticator: Authenticator | undefined;

  const send = async (wish: SoapWish, way: WayIn | undefined): Promise<HttpAnswer> => {
    const token =
      credentials !== undefined && way?.type === 'token'
        ? usernameToken(credentials, nowMs() + clockOffsetMs() + way.shiftMs, randomBytes(16))
        : '';
    const isDigest = way?.type === 'digest' && authenticator !== undefined;
    return askOverHttp({
      place: { host, port, path: wish.path },
      method: 'POST',
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${wish.action}"`,
        ...(isDigest ? { authorization: authenticator?.authorization('POST', wish.path) ?? '' } : {}),
      },
      body: soapEnvelope(wish.body, `${token}${wish.header ?? ''}`),
      timeoutMs: wish.timeoutMs ?? defaultTimeoutMs,
      maxBytes: maxAnswerBytes,
      ...(wish.signal === undefined ? {} : { signal: wish.signal }),
    });
  };
  /** Takes up a challenge; whether it is one that was not answered wrongly before. */
  const challengedBy = ({ status, challenges }: HttpAnswer): boolean => {
    if (status !== 401 || credentials === undefined) return false;
    const challenge = chooseChallenge(challenges);
    // A password in clear is never sent.
    if (challenge?.scheme !== 'digest') return false;
    if (authenticator?.refusedBy(challenge) === true) return false;
    authenticator = new Authenticator(challenge, credentials);
    return true;
  };
  const digested = async (wish: SoapWish, first: HttpAnswer): Promise<HttpAnswer> => {
    if (!challengedBy(first)) return first;
    const second = await send(wish, { type: 'digest' });
    // A nonce may have run out between the two; a second fresh one means "wrong".
    return second.status === 401 && isStale(second) && challengedBy(second)
      ? send(wish, { type: 'digest' })
      : second;
  };
  /** Finds out how the device takes the password; undefined when it takes it in no way. */
  const learn = async (wish: SoapWish, known: HttpAnswer | undefined): Promise<HttpAnswer | undefined> => {
    authenticator = undefined;
    const way: WayIn = { type: 'token', shiftMs: 0 };
    // What was refused a moment ago is not tried again: devices lock an account after some refusals.
    const before = clockOffsetMs();
    if (known !== undefined) await readClockAgain();
    const isClockSame = Math.abs(clockOffsetMs() - before) < sameClockMs;
    const wasToken = wayIn?.type === 'token' && wayIn.shiftMs === 0 && isClockSame;
    const byToken = wasToken && known !== undefined ? known : await send(wish, way);
    if (!isRefusal(byToken)) {
      wayIn = way;
      return byToken;
    }
    const challenging =
      byToken.status === 401 && byToken.challenges.length > 0 ? byToken : await send(wish, undefined);
    const byDigest = await digested(wish, challenging);
    if (!isRefusal(byDigest)) {
      wayIn = { type: 'digest' };
      return byDigest;
    }
    for (const shiftMs of [zoneMs, -zoneMs]) {
      const shifted: WayIn = { type: 'token', shiftMs };
      const answer = await send(wish, shifted);
      if (isRefusal(answer)) continue;
      wayIn = shifted;
      return answer;
    }
    return undefined;
  };
  const answerOf = async (wish: SoapWish): Promise<HttpAnswer> => {
    if (wish.isOpen === true || credentials === undefined) return send(wish, undefined);
    if (nowMs() < restUntilMs) throw unauthorized();
    let known: HttpAnswer | undefined;
    if (wayIn !== undefined) {
      const first = await send(wish, wayIn);
      known = wayIn.type === 'digest' ? await digested(wish, first) : first;
      if (!isRefusal(known)) return known;
    }
    const learned = await learn(wish, known);
    if (learned !== undefined) {
      refusals = 0;
      return learned;
    }
    restUntilMs = nowMs() + Math.min(longestRestMs, restMs * 2 ** refusals);
    refusals += 1;
    wayIn = undefined;
    throw unauthorized();
  };
  return {
    credentials,
    async call(wish) {
      return elementOf(await answerOf(wish));
    },
    async fetch(place, { maxBytes, timeoutMs }) {
      const get = (): Promise<HttpAnswer> =>
        askOverHttp({
          place,
          method: 'GET',
          headers:
            authenticator === undefined
              ? {}
              : { authorization: authenticator.authorization('GET', place.path) },
          maxBytes,
          timeoutMs,
        });
      const first = await get();
      const answer = challengedBy(first) ? await get() : first;
      if (answer.status === 401 || answer.status === 403) throw unauthorized();
      if (answer.status !== 200) throw new OnvifError('refused', `The device answers with ${answer.status}.`);
      return answer;
    },
  };
}

function isStale({ challenges }: HttpAnswer): boolean {
  const challenge = chooseChallenge(challenges);
  return challenge?.scheme === 'digest' && challenge.stale;
}

function unauthorized(): OnvifError {
  return new OnvifError('unauthorized', 'The device wants a password, or another one.');
}

function isRefusal({ status, body }: HttpAnswer): boolean {
  if (status === 401 || status === 403) return true;
  // Some devices refuse by a fault with status 200.
  if (!body.includes('Fault')) return false;
  const soap = readSoap(body);
  return soap.type === 'fault' && meaningOf(soap) === 'unauthorized';
}

/** Some devices send faults with status 200, and others refuse without a fault. */
function elementOf({ status, body }: HttpAnswer): XmlElement {
  if (status === 401 || status === 403) throw unauthorized();
  if (status >= 300 && status < 400)
    throw new OnvifError('refused', 'The device sends us to another address, which is not followed.');
  const soap: SoapAnswer = readSoap(body);
  if (soap.type === 'answer' && status >= 200 && status < 300) return soap.element;
  if (soap.type === 'fault') {
    const meaning = meaningOf(soap);
    if (meaning === 'unauthorized') throw unauthorized();
    throw new OnvifError(meaning, `The device refuses: ${soap.reason || soap.codes.join(', ')}`);
  }
  throw new OnvifError('foreign', `The device does not answer in the way of ONVIF (status ${status}).`);
}
