import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AttachmentOwner } from '../../../../src-shared/attachments/attachments.protocol.ts';
import { AttachmentStrip } from '../../../features/attachments/AttachmentStrip.tsx';
import {
  createAttachmentsActions,
  createAttachmentsStore,
  ownerKey,
  type AttachmentsActions,
  type AttachmentsStore,
} from '../../../features/attachments/attachmentsStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';

/** Photographs and notes at the desk. */
export interface DeskAttachments {
  store: AttachmentsStore;
  actions: AttachmentsActions;
}

export function createDeskAttachments({ link }: { link: Pick<HubLink, 'request'> }): DeskAttachments {
  const store = createAttachmentsStore();
  return { store, actions: createAttachmentsActions({ store, request: link.request }) };
}

/** Photographs and notes: they arrive by themselves where what they belong to is shown. */
export function createAttachmentsFeature({
  attachments: { actions },
}: {
  attachments: DeskAttachments;
}): DeskFeature<'attachments:added'> {
  return {
    takeSnapshot: () => actions.refresh(),
    takeNotice: { 'attachments:added': ({ attachment }) => actions.takeAdded(attachment) },
  };
}

/** The photographs and notes of one thing that is shown at the desk, such as an order. */
export function OwnAttachments({
  attachments: { store, actions },
  session,
  kind,
  id,
}: AttachmentOwner & { attachments: DeskAttachments; session: SessionStore }) {
  const { t } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const found = useStore(store, ({ byOwner }) => byOwner.get(ownerKey({ kind, id })));
  useEffect(() => {
    const owner = { kind, id };
    actions.open(owner);
    return () => actions.close(owner);
  }, [actions, kind, id]);
  return (
    <section>
      <h2>{t('attachments.title')}</h2>
      <AttachmentStrip attachments={found} times={times} />
    </section>
  );
}
