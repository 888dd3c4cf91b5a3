import type { NoticeName } from '../../src-shared/protocol/index.ts';

/** Bytes of notices that may wait for a surface; beyond, those that a snapshot replaces are left out. */
export const maxNoticeBytes = 1024 * 1024;
/** With so few bytes waiting, a surface reads again. */
const drainedBytes = 64 * 1024;
/** With more bytes waiting, requests with large answers wait too. */
export const roomBytes = 4 * 1024 * 1024;
/** A connection for which more waits is ended. */
export const maxWaitingBytes = 32 * 1024 * 1024;
/** For all connections of one principal; beyond, the one of them with most is ended. */
export const maxPrincipalBytes = 64 * 1024 * 1024;
/** For all connections together; beyond, the one with most is ended. */
export const maxTotalBytes = 256 * 1024 * 1024;
/** A connection that reads nothing for this long while messages wait is ended. Milliseconds. */
export const stalledMs = 20_000;

/**
 * Notices that only describe a present state, which the next snapshot contains as well. All other notices are never left out:
 * those addressed to one surface, those about alerts and emergencies, and those whose content is not in the snapshot.
 */
const replaceable: ReadonlySet<NoticeName> = new Set<NoticeName>([
  'alerts:changed',
  'alerts:countsChanged',
  'alerts:marksChanged',
  'squads:membersChanged',
  'squads:positionsChanged',
  'squads:squadsChanged',
  'talk:floorIdle',
  'talk:floorTaken',
  'wall:libraryChanged',
  'wall:screenChanged',
]);

/** What waits to be sent to one surface. */
export interface Outbox {
  /** Bytes that the hub holds for the surface, beyond what the system's own buffers hold. */
  waitingBytes(): number;
  /** Whether a notice is to be sent. When it is left out its number is skipped, so that the surface notices the gap. */
  takesNotice(name: NoticeName): boolean;
  /**
   * Checks how the surface reads. `resync`: it reads again after notices were left out and must be notified; `end`: it reads
   * nothing, or too much waits. `stoodStill`: the hub itself stood still since the last check, so nothing could be read.
   */
  look(nowMs: number, stoodStill: boolean): 'fine' | 'resync' | 'end';
}

/** The engine.io connection, as far as it is used here. */
interface SendingConnection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown;
  on(event: 'flush', listener: () => void): unknown;
  request: { socket: { writableLength: number } };
}

/** Follows what is sent over a connection. `onTooMuch` is called as soon as more waits than any surface may leave unread. */
export function createOutbox(connection: SendingConnection, onTooMuch: () => void): Outbox {
  /** In engine.io's own queue, which grows while the socket is busy. */
  let queuedBytes = 0;
  let sentBytes = 0;
  let noticeBytes = 0;
  let leftOut = 0;
  let deliveredBytes = 0;
  let deliveredAtMs: number | undefined;
  const waitingBytes = (): number => queuedBytes + connection.request.socket.writableLength;
  let isNotice = false;

  connection.on('packetCreate', ({ data }) => {
    const bytes = sizeOf(data);
    queuedBytes += bytes;
    sentBytes += bytes;
    if (isNotice) noticeBytes += bytes;
    isNotice = false;
    if (waitingBytes() > maxWaitingBytes) onTooMuch();
  });
  connection.on('flush', () => (queuedBytes = 0));

  return {
    waitingBytes,
    takesNotice(name) {
      if (noticeBytes > maxNoticeBytes && waitingBytes() <= drainedBytes) noticeBytes = 0;
      if (replaceable.has(name) && (leftOut > 0 || noticeBytes > maxNoticeBytes)) {
        leftOut += 1;
        return false;
      }
      isNotice = true;
      return true;
    },
    look(nowMs, stoodStill) {
      const waiting = waitingBytes();
      const delivered = sentBytes - waiting;
      if (delivered > deliveredBytes || waiting <= drainedBytes || stoodStill || deliveredAtMs === undefined)
        deliveredAtMs = nowMs;
      deliveredBytes = delivered;
      if (waiting > maxWaitingBytes || nowMs - deliveredAtMs > stalledMs) return 'end';
      if (waiting > drainedBytes) return 'fine';
      noticeBytes = 0;
      if (leftOut === 0) return 'fine';
      leftOut = 0;
      return 'resync';
    },
  };
}

/** Bytes, or characters, of a packet. */
export function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return data instanceof Uint8Array ? data.byteLength : 0;
}
