import type { TracedMessage } from '../../../../src-shared/recorders/recorders.protocol.ts';

/** Messages of one recorder that are kept. */
export const maxTraced = 200;
/** Of one message; a whole catalogue of many items is not needed to understand what goes wrong. */
const maxMessageBytes = 4_096;
/** Of all recorders together: the trace of the one that was heard longest ago goes first. */
const maxTotalBytes = 48 * 1024 * 1024;

interface Kept extends Omit<TracedMessage, 'text'> {
  /** Bytes as they came, because the charset of a body is found out only when somebody reads it. */
  bytes: Buffer;
  /** Equal for messages that say the same again. */
  sameAs: string;
}

/** The last SIP messages of each recorder. */
export interface SipTrace {
  note(
    recorderId: string,
    message: { atMs: number; direction: 'received' | 'sent'; peer: string; bytes: Buffer; sameAs: string },
  ): void;
  /** The oldest first. */
  of(recorderId: string): TracedMessage[];
  forget(recorderId: string): void;
}

/** `decode` makes text of a body. */
export function createSipTrace(
  decode: (body: Buffer) => string,
  limits = { totalBytes: maxTotalBytes },
): SipTrace {
  const traces = new Map<string, { messages: Kept[]; bytes: number }>();
  let total = 0;
  const forget = (recorderId: string): void => {
    total -= traces.get(recorderId)?.bytes ?? 0;
    traces.delete(recorderId);
  };
  return {
    forget,
    note(recorderId, { bytes: whole, ...message }) {
      const trace = traces.get(recorderId) ?? { messages: [], bytes: 0 };
      // The one that was heard last stands last.
      traces.delete(recorderId);
      traces.set(recorderId, trace);
      const bytes = withoutSecrets(whole);
      // A keepalive and its answer come again and again: the pair before is counted up.
      const pair = trace.messages.slice(-2);
      const again = pair.find((kept) => kept.sameAs === message.sameAs && message.sameAs !== '');
      if (again !== undefined && pair.every((kept) => kept.sameAs !== '')) {
        again.count += 1;
        again.atMs = message.atMs;
        return;
      }
      const kept = { ...message, bytes, count: 1 };
      trace.messages.push(kept);
      trace.bytes += bytes.length;
      total += bytes.length;
      while (trace.messages.length > maxTraced) {
        const gone = trace.messages.shift()?.bytes.length ?? 0;
        trace.bytes -= gone;
        total -= gone;
      }
      for (const other of traces.keys()) {
        if (total <= limits.totalBytes || other === recorderId) break;
        forget(other);
      }
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
