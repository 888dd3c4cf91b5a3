import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isAuthorized } from '../rtsp/authentication.ts';
import { find, textOf, type XmlElement } from './soapMessage.ts';

/** A token that was made longer ago, or later than now, by the device's clock is refused. */
const tokenAgeMs = 300_000;
const rememberedNonces = 1_000;
const rememberedChallenges = 64;

export interface OnvifAccount {
  username: string;
  password: string;
}

/** Checks who asks: by WS-UsernameToken with a digest, or by HTTP digest. */
export class OnvifAuthentication {
  readonly #account: OnvifAccount;
  readonly #realm: string;
  readonly #deviceNowMs: () => number;
  readonly #usedNonces = new Set<string>();
  readonly #challenges = new Set<string>();

  constructor(account: OnvifAccount, realm: string, deviceNowMs: () => number) {
    this.#account = account;
    this.#realm = realm;
    this.#deviceNowMs = deviceNowMs;
  }

  /** The value of `WWW-Authenticate`. */
  challenge(): string {
    const nonce = randomBytes(16).toString('hex');
    bounded(this.#challenges, nonce, rememberedChallenges);
    return `Digest realm="${this.#realm}", qop="auth", nonce="${nonce}", algorithm=MD5`;
  }

  provesByDigest(method: string, authorization: string | undefined): boolean {
    const nonce = /\bnonce="([^"]*)"/.exec(authorization ?? '')?.[1] ?? '';
    if (!this.#challenges.has(nonce)) return false;
    const credentials = { ...this.#account, realm: this.#realm, scheme: 'digest-md5' as const };
    return isAuthorized(credentials, { method, authorization }, nonce);
  }

  /** Whether the header of a request has a token that is right, new and not used before. */
  provesByToken(header: XmlElement | undefined): boolean {
    const token = find(header, 'Security/UsernameToken');
    const nonceText = textOf(token, 'Nonce');
    const created = textOf(token, 'Created');
    const made = Date.parse(created);
    if (textOf(token, 'Username') !== this.#account.username || nonceText === '') return false;
    if (!(Math.abs(made - this.#deviceNowMs()) <= tokenAgeMs) || this.#usedNonces.has(nonceText))
      return false;
    const hash = createHash('sha1').update(Buffer.from(nonceText, 'base64'));
    const expected = hash.update(created + this.#account.password).digest();
    const given = Buffer.from(textOf(token, 'Password'), 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    bounded(this.#usedNonces, nonceText, rememberedNonces);
    return true;
  }
}

function bounded(known: Set<string>, added: string, most: number): void {
  known.add(added);
  const [oldest] = known;
  if (known.size > most && oldest !== undefined) known.delete(oldest);
}
