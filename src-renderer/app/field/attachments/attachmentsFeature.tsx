import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { OrderAttachments } from '../../../features/field/attachments/OrderAttachments.tsx';
import { createVoiceNoteKey } from '../../../features/field/attachments/voiceNoteKey.ts';
import { HoldKey } from '../../../features/talk/holdKey.ts';
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

interface OpenOrder {
  attachments: PhoneAttachments;
  orderId: string;
}

/** The photographs and voice notes of an order that is opened. */
export function OpenOrderAttachments(props: OpenOrder) {
  // A key that is held for one order records for no other.
  return <OwnAttachments key={props.orderId} {...props} />;
}

function OwnAttachments({ attachments, orderId }: OpenOrder) {
  const owner = { kind: 'order', id: orderId } as const;
  const [{ note, hold }] = useState(() => {
    const note = createVoiceNoteKey({
      record: attachments.record,
      recorded: (recording) => void attachments.takeRecording(owner, recording),
    });
    return { note, hold: new HoldKey({ window, document }, note) };
  });
  return (
    <OrderAttachments
      store={attachments.store}
      orderId={orderId}
      note={note}
      hold={hold}
      onPictures={(files) => void attachments.takePictures(owner, files)}
      onDismiss={(attachmentId) => void attachments.outbox.dismiss(attachmentId)}
    />
  );
}
