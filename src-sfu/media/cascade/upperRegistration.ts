import type { UpperProblem } from '../../../src-shared/cascade/cascade.protocol.ts';
import { Authenticator, chooseChallenge } from '../sources/rtsp/rtspAuthentication.ts';
import { newCallId, newTag, partyOf } from '../sources/gb28181/sipDialog.ts';
import { headerOf, parameterOf, type SipResponse } from '../sources/gb28181/sipMessage.ts';
import type { OutgoingRequest } from '../sources/gb28181/sipRequests.ts';

/** What became of a registration. */
export type RegisterOutcome =
  | {
      isRegistered: true;
      seconds: number;
      seenAs: string | undefined;
      make: string | undefined;
      contact: string;
    }
  | { isRegistered: false; problem: UpperProblem; status?: number };

export interface RegistrationParts {
  ourId: string;
  domain: string;
  theirId: string;
  userName: string;
  /** Undefined when it cannot be read any more. */
  password: string | undefined;
  edition: '2016' | '2022';
  /** The address for Contact: as the platform sees us, where its answers name it. */
  contact(): string;
  request(request: OutgoingRequest): Promise<SipResponse | undefined>;
  /** An answer says by which address it sees us: the challenge already does. */
  onSeen(seenAs: string): void;
}

/** Registers at an upper platform (GB/T 28181-2016, 9.1), with the digest that it asks for: with qop, without, MD5 or SHA-256. */
export class UpperRegistration {
  readonly #parts: RegistrationParts;
  readonly #callId = newCallId();
  readonly #tag = newTag();
  #sequence = 0;
  /** The Contact that was sent last. */
  #contact = '';

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
  }

  /** `seconds` 0 signs off. */
  async register(seconds: number): Promise<RegisterOutcome> {
    const { password, userName } = this.#parts;
    if (password === undefined) return { isRegistered: false, problem: 'password_unreadable' };
    let response = await this.#send(seconds, []);
    let authenticator: Authenticator | undefined;
    // A second challenge may only say that its nonce was too old.
    for (let tried = 0; tried < 2 && response !== undefined; tried += 1) {
      const { status } = response.start;
      if (status !== 401 && status !== 407) break;
      const isProxy = status === 407;
      const name = isProxy ? 'proxy-authenticate' : 'www-authenticate';
      const challenge = chooseChallenge(response.headers.get(name) ?? []);
      // A password never goes out as plain text.
      if (challenge?.scheme !== 'digest') return { isRegistered: false, problem: 'no_challenge', status };
      if (authenticator !== undefined && !challenge.stale) break;
      authenticator = new Authenticator(challenge, { username: userName, password });
      const value = authenticator.authorization('REGISTER', this.#uri);
      response = await this.#send(seconds, [[isProxy ? 'Proxy-Authorization' : 'Authorization', value]]);
    }
    return outcomeOf(response, seconds, this.#contact);
  }

  get #uri(): string {
    return `sip:${this.#parts.theirId}@${this.#parts.domain}`;
  }

  async #send(
    seconds: number,
    headers: readonly (readonly [string, string])[],
  ): Promise<SipResponse | undefined> {
    const { ourId, domain, edition } = this.#parts;
    this.#sequence += 1;
    this.#contact = this.#parts.contact();
    const response = await this.#parts.request({
      method: 'REGISTER',
      uri: this.#uri,
      callId: this.#callId,
      sequence: this.#sequence,
      from: partyOf(ourId, { domain, tag: this.#tag }),
      to: partyOf(ourId, { domain }),
      headers: [
        ['Contact', `<sip:${ourId}@${this.#contact}>`],
        ['Expires', String(seconds)],
        ['User-Agent', 'Mingchu'],
        ...(edition === '2022' ? ([['X-GB-Ver', '3.0']] as const) : []),
        ...headers,
      ],
    });
    const seenAs = response === undefined ? undefined : seenIn(response);
    if (seenAs !== undefined) this.#parts.onSeen(seenAs);
    return response;
  }
}

/** Our address as the other side sees it (RFC 3581), with the port where it says that too. */
function seenIn(response: SipResponse): string | undefined {
  const via = headerOf(response, 'via');
  const received = /^[\d.]{7,15}$/.exec(parameterOf(via, 'received') ?? '')?.[0];
  const rport = /^\d{1,5}$/.exec(parameterOf(via, 'rport') ?? '')?.[0];
  return received === undefined ? undefined : `${received}${rport === undefined ? '' : `:${rport}`}`;
}

function outcomeOf(response: SipResponse | undefined, asked: number, contact: string): RegisterOutcome {
  if (response === undefined) return { isRegistered: false, problem: 'no_answer' };
  const { status } = response.start;
  if (status < 300) {
    const said = headerOf(response, 'expires') ?? parameterOf(headerOf(response, 'contact'), 'expires');
    const seconds = /^\d{1,6}$/.test(said ?? '') ? Number(said) : asked;
    const make = (headerOf(response, 'user-agent') ?? headerOf(response, 'server'))?.slice(0, 60);
    return {
      isRegistered: true,
      // A platform that says 0 by mistake would be asked without end.
      seconds: seconds === 0 ? asked : Math.min(asked, seconds),
      seenAs: seenIn(response),
      contact,
      make: make === undefined || make === '' ? undefined : Buffer.from(make, 'latin1').toString('utf8'),
    };
  }
  if (status === 401 || status === 407) return { isRegistered: false, problem: 'wrong_password', status };
  if (status === 403) return { isRegistered: false, problem: 'not_allowed', status };
  if (status === 404) return { isRegistered: false, problem: 'unknown_id', status };
  return { isRegistered: false, problem: 'refused', status };
}
