import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Attachment, AttachmentOwner } from '../../../src-shared/attachments/attachments.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';

/** Photographs and notes of the owners that are shown, by `ownerKey`; undefined while they are read. */
export interface AttachmentsState {
  byOwner: ReadonlyMap<string, readonly Attachment[]>;
}
export type AttachmentsStore = StoreApi<AttachmentsState>;

export function createAttachmentsStore(): AttachmentsStore {
  return createStore<AttachmentsState>()(() => ({ byOwner: new Map() }));
}

/** `order:k3f…`. */
export function ownerKey({ kind, id }: AttachmentOwner): string {
  return `${kind}:${id}`;
}

/** What a surface does with attachments. */
export interface AttachmentsActions {
  /** Something that has attachments is shown: they are read, and read again after a lost connection. */
  open(owner: AttachmentOwner): void;
  /** It is not shown any more. */
  close(owner: AttachmentOwner): void;
  takeAdded(attachment: Attachment): void;
  /** The surface joined again: what is shown is read again. */
  refresh(): void;
}

export function createAttachmentsActions(options: {
  store: AttachmentsStore;
  request(
    name: 'attachments:list',
    input: InputOf<'attachments:list'>,
  ): Promise<Ack<OutputOf<'attachments:list'>>>;
}): AttachmentsActions {
  const { store, request } = options;
  const shown = new Map<string, AttachmentOwner>();

  const put = (key: string, found: readonly Attachment[]): void => {
    const known = store.getState().byOwner.get(key) ?? [];
    const ids = new Set(found.map(({ attachmentId }) => attachmentId));
    // One that was added while the list was on its way is not in it.
    const all = [...found, ...known.filter(({ attachmentId }) => !ids.has(attachmentId))];
    all.sort((left, right) => left.takenAtMs - right.takenAtMs);
    store.setState({ byOwner: new Map(store.getState().byOwner).set(key, all) });
  };
  const read = async (owner: AttachmentOwner): Promise<void> => {
    const answer = await request('attachments:list', { owner });
    if (answer.ok && shown.has(ownerKey(owner))) put(ownerKey(owner), answer.data.attachments);
  };
  return {
    open(owner) {
      shown.set(ownerKey(owner), owner);
      void read(owner);
    },
    close(owner) {
      const key = ownerKey(owner);
      shown.delete(key);
      const byOwner = new Map(store.getState().byOwner);
      byOwner.delete(key);
      store.setState({ byOwner });
    },
    takeAdded(attachment) {
      const key = ownerKey(attachment.owner);
      if (shown.has(key)) put(key, [attachment]);
    },
    refresh() {
      for (const owner of shown.values()) void read(owner);
    },
  };
}
