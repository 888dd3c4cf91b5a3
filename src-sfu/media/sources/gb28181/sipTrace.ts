import type { TracedMessage } from '../../../../src-shared/recorders/recorders.protocol.ts';
import { ownCopy } from '../../keptBytes.ts';

/** Messages of one recorder that are kept. */
export const maxTraced = 200;
/** Of one message; a whole catalogue of many items is not needed to understand what goes wrong. */
const maxMessageBytes = 4_096;
/** Of all recorders together, enough for the last messages of thousands: of the largest traces the oldest messages go first. */
const maxTotalBytes = 96 * 1024 * 1024;
/** The last messages of each recorder, which stay as long as there is any other to let go. */
const leastTraced = 50;

interface Kept extends Omit<TracedMessage, 'text'> {
  /** Bytes as they came, because the charset of a body is found out only when somebody reads it. */
  bytes: Buffer;
  /** Equal for messages that say the same again. */
  sameAs: string;
}

interface Trace {
  messages: Kept[];
  bytes: number;
}

/** The last SIP messages of each recorder. */
export interface SipTrace {
  note(
    recorderId: string,
    message: {
      atMs: number;
      direction: 'received' | 'sent';
      peer: string;
      bytes: Buffer;
      /** Equal for messages that say the same again; empty for one that counts by itself. */
      sameAs: string;
      /** Not between the hub and the recorder: the newest of the same stands for all of them, wherever they came between. */
      isForeign?: boolean;
    },
  ): void;
  /** The oldest first. */
  of(recorderId: string): TracedMessage[];
  forget(recorderId: string): void;
}

/** `decode` makes text of a body. */
export function createSipTrace(
  decode: (body: Buffer) => string,
  limits = { totalBytes: maxTotalBytes, leastMessages: leastTraced },
): SipTrace {
  const traces = new Map<string, Trace>();
  let total = 0;
  const forget = (recorderId: string): void => {
    total -= traces.get(recorderId)?.bytes ?? 0;
    traces.delete(recorderId);
  };
  const takeOut = (trace: Trace, at: number): Kept | undefined => {
    const [gone] = trace.messages.splice(at, 1);
    trace.bytes -= gone?.bytes.length ?? 0;
    total -= gone?.bytes.length ?? 0;
    return gone;
  };
  const largest = (moreThan: number): Trace | undefined => {
    let found: Trace | undefined;
    for (const trace of traces.values())
      if (trace.messages.length > moreThan && trace.bytes > (found?.bytes ?? 0)) found = trace;
    return found;
  };
  /** Takes the older half of what the largest trace has beyond its last messages, or of these where nobody has more. */
  const shed = (): void => {
    const long = largest(limits.leastMessages);
    const trace = long ?? largest(0);
    if (trace === undefined) return;
    const kept = long === undefined ? 0 : limits.leastMessages;
    for (let left = Math.ceil((trace.messages.length - kept) / 2); left > 0; left -= 1) takeOut(trace, 0);
  };
  return {
    forget,
    note(recorderId, { bytes: whole, isForeign = false, ...message }) {
      const trace = traces.get(recorderId) ?? { messages: [], bytes: 0 };
      traces.set(recorderId, trace);
      const bytes = withoutSecrets(whole);
      let count = 1;
      if (isForeign) {
        const at = trace.messages.findIndex(({ sameAs }) => sameAs === message.sameAs);
        if (at !== -1) count += takeOut(trace, at)?.count ?? 0;
      }
      // A keepalive and its answer come again and again: the pair before is counted up.
      const pair = isForeign ? [] : trace.messages.slice(-2);
      const again = pair.find((kept) => kept.sameAs === message.sameAs && message.sameAs !== '');
      if (again !== undefined && pair.every((kept) => kept.sameAs !== '')) {
        again.count += 1;
        again.atMs = message.atMs;
        return;
      }
      trace.messages.push({ ...message, bytes: ownCopy(bytes), count });
      trace.bytes += bytes.length;
      total += bytes.length;
      while (trace.messages.length > maxTraced) takeOut(trace, 0);
      while (total > limits.totalBytes) shed();
    },
    of: (recorderId) =>
      (traces.get(recorderId)?.messages ?? []).map(({ bytes, sameAs: _same, ...message }) => ({
        ...message,
        text: decode(bytes),
      })),
  };
}

/** Headers and fields that open a door: what stands in them is left out, also where a line is folded. */
const secretHeaders =
  /^((?:proxy-)?(?:authorization|authenticate)|www-authenticate|authentication-info)([ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
const secretElements = /<(\w*(?:password|passwd|pwd|secret)\w*)>[^<]*/gi;
const secretPairs = /\b(\w*(?:password|passwd|pwd)\w*\s*=\s*)("[^"]*"|[^\s&;,<>"]+)/gi;

function withoutSecrets(whole: Buffer): Buffer {
  const text = whole
    .subarray(0, maxMessageBytes)
    .toString('latin1')
    .replace(secretHeaders, '$1$2 ***')
    .replace(secretElements, '<$1>***')
    .replace(secretPairs, '$1***');
  return Buffer.from(whole.length > maxMessageBytes ? `${text}\r\n***` : text, 'latin1');
}
