import type { UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';
import { newCallId, newTag, partyOf } from '../sources/gb28181/sipDialog.ts';
import type { SipResponse } from '../sources/gb28181/sipMessage.ts';
import { newBranch, type OutgoingRequest, type SipRequests } from '../sources/gb28181/sipRequests.ts';
import type { SipPeer } from '../sources/gb28181/sipTransport.ts';
import type { Subscription } from './upperLists.ts';

interface UpperMessagesParts {
  settings: Pick<UpperSettings, 'ourId' | 'theirId' | 'domain'>;
  peer: SipPeer;
  requests: SipRequests;
  /** Our address and port, as the platform sees us. */
  contact(): string;
}

/** An answer to a request of ours is waited for so long. Milliseconds. */
export const messageLimitMs = 8_000;

/** What the hub sends to one upper platform by itself: messages, and notices within a subscription. */
export class UpperMessages {
  readonly #parts: UpperMessagesParts;
  #sequence = 0;

  constructor(parts: UpperMessagesParts) {
    this.#parts = parts;
  }

  /** The number of the next message: in its CSeq, and in what it says. */
  nextNumber(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Sends a MESSAGE; undefined when no answer came. */
  send(body: Buffer): Promise<SipResponse | undefined> {
    const { settings, peer, requests } = this.#parts;
    const { ourId, domain } = settings;
    const request: OutgoingRequest = {
      method: 'MESSAGE',
      uri: this.#theirUri,
      callId: newCallId(),
      sequence: this.nextNumber(),
      from: partyOf(ourId, { domain, tag: newTag() }),
      to: `<${this.#theirUri}>`,
      headers: [['Content-Type', 'Application/MANSCDP+xml']],
      body,
    };
    return requests.send(peer, request, messageLimitMs, newBranch());
  }

  /** Sends a MESSAGE; whether the platform accepted it. */
  async isAccepted(body: Buffer): Promise<boolean> {
    const response = await this.send(body);
    return response !== undefined && response.start.status < 300;
  }

  /** Sends a NOTIFY within a subscription; the status of its answer, undefined when none came. */
  async notify(
    { callId, from, to, uri = this.#theirUri, event, sequence }: Readonly<Subscription>,
    body: Buffer,
  ): Promise<number | undefined> {
    const { settings, peer, requests, contact } = this.#parts;
    const headers = [
      ['Event', event],
      ['Subscription-State', 'active'],
      ['Contact', `<sip:${settings.ourId}@${contact()}>`],
      ['Content-Type', 'Application/MANSCDP+xml'],
    ] as const;
    const request = { method: 'NOTIFY', uri, callId, sequence, from, to, headers, body };
    return (await requests.send(peer, request, messageLimitMs))?.start.status;
  }

  get #theirUri(): string {
    const { theirId, domain } = this.#parts.settings;
    return `sip:${theirId}@${domain}`;
  }
}
