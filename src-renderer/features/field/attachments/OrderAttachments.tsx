import { useRef, useState, type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { OutboxItem } from './attachmentOutbox.ts';
import { failureText } from './failureText.ts';
import type { FieldAttachmentsStore } from './fieldAttachmentsStore.ts';
import type { Recording } from './voiceNote.ts';
import './fieldAttachments.css';

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
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(currentTarget.files ?? [])];
    // The same photograph may be chosen again.
    currentTarget.value = '';
    if (files.length > 0) onPictures(files);
  };
  return (
    <section className="field-attachments" aria-label={t('field.attachments.title')}>
      <div className="field-attachment-keys">
        <label className="field-key">
          <span>{t('field.attachments.take')}</span>
          <input type="file" accept="image/*" capture="environment" onChange={take} />
        </label>
        <label className="field-key">
          <span>{t('field.attachments.choose')}</span>
          <input type="file" accept="image/*" multiple onChange={take} />
        </label>
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
              <Waiting one={one} onDismiss={onDismiss} />
            </li>
          ))}
        </ul>
      )}
      {count > 0 && <p className="field-quiet">{t('field.attachments.sent', { count })}</p>}
      {isPageOnly && own.length > 0 && <p className="field-order-late">{t('field.attachments.pageOnly')}</p>}
    </section>
  );
}

function Waiting({ one, onDismiss }: { one: OutboxItem; onDismiss(attachmentId: string): void }) {
  const { t } = useTranslation();
  const { attachmentId, kind, bytes, sentBytes, failure, waitsFor } = one;
  const name = t(`attachments.kind.${kind}`);
  if (failure !== undefined) {
    return (
      <>
        <span className="field-order-late" role="alert">
          {name}: {failureText(failure, t)}
        </span>
        <button type="button" className="field-switch" onClick={() => onDismiss(attachmentId)}>
          {t('field.orders.read')}
        </button>
      </>
    );
  }
  return (
    <>
      <span>
        {name} <span className="field-status-waits">{t('field.orders.waits')}</span>
        {waitsFor !== undefined && ` · ${t(`refusals.${waitsFor}` as 'refusals.attachments.disk_full')}`}
      </span>
      <progress max={bytes} value={sentBytes} aria-label={name}>
        {Math.floor((sentBytes / bytes) * 100)}%
      </progress>
    </>
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
