import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { OrderAttachments } from '../../../features/field/attachments/OrderAttachments.tsx';
import type { FieldFeature } from '../fieldFeature.ts';
import type { FieldOrderFiles } from './orderFiles.tsx';
import type { PhoneAttachments } from '../../shared/phoneAttachments.ts';

/** Photographs and voice notes: they wait on the phone and are sent while there is a network; and what others put with an order. */
export function createAttachmentsFeature({
  attachments,
  orderFiles,
}: {
  attachments: PhoneAttachments;
  orderFiles: FieldOrderFiles;
}): FieldFeature<'attachments:added'> {
  const { outbox } = attachments;
  return {
    panels: { strip: () => <NotSent attachments={attachments} /> },
    takeSnapshot({ snapshot }) {
      outbox.setMember(snapshot.squads?.self?.memberId ?? '');
      outbox.connected(true);
      orderFiles.actions.refresh();
    },
    takeNotice: { 'attachments:added': ({ attachment }) => orderFiles.actions.takeAdded(attachment) },
    connectionLost: () => outbox.connected(false),
    signedOut: () => outbox.setMember(''),
    setAside: () => outbox.connected(false),
  };
}

/** What is not sent yet, where no order is opened. */
function NotSent({ attachments: { store } }: { attachments: PhoneAttachments }) {
  const { t } = useTranslation();
  const { waiting, isPageOnly } = useStore(store);
  const count = waiting.filter(({ failure }) => failure === undefined).length;
  const failed = waiting.length - count;
  if (waiting.length === 0) return null;
  return (
    <p
      className={failed > 0 ? 'field-strip field-strip--wrong' : 'field-strip'}
      data-attachments-waiting={count}
    >
      {count > 0 && t('field.attachments.notSent', { count })} {isPageOnly && t('field.attachments.pageOnly')}{' '}
      {failed > 0 && t('field.attachments.failed', { count: failed })}
    </p>
  );
}

/** The photographs and voice notes of an order that is opened. */
export function OpenOrderAttachments({
  attachments,
  orderId,
}: {
  attachments: PhoneAttachments;
  orderId: string;
}) {
  const owner = { kind: 'order', id: orderId } as const;
  return (
    <OrderAttachments
      store={attachments.store}
      orderId={orderId}
      onPictures={(files) => void attachments.takePictures(owner, files)}
      onRecord={attachments.record}
      onRecorded={(recording) => void attachments.takeRecording(owner, recording)}
      onDismiss={(attachmentId) => void attachments.outbox.dismiss(attachmentId)}
    />
  );
}
