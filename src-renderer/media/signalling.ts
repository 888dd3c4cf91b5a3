import type { Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';

/** What media asks of the connection to the hub; `app/` puts the link of `server/` here. */
export interface Signalling {
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
  /** The hub and this surface no longer agree on what is open: start over on a new connection. */
  reconnect(): void;
}

/** A refusal of the hub, thrown where a step of several cannot go on. */
export class RequestRefused extends Error {
  readonly code: string;
  /** Why, where the hub says more than the code. Example: `cameras.stream_not_held`. */
  readonly reason: string | undefined;
  constructor(code: string, message: string, reason?: string) {
    super(message);
    this.name = 'RequestRefused';
    this.code = code;
    this.reason = reason;
  }
}

/** The data of an answer; a refusal is thrown. */
export function dataOf<T>(answer: Ack<T>): T {
  if (answer.ok) return answer.data;
  throw new RequestRefused(answer.code, answer.message, answer.reason);
}
