import { useEffect } from 'react';
import { useStore } from 'zustand';
import {
  createAttachmentsActions,
  createAttachmentsStore,
  ownerKey,
  type AttachmentsActions,
  type AttachmentsStore,
} from '../../../features/attachments/attachmentsStore.ts';
import { attachmentAddress } from '../../../features/attachments/attachmentAddress.ts';
import { OrderFiles } from '../../../features/field/attachments/OrderFiles.tsx';
import type { UploadAsker } from '../../../server/attachmentUploads.ts';
import type { HubLink } from '../../../server/hubLink.ts';

/** What others put with the orders of this phone's member. */
export interface FieldOrderFiles {
  store: AttachmentsStore;
  actions: AttachmentsActions;
  load(attachmentId: string, part: 'file' | 'thumbnail'): Promise<Blob | undefined>;
}

export function createOrderFiles({
  link,
  fetch,
  asker,
}: {
  link: Pick<HubLink, 'request'>;
  fetch: typeof window.fetch;
  /** As whom files are fetched; undefined while nobody is signed in. */
  asker(): UploadAsker | undefined;
}): FieldOrderFiles {
  const store = createAttachmentsStore();
  return {
    store,
    actions: createAttachmentsActions({ store, request: link.request }),
    async load(attachmentId, part) {
      const member = asker();
      if (member === undefined) return undefined;
      try {
        const answer = await fetch(attachmentAddress(attachmentId, part), member);
        return answer.ok ? await answer.blob() : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Those of an order that is opened. */
export function OpenOrderFiles({
  files: { store, actions, load },
  memberId,
  orderId,
  timeOfDay,
}: {
  files: FieldOrderFiles;
  memberId: string;
  orderId: string;
  timeOfDay(atMs: number): string;
}) {
  const found = useStore(store, ({ byOwner }) => byOwner.get(ownerKey({ kind: 'order', id: orderId })));
  useEffect(() => {
    const owner = { kind: 'order', id: orderId } as const;
    actions.open(owner);
    return () => actions.close(owner);
  }, [actions, orderId]);
  const ofOthers = (found ?? []).filter(({ by }) => by.kind !== 'phone' || by.id !== memberId);
  return <OrderFiles attachments={ofOthers} timeOfDay={timeOfDay} load={load} />;
}
