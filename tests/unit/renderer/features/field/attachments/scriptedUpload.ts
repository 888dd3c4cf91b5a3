import { createHash } from 'node:crypto';
import {
  AttachmentOutbox,
  type AttachmentQueue,
  type OutboxItem,
  type UploadAnswer,
  type WaitingAttachment,
} from '../../../../../../src-renderer/features/field/attachments/attachmentOutbox.ts';
import { createMemoryQueue } from '../../../../../../src-renderer/server/attachmentQueue.ts';
import type { UploadAnnouncement } from '../../../../../../src-shared/attachments/attachments.protocol.ts';

/** A hub that keeps what the protocol says, for runs of thousands of steps. `mood` decides what becomes of each request. */
export function createScriptedHub(mood: () => 'works' | 'no_answer' | 'unreached' | 'restart') {
  const uploads = new Map<string, { announced: UploadAnnouncement; bytes: Buffer }>();
  const kept: { attachmentId: string; sha256: string }[] = [];

  const ask = (work: () => UploadAnswer): Promise<UploadAnswer> => {
    const how = mood();
    if (how === 'unreached') return Promise.resolve({ type: 'later' });
    // The hub ended before it was written: what is durable stays.
    if (how === 'restart') return Promise.resolve({ type: 'later' });
    const answer = work();
    return Promise.resolve(how === 'no_answer' ? { type: 'later' } : answer);
  };
  const stateOf = (attachmentId: string): UploadAnswer => {
    const one = kept.find((item) => item.attachmentId === attachmentId);
    if (one !== undefined) return { type: 'state', state: { state: 'kept', attachment: one as never } };
    const upload = uploads.get(attachmentId);
    if (upload === undefined) return { type: 'unknown' };
    const { announced, bytes } = upload;
    if (bytes.length < announced.bytes)
      return { type: 'state', state: { state: 'open', offset: bytes.length } };
    uploads.delete(attachmentId);
    if (createHash('sha256').update(bytes).digest('hex') !== announced.sha256) {
      return { type: 'state', state: { state: 'rejected', rejection: 'hash_differs' } };
    }
    kept.push({ attachmentId, sha256: announced.sha256 });
    return stateOf(attachmentId);
  };
  return {
    kept,
    announce: (announced: UploadAnnouncement) =>
      ask(() => {
        const { attachmentId } = announced;
        if (!uploads.has(attachmentId) && !kept.some((one) => one.attachmentId === attachmentId)) {
          uploads.set(attachmentId, { announced, bytes: Buffer.alloc(0) });
        }
        return stateOf(attachmentId);
      }),
    sendPiece: (attachmentId: string, offset: number, piece: ArrayBuffer) =>
      ask(() => {
        const upload = uploads.get(attachmentId);
        if (upload?.bytes.length === offset) upload.bytes = Buffer.concat([upload.bytes, Buffer.from(piece)]);
        return stateOf(attachmentId);
      }),
  };
}

/** A page of the phone: it begins with what an earlier page kept in `queue`. */
export function openPage(
  hub: Pick<ReturnType<typeof createScriptedHub>, 'announce' | 'sendPiece'>,
  queue: AttachmentQueue = createMemoryQueue(),
  memberId = 'li',
  isAwaited: (owner: { id: string }) => boolean = () => false,
) {
  let isClosed = false;
  const page = {
    items: [] as readonly OutboxItem[],
    queue,
    /** The page was ended: nothing of it runs on. */
    kill: () => void (isClosed = true),
    outbox: undefined as unknown as AttachmentOutbox,
  };
  const whileOpen = <T>(work: Promise<T>): Promise<T> =>
    work.then((value) => (isClosed ? new Promise<T>(() => undefined) : value));
  page.outbox = new AttachmentOutbox({
    queue: {
      load: () => whileOpen(queue.load()),
      add: (waiting, bytes) => whileOpen(queue.add(waiting, bytes)),
      update: (waiting) => whileOpen(queue.update(waiting)),
      bytesOf: (attachmentId) => whileOpen(queue.bytesOf(attachmentId)),
      remove: (attachmentId) =>
        isClosed ? new Promise(() => undefined) : whileOpen(queue.remove(attachmentId)),
    },
    announce: (announcement) => whileOpen(hub.announce(announcement)),
    sendPiece: (attachmentId, offset, piece) => whileOpen(hub.sendPiece(attachmentId, offset, piece)),
    isAwaited,
    moment: () => ({ wallMs: 1_000, runningMs: 1_000, pageId: 'page' }),
    delay: () => whileOpen(Promise.resolve()),
    onChange: (items) => void (page.items = items),
    onKept: () => undefined,
  });
  page.outbox.setMember(memberId);
  return page;
}

export function waitingOf(attachmentId: string, bytes: Uint8Array, memberId = 'li'): WaitingAttachment {
  return {
    attachmentId,
    memberId,
    owner: { kind: 'order', id: 'o1' },
    kind: 'photograph',
    bytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    at: { wallMs: 0, runningMs: 0, pageId: 'page' },
    deviceClock: '2026-11-29T16:00:00+08:00',
  };
}

/** Bytes that differ from those of every other number. */
export function bytesOf(number: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (number * 31 + at * 7) % 251;
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes.buffer;
}
