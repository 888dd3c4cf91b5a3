import { createHash, randomBytes } from 'node:crypto';

/** User and password of a camera. */
export interface Credentials {
  username: string;
  password: string;
}

/** A challenge of a `WWW-Authenticate` header that this client can answer. */
export type Challenge =
  | { scheme: 'basic' }
  | {
      scheme: 'digest';
      realm: string;
      nonce: string;
      opaque?: string;
      algorithm: 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess';
      /** Whether the server offers quality of protection `auth` (RFC 7616); without it the older RFC 2069 form is used. */
      qopAuth: boolean;
      stale: boolean;
    };

/** Real challenges are one or two headers of 200 bytes. */
const maxHeaders = 8;
const maxHeaderLength = 2048;
const algorithms = ['SHA-256', 'SHA-256-sess', 'MD5', 'MD5-sess'] as const;

/** The strongest challenge that can be answered: Digest with SHA-256, Digest with MD5, then Basic. */
export function chooseChallenge(headers: readonly string[]): Challenge | undefined {
  const challenges = headers
    .slice(0, maxHeaders)
    .flatMap((header) => readChallenges(header.slice(0, maxHeaderLength)))
    .map(understood)
    .filter((challenge) => challenge !== undefined);
  const rank = (challenge: Challenge): number =>
    challenge.scheme === 'basic' ? 9 : algorithms.indexOf(challenge.algorithm);
  return challenges.sort((a, b) => rank(a) - rank(b))[0];
}

export interface ReadChallenge {
  scheme: string;
  parameters: Map<string, string>;
}

/**
 * The challenges of one header: several may stand in it, parted by the same commas as their parameters (RFC 9110, 11.6.1).
 * Each character is read once, whatever the header holds.
 */
export function readChallenges(header: string): ReadChallenge[] {
  const challenges: ReadChallenge[] = [];
  let at = 0;
  const skip = (characters: string): void => {
    while (at < header.length && characters.includes(header[at] ?? '')) at += 1;
  };
  while (at < header.length) {
    skip(separators);
    const word = wordAt(header, at);
    if (word === '') {
      at += 1;
      continue;
    }
    at += word.length;
    skip(blanks);
    const challenge = challenges.at(-1);
    if (header[at] !== '=' || challenge === undefined) {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      continue;
    }
    at += 1;
    skip(blanks);
    const { value, end } = valueAt(header, at);
    at = end;
    challenge.parameters.set(word.toLowerCase(), value);
  }
  return challenges;
}

const blanks = ' \t';
const separators = ' \t,';

function wordAt(header: string, start: number): string {
  let end = start;
  while (end < header.length && isWordCharacter(header.charCodeAt(end))) end += 1;
  return header.slice(start, end);
}

/** Letters, digits, `_` and `-`. */
function isWordCharacter(code: number): boolean {
  const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return isLetter || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x2d;
}

/** A value in quotation marks, where `\` takes the next character as it is, or one up to a blank or comma. */
function valueAt(header: string, start: number): { value: string; end: number } {
  let end = start;
  if (header[start] !== '"') {
    while (end < header.length && !separators.includes(header[end] ?? '')) end += 1;
    return { value: header.slice(start, end), end };
  }
  const characters: string[] = [];
  for (end += 1; end < header.length && header[end] !== '"'; end += 1) {
    if (header[end] === '\\') end += 1;
    characters.push(header[end] ?? '');
  }
  return { value: characters.join(''), end: end + 1 };
}

function understood({ scheme, parameters }: ReadChallenge): Challenge | undefined {
  if (scheme === 'basic') return { scheme: 'basic' };
  if (scheme !== 'digest') return undefined;
  const nonce = parameters.get('nonce');
  const named = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  const algorithm = algorithms.find((known) => known.toUpperCase() === named);
  if (nonce === undefined || algorithm === undefined) return undefined;
  const qop = parameters.get('qop');
  const offersAuth = qop?.split(',').some((option) => option.trim().toLowerCase() === 'auth') ?? false;
  if (qop !== undefined && qop !== '' && !offersAuth) return undefined;
  const opaque = parameters.get('opaque');
  return {
    scheme: 'digest',
    realm: parameters.get('realm') ?? '',
    nonce,
    ...(opaque === undefined ? {} : { opaque }),
    algorithm,
    qopAuth: offersAuth,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

/** Makes `Authorization` headers for one challenge, counting its uses (RFC 7616, 3.4). */
export class Authenticator {
  readonly #challenge: Challenge;
  readonly #credentials: Credentials;
  #uses = 0;

  constructor(challenge: Challenge, credentials: Credentials) {
    this.#challenge = challenge;
    this.#credentials = credentials;
  }

  get isDigest(): boolean {
    return this.#challenge.scheme === 'digest';
  }

  /** Whether a camera that asks with this challenge again means "wrong", and not merely "with a fresh nonce". */
  refusedBy(next: Challenge): boolean {
    const before = this.#challenge;
    if (next.scheme === 'basic' || before.scheme === 'basic') return next.scheme === before.scheme;
    return next.nonce === before.nonce && next.algorithm === before.algorithm && !next.stale;
  }

  /** The header for one request. `clientNonce` is for tests of published examples. */
  authorization(method: string, uri: string, clientNonce = randomBytes(8).toString('hex')): string {
    const challenge = this.#challenge;
    if (challenge.scheme === 'basic') {
      const { username, password } = this.#credentials;
      return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
    }
    const username = utf8Bytes(this.#credentials.username);
    const password = utf8Bytes(this.#credentials.password);
    const { realm, nonce, opaque, algorithm, qopAuth } = challenge;
    const hash = (text: string): string =>
      createHash(algorithm.startsWith('SHA-256') ? 'sha256' : 'md5')
        .update(text, 'latin1')
        .digest('hex');
    this.#uses += 1;
    const count = this.#uses.toString(16).padStart(8, '0');
    const plainHa1 = hash(`${username}:${realm}:${password}`);
    const isSession = algorithm.endsWith('-sess');
    const ha1 = isSession ? hash(`${plainHa1}:${nonce}:${clientNonce}`) : plainHa1;
    const ha2 = hash(`${method}:${uri}`);
    const response = qopAuth
      ? hash(`${ha1}:${nonce}:${count}:${clientNonce}:auth:${ha2}`)
      : hash(`${ha1}:${nonce}:${ha2}`);
    const parts = [
      `username=${quoted(username)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(uri)}`,
      `response="${response}"`,
    ];
    // Old cameras refuse what their own challenge did not name: MD5 is the default and goes unsaid without qop.
    if (algorithm !== 'MD5' || qopAuth) parts.push(`algorithm=${algorithm}`);
    if (opaque !== undefined) parts.push(`opaque=${quoted(opaque)}`);
    if (qopAuth) parts.push('qop=auth', `nc=${count}`);
    if (qopAuth || isSession) parts.push(`cnonce="${clientNonce}"`);
    return `Digest ${parts.join(', ')}`;
  }
}

/** UTF-8 bytes as one character each, as headers are read and written here: a realm goes back byte by byte. */
function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function quoted(text: string): string {
  return `"${text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
