import type { TracedMessage } from '../../../src-shared/recorders/recorders.protocol.ts';

/** A trace as a text file: each message under a line with its time, direction and other side. */
export function traceText(messages: readonly TracedMessage[]): string {
  return messages
    .map(({ atMs, direction, peer, text, count }) => {
      const arrow = direction === 'received' ? '<<<' : '>>>';
      const times = count > 1 ? ` (x${count})` : '';
      return `${arrow} ${new Date(atMs).toISOString()} ${peer}${times}\r\n${text.trimEnd()}\r\n`;
    })
    .join('\r\n');
}

/** The first line of a message, which says what it is; of an answer also to what. */
export function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  const method = /^CSeq: *\d+ +([A-Z]+)/m.exec(text)?.[1];
  return line.startsWith('SIP/') && method !== undefined ? `${line} (${method})` : line;
}
