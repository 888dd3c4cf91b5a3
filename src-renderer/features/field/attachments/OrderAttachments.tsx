import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldAttachmentsStore } from './fieldAttachmentsStore.ts';
import { PhotographKeys, SendingItem, type SendingClasses } from './PhotographKeys.tsx';
import type { Recording } from './voiceNote.ts';
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
  /** Begins a voice note; undefined where the phone gives no microphone. */
  onRecord(): Promise<Recording | undefined>;
  onRecorded(recording: Recording): void;
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
        <RecordKey {...props} />
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
function RecordKey({ onRecord, onRecorded }: OrderAttachmentsProps) {
  const { t } = useTranslation();
  const [isOn, setOn] = useState(false);
  const asked = useRef<Promise<Recording | undefined> | undefined>(undefined);
  const begin = (): void => {
    if (asked.current !== undefined) return;
    setOn(true);
    asked.current = onRecord();
    void asked.current.then((recording) => {
      if (recording === undefined) setOn(false);
    });
  };
  const end = (): void => {
    const recording = asked.current;
    asked.current = undefined;
    setOn(false);
    void recording?.then((one) => one !== undefined && onRecorded(one));
  };
  return (
    <button
      type="button"
      className="field-key"
      aria-pressed={isOn}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        begin();
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={({ key, repeat }) => {
        if (key === ' ' && !repeat) begin();
      }}
      onKeyUp={({ key }) => {
        if (key === ' ') end();
      }}
    >
      {t(isOn ? 'field.attachments.recording' : 'field.attachments.record')}
    </button>
  );
}
