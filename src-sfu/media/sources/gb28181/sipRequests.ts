import { randomBytes } from 'node:crypto';
import { headerOf, sequenceOf, writeMessage, type SipResponse } from './sipMessage.ts';
import type { SipPeer } from './sipTransport.ts';

/** A request of ours. */
export interface OutgoingRequest {
  method: string;
  uri: string;
  callId: string;
  sequence: number;
  from: string;
  to: string;
  headers?: readonly (readonly [string, string])[];
  body?: Buffer;
}

export interface SipRequestsOptions {
  send(peer: SipPeer, bytes: Buffer): boolean;
  /** Address and port for Via and Contact. */
  own(): string;
}

/** RFC 3261, 17.1.1.1: the first wait, doubled up to the second. Milliseconds. */
const firstWaitMs = 500;
const longestWaitMs = 4_000;

interface Waiting {
  peer: SipPeer;
  resolve(response: SipResponse | undefined): void;
  stopSending(): void;
}

/** Requests of ours, sent again over UDP until they are answered. */
export class SipRequests {
  readonly #options: SipRequestsOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: SipRequestsOptions) {
    this.#options = options;
  }

  /** The final answer; undefined when none came in time, or when `signal` ended the waiting. */
  send(
    peer: SipPeer,
    request: OutgoingRequest,
    limitMs: number,
    branch = newBranch(),
    { isRepeated = true, signal }: { isRepeated?: boolean; signal?: AbortSignal } = {},
  ): Promise<SipResponse | undefined> {
    const bytes = this.write(peer, request, branch);
    const key = keyOf(request.callId, request.sequence, request.method);
    return new Promise((resolve) => {
      let waitMs = firstWaitMs;
      let again: NodeJS.Timeout | undefined;
      const sendAgain = (): void => {
        this.#options.send(peer, bytes);
        waitMs = Math.min(longestWaitMs, waitMs * 2);
        again = setTimeout(sendAgain, waitMs);
      };
      const limit = setTimeout(() => finish(undefined), limitMs);
      const finish = (response: SipResponse | undefined): void => {
        clearTimeout(again);
        clearTimeout(limit);
        signal?.removeEventListener('abort', end);
        this.#waiting.delete(key);
        resolve(response);
      };
      const end = (): void => finish(undefined);
      signal?.addEventListener('abort', end);
      this.#waiting.set(key, { peer, resolve: finish, stopSending: () => clearTimeout(again) });
      if (!this.#options.send(peer, bytes)) return finish(undefined);
      if (peer.protocol === 'udp' && isRepeated) again = setTimeout(sendAgain, waitMs);
    });
  }

  /** A request without an answer, such as ACK. */
  sendOnly(peer: SipPeer, request: OutgoingRequest, branch = newBranch()): void {
    this.#options.send(peer, this.write(peer, request, branch));
  }

  /** An answer came; false when nothing waits for it. Matched by Call-ID and CSeq: devices leave Via out. */
  answered(response: SipResponse, from: SipPeer): boolean {
    const sequence = sequenceOf(response);
    const callId = headerOf(response, 'call-id');
    if (sequence === undefined || callId === undefined) return false;
    const waiting = this.#waiting.get(keyOf(callId, sequence.number, sequence.method));
    if (waiting === undefined || waiting.peer.address !== from.address) return false;
    if (response.start.status < 200) waiting.stopSending();
    else waiting.resolve(response);
    return true;
  }

  close(): void {
    for (const { resolve } of [...this.#waiting.values()]) resolve(undefined);
  }

  write(peer: SipPeer, request: OutgoingRequest, branch: string): Buffer {
    const { method, uri, callId, sequence, from, to, headers = [], body } = request;
    const own = this.#options.own();
    return writeMessage(
      `${method} ${uri} SIP/2.0`,
      [
        ['Via', `SIP/2.0/${peer.protocol.toUpperCase()} ${own};rport;branch=${branch}`],
        ['From', from],
        ['To', to],
        ['Call-ID', callId],
        ['CSeq', `${sequence} ${method}`],
        ['Max-Forwards', '70'],
        ...headers,
      ],
      body,
    );
  }
}

export function newBranch(): string {
  return `z9hG4bK${randomBytes(8).toString('hex')}`;
}

function keyOf(callId: string, sequence: number, method: string): string {
  return `${callId} ${sequence} ${method}`;
}
