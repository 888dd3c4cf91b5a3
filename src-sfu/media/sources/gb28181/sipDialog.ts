import { randomBytes } from 'node:crypto';
import {
  headerOf,
  parameterOf,
  sequenceOf,
  uriOf,
  userOf,
  type SipRequest,
  type SipResponse,
} from './sipMessage.ts';
import { newBranch, type OutgoingRequest, type SipRequests } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';

/** Our side of a call (RFC 3261, 12): what every request within it carries. */
export interface SipDialog {
  callId: string;
  /** Where requests within the call are sent to: the Contact of the other side. */
  uri: string;
  /** Our address, with our tag. */
  from: string;
  /** The address of the other side, with its tag. */
  to: string;
}

/** The number of the INVITE that began a call of ours, which its ACK repeats. */
const inviteNumber = 1;

/** A Call-ID of ours: 24 hexadecimal digits. */
export function newCallId(): string {
  return randomBytes(12).toString('hex');
}

/** Whether a Call-ID has the form of ours. */
export function isOwnCallId(callId: string): boolean {
  return /^[0-9a-f]{24}$/.test(callId);
}

/** A tag of ours for From or To: 12 hexadecimal digits. */
export function newTag(): string {
  return randomBytes(6).toString('hex');
}

/** An address of SIP, by default in the domain of its first ten digits. Example: `<sip:42120000002000000001@4212000000>;tag=9f3c01ab77de`. */
export function partyOf(
  id: string,
  { domain = id.slice(0, 10), tag }: { domain?: string; tag?: string } = {},
): string {
  return `<sip:${id}@${domain}>${tag === undefined ? '' : `;tag=${tag}`}`;
}

/** A request within a call. `sequence`: its number, one more than that of the request before. */
export function requestWithin(dialog: SipDialog, method: string, sequence: number): OutgoingRequest {
  const { callId, uri, from, to } = dialog;
  return { method, uri, callId, sequence, from, to };
}

/** The acknowledgement of a 2xx answer to an INVITE of ours: a request of its own, with the number of that INVITE (RFC 3261, 13.2.2.4). */
export function ackOf(dialog: SipDialog): OutgoingRequest {
  return requestWithin(dialog, 'ACK', inviteNumber);
}

/** Our side of a call that the other side began. `tag` is used where its request has none of ours yet. */
export function sideOf(request: SipRequest, tag: string): Pick<SipDialog, 'from' | 'to'> {
  const to = headerOf(request, 'to') ?? '';
  return {
    from: /;\s*tag=/i.test(to) ? to : `${to};tag=${tag}`,
    to: headerOf(request, 'from') ?? '',
  };
}

/** What became of an INVITE of ours. A refusal and an agreement are acknowledged already; without an answer, CANCEL was sent. */
export type InvitationOutcome =
  | { answer: 'none' }
  | { answer: 'refused'; status: number }
  | { answer: 'agreed'; dialog: SipDialog; body: Buffer };

/** An INVITE of ours, from the question to its acknowledgement. */
export class SipInvitation {
  readonly callId = newCallId();
  readonly tag = newTag();
  /** Where it is sent to, as long as no answer names another address. */
  readonly uri: string;
  /** Whom it is meant for, as long as no answer has a tag. */
  readonly to: string;
  readonly #parts: InvitationParts;
  #sent: { request: OutgoingRequest; branch: string } | undefined;

  constructor(parts: InvitationParts) {
    const { peer, targetId, platformId } = parts;
    this.#parts = parts;
    this.uri = `sip:${targetId}@${peer.address}:${peer.port}`;
    this.to = partyOf(targetId, { domain: platformId.slice(0, 10) });
  }

  /** Asks once. `ssrc`: ten digits; `signal` ends the waiting. */
  async send(wish: {
    ssrc: string;
    body: Buffer;
    limitMs: number;
    signal?: AbortSignal;
  }): Promise<InvitationOutcome> {
    const { requests, peer, platformId, targetId, contact } = this.#parts;
    const { ssrc, body, limitMs, signal } = wish;
    const request: OutgoingRequest = {
      method: 'INVITE',
      uri: this.uri,
      callId: this.callId,
      sequence: inviteNumber,
      from: partyOf(platformId, { tag: this.tag }),
      to: this.to,
    };
    const branch = newBranch();
    this.#sent = { request, branch };
    const whole: OutgoingRequest = {
      ...request,
      headers: [
        ['Contact', `<sip:${platformId}@${contact()}>`],
        ['Subject', `${targetId}:${ssrc},${platformId}:0`],
        ['Content-Type', 'APPLICATION/SDP'],
      ],
      body,
    };
    const response = await requests.send(
      peer,
      whole,
      limitMs,
      branch,
      signal === undefined ? {} : { signal },
    );
    if (response === undefined) {
      this.cancel();
      return { answer: 'none' };
    }
    const { status } = response.start;
    const to = headerOf(response, 'to') ?? this.to;
    if (status >= 300) {
      requests.sendOnly(peer, { ...request, method: 'ACK', to }, branch);
      return { answer: 'refused', status };
    }
    const uri = uriOf(headerOf(response, 'contact')) ?? this.uri;
    const dialog = { callId: this.callId, uri, from: request.from, to };
    requests.sendOnly(peer, ackOf(dialog));
    return { answer: 'agreed', dialog, body: response.body };
  }

  /** Takes the question back (RFC 3261, 9.1): the other side refuses it by 487. Nothing happens before it was asked. */
  cancel(): void {
    const { requests, peer } = this.#parts;
    if (this.#sent === undefined) return;
    const { request, branch } = this.#sent;
    requests.sendOnly(peer, { ...request, method: 'CANCEL' }, branch);
  }
}

interface InvitationParts {
  requests: SipRequests;
  peer: SipPeer;
  platformId: string;
  /** The channel or voice output that is called. */
  targetId: string;
  /** Our address and port for Contact. */
  contact(): string;
}

/** A call as it is stored, so that it is ended also by the next start of the hub. */
export interface StoredDialog {
  callId: string;
  localTag: string;
  /** `to` and `uri` of the dialog. */
  remote: string;
  remoteUri: string;
}

/** Our side of a stored call. */
export function dialogOfStored(
  { callId, localTag, remote, remoteUri }: StoredDialog,
  platformId: string,
): SipDialog {
  return { callId, uri: remoteUri, from: partyOf(platformId, { tag: localTag }), to: remote };
}

/** The call that an answer which nothing waits for belongs to, by what the answer says; undefined where it answers no INVITE of ours. */
export function lateCallOf(response: SipResponse): StoredDialog | undefined {
  const callId = headerOf(response, 'call-id') ?? '';
  const localTag = /;tag=([\da-f]{12})$/.exec(headerOf(response, 'from') ?? '')?.[1];
  if (!/^[\da-f]{24}$/.test(callId) || localTag === undefined) return undefined;
  const remote = headerOf(response, 'to') ?? '';
  return { callId, localTag, remote, remoteUri: uriOf(headerOf(response, 'contact')) ?? uriOf(remote) ?? '' };
}

/**
 * Acknowledges a refusal that nothing waits for, such as 487 after CANCEL: the ACK belongs to the INVITE itself, and goes to the same
 * address with the same branch (RFC 3261, 17.1.1.3).
 */
export function acknowledgeLateRefusal(
  requests: SipRequests,
  response: SipResponse,
  peer: SipPeer,
  dialog: SipDialog,
): void {
  const uri = `sip:${userOf(dialog.to) ?? ''}@${peer.address}:${peer.port}`;
  const ack = { ...requestWithin(dialog, 'ACK', sequenceOf(response)?.number ?? inviteNumber), uri };
  requests.sendOnly(peer, ack, parameterOf(headerOf(response, 'via'), 'branch'));
}

interface RepeatedAnswerParts {
  send(): void;
  /** The first wait, doubled up to the second. Milliseconds. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** No answer is sent later than this after the first. Milliseconds. */
  limitMs: number;
  /** The next answer would have come later than that. */
  onUnacknowledged?(): void;
}

/** The 200 to an INVITE of the other side, sent again until it is acknowledged (RFC 3261, 13.3.1.4). */
export class RepeatedAnswer {
  readonly #parts: RepeatedAnswerParts;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: RepeatedAnswerParts) {
    this.#parts = parts;
  }

  /** Sends the first one now. */
  begin(): void {
    this.#send(this.#parts.firstWaitMs, 0);
  }

  /** It is acknowledged, or the call is over. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #send(waitMs: number, sinceMs: number): void {
    const { send, longestWaitMs, limitMs, onUnacknowledged } = this.#parts;
    if (this.#isOver) return;
    if (sinceMs > limitMs) return onUnacknowledged?.();
    send();
    const next = Math.min(longestWaitMs, waitMs * 2);
    this.#timer = setTimeout(() => this.#send(next, sinceMs + waitMs), waitMs);
    this.#timer.unref();
  }
}
