import type {
  Recorder,
  RecorderChannel,
  TracedMessage,
} from '../../../src-shared/recorders/recorders.protocol.ts';

/**
 * What is known of a recorder, one `name: value` a line, above its messages: whoever helps by telephone has only this file. The names are
 * those of the protocol, in every language.
 */
export function recorderFacts(recorder: Recorder, channels: readonly RecorderChannel[]): string {
  const { lastProblem, sinceMs, announcedItems } = recorder;
  const at = (ms: number): string => new Date(ms).toISOString();
  const problem =
    lastProblem === undefined
      ? undefined
      : [lastProblem.problem, lastProblem.status, lastProblem.address, at(lastProblem.atMs)]
          .filter((part) => part !== undefined)
          .join(' ');
  const facts: [string, string | number | boolean | undefined][] = [
    ['recorderId', recorder.recorderId],
    ['name', recorder.name],
    ['isOnline', recorder.isOnline],
    [recorder.isOnline ? 'since' : 'lastHeard', sinceMs === undefined ? undefined : at(sinceMs)],
    ['address', recorder.address],
    ['signalling', recorder.signalling],
    ['mediaWay', recorder.mediaWay],
    ['subStream', recorder.subStream],
    ['voice', recorder.voice],
    ['edition', recorder.edition],
    ['make', recorder.make],
    ['setsClock', recorder.setsClock],
    ['clockOffsetMs', recorder.clockOffsetMs],
    ['lastProblem', problem],
    ['items', `${recorder.receivedItems}${announcedItems === undefined ? '' : ` of ${announcedItems}`}`],
    ['channels', channels.length],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const listed = channels.map(({ channelId, name, isOn, isMissing }) =>
    [
      'channel:',
      channelId,
      isMissing ? 'missing' : isOn === undefined ? 'unsaid' : isOn ? 'on' : 'off',
      name,
    ].join(' '),
  );
  return [...lines, ...listed, ''].join('\r\n');
}

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
