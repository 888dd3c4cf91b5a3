import { randomBytes } from 'node:crypto';
import { createSequence } from '../../../base/sequence.ts';
import { Authenticator, chooseChallenge, type Credentials } from '../rtsp/rtspAuthentication.ts';
import { askOverHttp, type HttpAnswer, type HttpPlace } from './boundedHttp.ts';
import { OnvifError } from '../../../base/onvifError.ts';
import type { TlsPlace } from '../../../features/onvif/onvif.ports.ts';
import { passwordKey, Rests } from './passwordRests.ts';
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
  /** Sent also while this request rests after a refusal: a camera that turns is to stop. */
  isUrgent?: boolean;
}

/** Requests to one device. */
export interface SoapClient {
  readonly credentials: Credentials | undefined;
  /** The certificate that the device showed; undefined by HTTP, and before it was asked. */
  fingerprint(): string | undefined;
  /** The element in the answer's body. Rejects with OnvifError. */
  call(wish: SoapWish): Promise<XmlElement>;
  /** A picture or another file of the device, read with the same password. Rejects with OnvifError. */
  fetch(place: HttpPlace, options: { maxBytes: number; timeoutMs: number }): Promise<HttpAnswer>;
}

/** An answer whose body is read as SOAP at most once. */
interface Answered extends HttpAnswer {
  soap(): SoapAnswer;
}

export const defaultTimeoutMs = 5_000;
const maxAnswerBytes = 1024 * 1024;
/** All of China has one time zone. A clock that gives local time as UTC, or takes one for the other, is off by it. */
const zoneMs = 8 * 3_600_000;
/** Two readings of one clock differ by less. Milliseconds. */
const sameClockMs = 3_000;
/** A clock this near to ours, or to what the zone makes of it, is right. Milliseconds. */
const rightClockMs = 15 * 60_000;

/**
 * Asks one device over HTTP. The first answer that needs a password teaches by which way the device takes it: a token by its own
 * clock, HTTP Digest, or, where its clock is not known to be right, a token by a clock that is one time zone off. Where the
 * password is refused, the device is left alone for a while, or it locks the account. `clockOffsetMs`: the device's clock less
 * ours, undefined where it could not be read.
 */
export function createSoapClient(options: {
  host: string;
  port: number;
  tls?: TlsPlace | undefined;
  credentials?: Credentials;
  clockOffsetMs(): number | undefined;
  /** Reads the device's clock again: it may have been set, or the device started with another one. */
  readClockAgain(): Promise<void>;
  nowMs(): number;
  /** Asks only those who have a password; it is asked before a request that changes something is the first. */
  reading: SoapWish;
  /** What was refused, also by earlier clients of the same device. */
  passwords?: Rests;
}): SoapClient {
  const { host, port, tls, credentials, clockOffsetMs, readClockAgain, nowMs, reading } = options;
  const { passwords = new Rests(nowMs) } = options;
  const key = credentials === undefined ? '' : passwordKey({ host, port }, credentials);
  const operations = new Rests(nowMs);
  // Several requests at once must not each show a wrong password.
  const learning = createSequence();
  let fingerprint = tls?.fingerprint;
  let wayIn: WayIn | undefined;
  /** What was read with the password last: whether it is still taken shows what a refusal of another request means. */
  let proof: SoapWish | undefined;
  /** Requests that this device answers to everybody, which prove nothing. */
  const open = new Set<string>();
  let wasRefused = false;
  let authenticator: Authenticator | undefined;

  const send = async (wish: SoapWish, way: WayIn | undefined): Promise<Answered> => {
    const token =
      credentials !== undefined && way?.type === 'token'
        ? usernameToken(credentials, nowMs() + (clockOffsetMs() ?? 0) + way.shiftMs, randomBytes(16))
        : '';
    const isDigest = way?.type === 'digest' && authenticator !== undefined;
    const answer = await askOverHttp({
      place: { host, port, path: wish.path, ...(tls === undefined ? {} : { tls: { fingerprint } }) },
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
    // The first one counts, also for a password that is shown later.
    fingerprint ??= answer.fingerprint;
    let read: SoapAnswer | undefined;
    return { ...answer, soap: () => (read ??= readSoap(answer.body)) };
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
  const digested = async (wish: SoapWish, first: Answered): Promise<Answered> => {
    if (!challengedBy(first)) return first;
    const second = await send(wish, { type: 'digest' });
    // A nonce may have run out between the two; a second fresh one means "wrong".
    return second.status === 401 && isStale(second) && challengedBy(second)
      ? send(wish, { type: 'digest' })
      : second;
  };
  const sendBy = async (wish: SoapWish, way: WayIn): Promise<Answered> => {
    const first = await send(wish, way);
    return way.type === 'digest' ? digested(wish, first) : first;
  };
  /** Each shift that a clock like this one may need: none where it was read and is right. */
  const shifts = (): number[] => {
    const offsetMs = clockOffsetMs();
    if (offsetMs === undefined) return [zoneMs, -zoneMs];
    if (Math.abs(offsetMs) < rightClockMs) return [];
    const zone = [zoneMs, -zoneMs].find((shiftMs) => Math.abs(offsetMs + shiftMs) < rightClockMs);
    return zone === undefined ? [zoneMs, -zoneMs] : [zone];
  };
  /** Finds out how the device takes the password; undefined when it takes it in no way. */
  const learn = async (wish: SoapWish, known: Answered | undefined): Promise<Answered | undefined> => {
    authenticator = undefined;
    const way: WayIn = { type: 'token', shiftMs: 0 };
    // What was refused a moment ago is not tried again: devices lock an account after some refusals.
    const before = clockOffsetMs() ?? 0;
    if (known !== undefined) await readClockAgain();
    const isClockSame = Math.abs((clockOffsetMs() ?? 0) - before) < sameClockMs;
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
    for (const shiftMs of shifts()) {
      const shifted: WayIn = { type: 'token', shiftMs };
      const answer = await send(wish, shifted);
      if (isRefusal(answer)) continue;
      wayIn = shifted;
      return answer;
    }
    return undefined;
  };
  const throwIfResting = (): void => {
    // A person who signs in again is let try after a minute, also where the hub itself would wait longer.
    if (wasRefused ? passwords.isResting(key) : passwords.isFresh(key)) throw unauthorized();
  };
  const learned = (wish: SoapWish, known: Answered | undefined, before: WayIn | undefined) =>
    learning.exclusive(async () => {
      throwIfResting();
      if (wayIn !== undefined && wayIn !== before) {
        const answer = await sendBy(wish, wayIn);
        if (!isRefusal(answer)) return answer;
      }
      const answer = await learn(wish, known);
      if (answer === undefined) {
        passwords.refused(key);
        wasRefused = true;
        wayIn = undefined;
        throw unauthorized();
      }
      passwords.accepted(key);
      wasRefused = false;
      return answer;
    });
  /** Whether the password is taken as before, so that a refusal is one of that request only. */
  const isStillTaken = async (way: WayIn, refused: SoapWish): Promise<boolean> => {
    // What was let in last may be what is refused now: then the device's own facts are asked for.
    const asked = proof === undefined || proof.action === refused.action ? reading : proof;
    if (asked.action === refused.action || open.has(asked.action)) return false;
    if (isRefusal(await sendBy(asked, way))) return false;
    if (isRefusal(await send(asked, undefined))) return true;
    open.add(asked.action);
    if (proof === asked) proof = undefined;
    return false;
  };
  const worked = ({ path, action, body }: SoapWish): void => {
    operations.accepted(action);
    if (isReading(action) && !open.has(action)) proof = { path, action, body };
  };
  const answerOf = async (wish: SoapWish): Promise<Answered> => {
    if (wish.isOpen === true || credentials === undefined) return send(wish, undefined);
    throwIfResting();
    if (wish.isUrgent !== true && operations.isResting(wish.action)) throw forbidden();
    if (wayIn === undefined && !isReading(wish.action)) {
      await learned(reading, undefined, undefined);
      worked(reading);
    }
    const way = wayIn;
    let known: Answered | undefined;
    if (way !== undefined) {
      known = await sendBy(wish, way);
      if (isRefusal(known) && (await isStillTaken(way, wish))) {
        operations.refused(wish.action);
        if (proof?.action === wish.action) proof = undefined;
        throw forbidden();
      }
    }
    const answer = known === undefined || isRefusal(known) ? await learned(wish, known, way) : known;
    worked(wish);
    return answer;
  };
  return {
    credentials,
    fingerprint: () => fingerprint,
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

function forbidden(): OnvifError {
  return new OnvifError('forbidden', 'The device lets this user do other things, but not this.');
}

function isReading(action: string): boolean {
  return /\/Get\w+$/.test(action);
}

function isRefusal({ status, body, soap }: Answered): boolean {
  if (status === 401 || status === 403) return true;
  // Some devices refuse by a fault with status 200.
  if (!body.includes('Fault')) return false;
  const read = soap();
  return read.type === 'fault' && meaningOf(read) === 'unauthorized';
}

/** Some devices send faults with status 200, and others refuse without a fault. */
function elementOf({ status, soap: read }: Answered): XmlElement {
  if (status === 401 || status === 403) throw unauthorized();
  if (status >= 300 && status < 400)
    throw new OnvifError('refused', 'The device sends us to another address, which is not followed.', {
      isRedirection: true,
    });
  const soap = read();
  if (soap.type === 'answer' && status >= 200 && status < 300) return soap.element;
  if (soap.type === 'fault') {
    const meaning = meaningOf(soap);
    if (meaning === 'unauthorized') throw unauthorized();
    throw new OnvifError(meaning, `The device refuses: ${soap.reason || soap.codes.join(', ')}`);
  }
  throw new OnvifError('foreign', `The device does not answer in the way of ONVIF (status ${status}).`);
}
