import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AttachmentOwner } from '../../../../src-shared/attachments/attachments.protocol.ts';
import { isLocked, type PrincipalStore } from '../../../features/accounts/principalStore.ts';
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
import { createPhoneAttachments, type PhoneAttachments } from '../../shared/phoneAttachments.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { AttachKey } from './AttachKey.tsx';

/** Photographs and notes at the desk. */
export interface DeskAttachments {
  store: AttachmentsStore;
  actions: AttachmentsActions;
  /** What this desk attaches: kept in its browser and sent as a phone's is. */
  sending: PhoneAttachments;
}

export function createDeskAttachments({
  link,
  principal,
  newId,
}: {
  link: Pick<HubLink, 'request'>;
  principal: PrincipalStore;
  newId(): string;
}): DeskAttachments {
  const store = createAttachmentsStore();
  const pageId = newId();
  const sending = createPhoneAttachments({
    // The cookie says who sits here. A locked desk sends nothing.
    asker: () => (isLocked(principal.getState()) ? undefined : { headers: {}, credentials: 'same-origin' }),
    memberId: () => senderOf(principal.getState().desk?.accountId),
    place: () => undefined,
    moment: () => ({ wallMs: Date.now(), runningMs: performance.now(), pageId }),
    newId,
    delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  return { store, actions: createAttachmentsActions({ store, request: link.request }), sending };
}

/** Whose files in this browser are a desk's: members of squads and sites may use the same one. */
function senderOf(accountId = ''): string {
  return `desk:${accountId}`;
}

/** Photographs and notes: they arrive by themselves where what they belong to is shown. */
export function createAttachmentsFeature({
  attachments: { actions, sending },
}: {
  attachments: DeskAttachments;
}): DeskFeature<'attachments:added'> {
  return {
    takeSnapshot({ snapshot }) {
      actions.refresh();
      sending.outbox.setMember(senderOf(snapshot.desk?.accountId));
      sending.outbox.connected(true);
    },
    connectionLost: () => sending.outbox.connected(false),
    takeNotice: { 'attachments:added': ({ attachment }) => actions.takeAdded(attachment) },
  };
}

/** The photographs and notes of one thing that is shown at the desk, such as an order. */
export function OwnAttachments({
  attachments: { store, actions, sending },
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
      {kind === 'order' && <AttachKey sending={sending} owner={{ kind, id }} />}
      {kind === 'finding' && <AttachKey sending={sending} owner={{ kind, id }} purpose="before" />}
    </section>
  );
}
