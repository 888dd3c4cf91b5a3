import type { OutgoingRequest } from './sipRequests.ts';

/** A request to a recorder; what is left out is that of a request outside of any dialog. */
export type RecorderRequest = Pick<OutgoingRequest, 'method' | 'headers' | 'body'> &
  Partial<Pick<OutgoingRequest, 'callId' | 'sequence'>> & {
    /** The tag of our From, and the To of a dialog. */
    tag?: string;
    to?: string | undefined;
    limitMs?: number;
    how?: { isRepeated?: boolean; signal?: AbortSignal };
  };

/** A MESSAGE with a body of MANSCDP (GB/T 28181, annex A). */
export function manscdpRequest(body: Buffer): RecorderRequest {
  return { method: 'MESSAGE', headers: [['Content-Type', 'Application/MANSCDP+xml']], body };
}
