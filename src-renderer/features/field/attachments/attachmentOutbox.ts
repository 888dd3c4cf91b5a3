import type {
  Attachment,
  AttachmentKind,
  AttachmentOwner,
  UploadAnnouncement,
  UploadRejection,
  UploadState,
} from '../../../../src-shared/attachments/attachments.protocol.ts';
import type { RefusalReason } from '../../../../src-shared/protocol/refusals.ts';
import { ageMs, type Moment } from '../moment.ts';

/** A photograph or a note that the hub does not have yet. Plain JSON; its bytes lie beside it in the queue. */
export interface WaitingAttachment {
  attachmentId: string;
  /** Whose it is: another member who signs in on this phone neither sees nor sends it. */
  memberId: string;
  owner: AttachmentOwner;
  kind: AttachmentKind;
  purpose?: 'before';
  /** The order within which it was taken, where it belongs to a finding of that order. */
  within?: string;
  bytes: number;
  /** SHA-256 in hexadecimal. */
  sha256: string;
  at: Moment;
  /** What the phone's clock showed, with its zone. */
  deviceClock: string;
  place?: Attachment['place'];
  durationMs?: number;
  /** What its file is called on this machine; the hub is not sent it. */
  name?: string;
  /** Why it will never be kept; it stays until the member has read it. */
  failure?: AttachmentFailure;
}

/** The hub rejected what was sent, or refused to take it. */
export type AttachmentFailure = UploadRejection | Extract<RefusalReason, `attachments.${string}`> | 'lost';

/** Where photographs and notes wait, over reloads where the browser allows it. */
export interface AttachmentQueue {
  load(): Promise<WaitingAttachment[]>;
  /** Resolves when both are kept. */
  add(waiting: WaitingAttachment, bytes: ArrayBuffer): Promise<void>;
  update(waiting: WaitingAttachment): Promise<void>;
  bytesOf(attachmentId: string): Promise<ArrayBuffer | undefined>;
  remove(attachmentId: string): Promise<void>;
}

/** What the hub answers to an announcement and to a piece. */
export type UploadAnswer =
  | { type: 'state'; state: UploadState }
  /** Sending the same again does not help. */
  | { type: 'refused'; reason: AttachmentFailure }
  /** Announced before, and not known any more: it is announced again. */
  | { type: 'unknown' }
  /** No network, no answer, or no room at this time. */
  | { type: 'later'; reason?: RefusalReason | undefined };

export interface AttachmentOutboxPorts {
  queue: AttachmentQueue;
  announce(announcement: UploadAnnouncement): Promise<UploadAnswer>;
  sendPiece(attachmentId: string, offset: number, piece: ArrayBuffer): Promise<UploadAnswer>;
  /** The hub does not know yet what it belongs to: it waits for that. Left out: everything is known. */
  isAwaited?(owner: AttachmentOwner): boolean;
  moment(): Moment;
  delay(delayMs: number): Promise<void>;
  /** Called whenever something else waits than before, or is further. */
  onChange(items: readonly OutboxItem[]): void;
  /** The hub has kept one. */
  onKept(attachment: Attachment): void;
}

/** One photograph or note as the member sees it. */
export interface OutboxItem extends WaitingAttachment {
  /** Bytes that the hub has. */
  sentBytes: number;
  /** Why it waits, where the hub gave a reason. */
  waitsFor?: RefusalReason;
}

/** Some seconds of a slow network; a broken piece costs no more. Bytes. */
const pieceBytes = 256 * 1024;
/** The wait after something came to nothing, doubled each time. Milliseconds. */
const firstWaitMs = 1_000;
const longestWaitMs = 16_000;

/**
 * Keeps photographs and notes until the hub has kept each, over lost networks, reloaded pages and hubs that end. Each has an id by which
 * the hub keeps it once, however often it is sent, and is continued from where the hub says that it is. None is ever dropped.
 */
export class AttachmentOutbox {
  readonly #ports: AttachmentOutboxPorts;
  #items: readonly OutboxItem[] = [];
  #memberId = '';
  #isConnected = false;
  #isSending = false;
  #waitMs = firstWaitMs;
  /** Ends the wait after something that came to nothing. */
  #wake: () => void = () => undefined;
  readonly #loaded: Promise<void>;

  constructor(ports: AttachmentOutboxPorts) {
    this.#ports = ports;
    this.#loaded = ports.queue.load().then((kept) => {
      const known = new Set(this.#items.map(({ attachmentId }) => attachmentId));
      const before = kept.filter(({ attachmentId }) => !known.has(attachmentId));
      this.#set([...before.map((one) => ({ ...one, sentBytes: 0 })), ...this.#items]);
      void this.#send();
    });
  }

  /** Resolves when it is kept on this phone. */
  async add(waiting: WaitingAttachment, bytes: ArrayBuffer): Promise<void> {
    await this.#ports.queue.add(waiting, bytes);
    this.#set([...this.#items, { ...waiting, sentBytes: 0 }]);
    void this.#send();
  }

  /** Who is signed in on this phone; empty for nobody. */
  setMember(memberId: string): void {
    this.#memberId = memberId;
    this.#set(this.#items);
    void this.#send();
  }

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    if (isConnected) {
      this.#waitMs = firstWaitMs;
      this.#wake();
    }
    void this.#send();
  }

  /** The hub may know by now what was waited for. */
  ownersChanged(): void {
    this.#wake();
    void this.#send();
  }

  /** The member has read why one is not kept. */
  async dismiss(attachmentId: string): Promise<void> {
    await this.#ports.queue.remove(attachmentId);
    this.#set(this.#items.filter((one) => one.attachmentId !== attachmentId || one.failure === undefined));
  }

  async #send(): Promise<void> {
    await this.#loaded;
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        if (await this.#sendOne(next)) this.#waitMs = firstWaitMs;
        else {
          const woken = new Promise<void>((resolve) => (this.#wake = resolve));
          await Promise.race([this.#ports.delay(this.#waitMs), woken]);
          this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
        }
      }
    } finally {
      this.#isSending = false;
    }
  }

  #next(): OutboxItem | undefined {
    if (!this.#isConnected) return undefined;
    const { isAwaited = () => false } = this.#ports;
    return this.#items.find(
      ({ memberId, failure, owner }) =>
        memberId === this.#memberId && failure === undefined && !isAwaited(owner),
    );
  }

  /** Sends one as far as it goes; whether the hub has decided about it. */
  async #sendOne(item: OutboxItem): Promise<boolean> {
    const { attachmentId } = item;
    const bytes = await this.#ports.queue.bytesOf(attachmentId).catch(() => undefined);
    let answer = await this.#ports.announce(announcementOf(item, this.#ports.moment()));
    let before = -1;
    while (answer.type === 'state' && answer.state.state === 'open') {
      // Where they are gone because another page of this browser sent them, the hub has said that it keeps it.
      if (bytes === undefined) return this.#fail(item, 'lost');
      const { offset } = answer.state;
      this.#update(attachmentId, (one) => ({ ...withoutCause(one), sentBytes: offset }));
      // A hub that does not come forward is asked again later.
      if (offset === before || !this.#isConnected || item.memberId !== this.#memberId) return false;
      before = offset;
      answer = await this.#ports.sendPiece(attachmentId, offset, bytes.slice(offset, offset + pieceBytes));
    }
    switch (answer.type) {
      case 'state':
        if (answer.state.state === 'rejected') return this.#fail(item, answer.state.rejection);
        await this.#ports.queue.remove(attachmentId);
        this.#set(this.#items.filter((one) => one.attachmentId !== attachmentId));
        if (answer.state.state === 'kept') this.#ports.onKept(answer.state.attachment);
        return true;
      case 'refused':
        return this.#fail(item, answer.reason);
      case 'unknown':
        return false;
      case 'later': {
        const { reason } = answer;
        if (reason !== undefined) this.#update(attachmentId, (one) => ({ ...one, waitsFor: reason }));
        return false;
      }
    }
  }

  async #fail({ attachmentId }: OutboxItem, failure: AttachmentFailure): Promise<true> {
    this.#update(attachmentId, (one) => ({ ...withoutCause(one), failure }));
    const failed = this.#items.find((one) => one.attachmentId === attachmentId);
    if (failed !== undefined) {
      const { sentBytes: _sent, waitsFor: _cause, ...waiting } = failed;
      await this.#ports.queue.update(waiting).catch(() => undefined);
    }
    return true;
  }

  #update(attachmentId: string, change: (one: OutboxItem) => OutboxItem): void {
    this.#set(this.#items.map((one) => (one.attachmentId === attachmentId ? change(one) : one)));
  }

  #set(items: readonly OutboxItem[]): void {
    this.#items = items;
    this.#ports.onChange(items.filter(({ memberId }) => memberId === this.#memberId));
  }
}

function withoutCause({ waitsFor: _cause, ...one }: OutboxItem): OutboxItem {
  return one;
}

function announcementOf(item: OutboxItem, now: Moment): UploadAnnouncement {
  const { attachmentId, owner, kind, purpose, bytes, sha256, at, deviceClock, place, durationMs } = item;
  return {
    attachmentId,
    owner,
    kind,
    ...(purpose === undefined ? {} : { purpose }),
    bytes,
    sha256,
    ageMs: ageMs(at, now),
    deviceClock,
    ...(place === undefined ? {} : { place }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}
