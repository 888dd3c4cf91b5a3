import { useEffect, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { keyOf } from '../../../ui/keys.ts';
import type { FieldAttachmentsStore } from './fieldAttachmentsStore.ts';
import { PhotographKeys, SendingItem, type SendingClasses } from './PhotographKeys.tsx';
import type { VoiceNoteKey } from './voiceNoteKey.ts';
import './fieldAttachments.css';

/** How what waits looks on a member's phone. */
export const fieldSending: SendingClasses = {
  quiet: 'field-status-waits',
  wrong: 'field-order-late',
  read: 'field-switch',
};

export interface OrderAttachmentsProps {
  store: FieldAttachmentsStore;
  orderId: string;
  onPictures(files: readonly Blob[]): void;
  note: VoiceNoteKey;
  /** The owner of the key that is held for a voice note (`HoldKey`). */
  hold: {
    pointerDown(event: PointerEvent<HTMLButtonElement>): void;
    pointerLeft(event: { pointerId: number }): void;
    keyDown(event: Pick<KeyboardEvent, 'code' | 'key' | 'repeat'>): void;
    up(): void;
  };
  onDismiss(attachmentId: string): void;
}

/** Photographs and voice notes of an order on a phone: taken, chosen or recorded, with how far each is sent. */
export function OrderAttachments(props: OrderAttachmentsProps) {
  const { store, orderId, onPictures, onDismiss } = props;
  const { t } = useTranslation();
  const { waiting, sent, isPageOnly, busy, problem } = useStore(store);
  const own = waiting.filter(({ owner }) => owner.id === orderId);
  const count = sent.get(orderId) ?? 0;
  return (
    <section className="field-attachments" aria-label={t('field.attachments.title')}>
      <div className="field-attachment-keys">
        <PhotographKeys keyClass="field-key" onPictures={onPictures} />
        <RecordKey note={props.note} hold={props.hold} />
      </div>
      {problem !== undefined && (
        <p className="field-order-late" role="alert">
          {t(`field.attachments.problem.${problem}`)}
        </p>
      )}
      {busy > 0 && <p className="field-quiet">{t('field.attachments.busy')}</p>}
      {own.length > 0 && (
        <ul>
          {own.map((one) => (
            <li key={one.attachmentId} data-attachment={one.attachmentId}>
              <SendingItem one={one} classes={fieldSending} onDismiss={onDismiss} />
            </li>
          ))}
        </ul>
      )}
      {count > 0 && <p className="field-quiet">{t('field.attachments.sent', { count })}</p>}
      {isPageOnly && own.length > 0 && <p className="field-order-late">{t('field.attachments.pageOnly')}</p>}
    </section>
  );
}

/** Held while somebody speaks, as the talk key is. */
function RecordKey({ note, hold }: Pick<OrderAttachmentsProps, 'note' | 'hold'>) {
  const { t } = useTranslation();
  const { isOn } = useStore(note.store);
  // A key that is not on the page any more cannot be released.
  useEffect(() => hold.up, [hold]);
  return (
    <button
      type="button"
      className="field-key"
      aria-pressed={isOn}
      onPointerDown={hold.pointerDown}
      onPointerLeave={hold.pointerLeft}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        const key = keyOf(event.nativeEvent);
        if (key !== ' ' && key !== 'Enter') return;
        event.preventDefault();
        hold.keyDown(event.nativeEvent);
      }}
    >
      {t(isOn ? 'field.attachments.recording' : 'field.attachments.record')}
    </button>
  );
}
