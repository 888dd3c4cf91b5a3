import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AttachmentKind } from '../../../../src-shared/attachments/attachments.protocol.ts';
import type { OutboxItem } from './attachmentOutbox.ts';

/** Photographs and notes of this phone's member. */
export interface FieldAttachmentsState {
  /** What the hub does not have yet, or will never take; the oldest first. */
  waiting: readonly OutboxItem[];
  /** What this page has sent, by the id of its order. */
  sent: ReadonlyMap<string, number>;
  /** The browser keeps nothing: what waits is lost with the page. */
  isPageOnly: boolean;
  /** Being made smaller and kept. */
  busy: number;
  /** Why the last one was not taken at all. */
  problem: 'too_large' | 'not_read' | 'no_microphone' | undefined;
}
export type FieldAttachmentsStore = StoreApi<FieldAttachmentsState>;

export function createFieldAttachmentsStore(): FieldAttachmentsStore {
  return createStore<FieldAttachmentsState>()(() => ({
    waiting: [],
    sent: new Map(),
    isPageOnly: false,
    busy: 0,
    problem: undefined,
  }));
}

/** The hub has kept one of an order. */
export function countSent(store: FieldAttachmentsStore, orderId: string): void {
  store.setState(({ sent }) => ({ sent: new Map(sent).set(orderId, (sent.get(orderId) ?? 0) + 1) }));
}

/** `photograph`, `voice` or `document` of an order that is to be sent. */
export interface TakenFile {
  kind: AttachmentKind;
  blob: Blob;
  durationMs?: number;
}
