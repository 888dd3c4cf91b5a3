import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AttachmentKind } from '../../../../src-shared/attachments/attachments.protocol.ts';
import type { OutboxItem } from './attachmentOutbox.ts';

/** Photographs and notes of this phone's member. */
export interface FieldAttachmentsState {
  /** What the hub does not have yet, or will never take; the oldest first. */
  waiting: readonly OutboxItem[];
  /** What this page has sent, by the id of its order or finding. */
  sent: ReadonlyMap<string, number>;
  /** The browser keeps nothing: what waits is lost with the page. */
  isPageOnly: boolean;
  /** Being made smaller and kept. */
  busy: number;
  /** Why the last one was not taken at all. */
  problem: 'too_large' | 'not_read' | 'no_microphone' | 'insecure' | undefined;
  /** The name of that file, where it has one. */
  problemFile?: string | undefined;
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

/** The hub has kept one of an order or a finding. */
export function countSent(store: FieldAttachmentsStore, ownerId: string): void {
  store.setState(({ sent }) => ({ sent: new Map(sent).set(ownerId, (sent.get(ownerId) ?? 0) + 1) }));
}

/** `photograph`, `voice` or `document` of an order that is to be sent. */
export interface TakenFile {
  kind: AttachmentKind;
  /** Of a pair of photographs of a finding. */
  purpose?: 'before';
  /** The order within which it was taken, where it belongs to a finding. */
  within?: string;
  blob: Blob;
  durationMs?: number;
  name?: string;
}
