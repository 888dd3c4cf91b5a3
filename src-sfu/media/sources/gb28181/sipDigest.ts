import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readChallenges } from '../rtsp/rtspAuthentication.ts';

/** A nonce is good for so long, in milliseconds: recorders answer at once, and slow ones within seconds. */
const nonceLifeMs = 120_000;
const maxHeaderLength = 2_048;

/** Nonces that need no memory: each names its time, and a code over time, address and id that only this hub can make. */
export class Nonces {
  readonly #key: Buffer;
  readonly #nowMs: () => number;

  constructor(key: Buffer, nowMs: () => number) {
    this.#key = key;
    this.#nowMs = nowMs;
  }

  make(address: string, deviceId: string): string {
    const time = Math.floor(this.#nowMs()).toString(16);
    return `${time}.${this.#code(time, address, deviceId)}`;
  }

  isGood(nonce: string, address: string, deviceId: string): boolean {
    const match = /^([\da-f]{1,12})\.([\da-f]{32})$/.exec(nonce);
    if (match === null) return false;
    const ageMs = this.#nowMs() - Number.parseInt(match[1] ?? '', 16);
    if (!(ageMs >= 0 && ageMs <= nonceLifeMs)) return false;
    return isEqual(match[2] ?? '', this.#code(match[1] ?? '', address, deviceId));
  }

  #code(time: string, address: string, deviceId: string): string {
    const text = `${time} ${address} ${deviceId}`;
    return createHmac('sha256', this.#key).update(text).digest('hex').slice(0, 32);
  }
}

/** What a device answers to a challenge; undefined when the header is no Digest. */
export interface DigestAnswer {
  username: string;
  realm: string;
  nonce: string;
  uri: string;
  response: string;
  /** Missing in the older form (RFC 2069). */
  qop?: string;
  nc: string;
  cnonce: string;
  /** MD5 if missing. */
  algorithm?: 'SHA-256';
}

export function readDigestAnswer(header: string | undefined): DigestAnswer | undefined {
  if (header === undefined || header.length > maxHeaderLength) return undefined;
  const digest = readChallenges(header).find(({ scheme }) => scheme === 'digest');
  if (digest === undefined) return undefined;
  const value = (name: string): string => digest.parameters.get(name) ?? '';
  const algorithm = value('algorithm').toUpperCase();
  if (algorithm !== '' && algorithm !== 'MD5' && algorithm !== 'SHA-256') return undefined;
  const qop = digest.parameters.get('qop')?.toLowerCase();
  return {
    username: value('username'),
    realm: value('realm'),
    nonce: value('nonce'),
    uri: value('uri'),
    response: value('response').toLowerCase(),
    ...(qop === undefined || qop === '' ? {} : { qop }),
    nc: value('nc'),
    cnonce: value('cnonce'),
    ...(algorithm === 'SHA-256' ? { algorithm } : {}),
  };
}

/** The response that the right password gives, by the answer's own `uri`: recorders write another one than in the request line. */
export function digestResponse(answer: DigestAnswer, method: string, password: string): string {
  const { username, realm, nonce, uri, qop, nc, cnonce } = answer;
  const hash = (text: string): string =>
    createHash(answer.algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const ha1 = hash(`${username}:${realm}:${password}`);
  const ha2 = hash(`${method}:${uri}`);
  return qop === undefined
    ? hash(`${ha1}:${nonce}:${ha2}`)
    : hash(`${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}

/** Whether an answer was made with this password. Takes the same time whatever differs. */
export function isAnsweredWith(answer: DigestAnswer, method: string, password: string): boolean {
  return isEqual(answer.response, digestResponse(answer, method, password));
}

/** The challenge in its one form that all makers take: a missing `algorithm` silences some. */
export function challengeHeader(realm: string, nonce: string, algorithm: 'MD5' | 'SHA-256' = 'MD5'): string {
  return `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"`;
}

function isEqual(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
