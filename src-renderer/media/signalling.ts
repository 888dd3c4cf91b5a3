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
  constructor(code: string, message: string) {
    super(message);
    this.name = 'RequestRefused';
    this.code = code;
  }
}

/** The data of an answer; a refusal is thrown. */
export function dataOf<T>(answer: Ack<T>): T {
  if (answer.ok) return answer.data;
  throw new RequestRefused(answer.code, answer.message);
}
