import type { ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttachmentFailure, OutboxItem } from './attachmentOutbox.ts';
import { failureText } from './failureText.ts';

/** Takes or chooses photographs; each surface gives its keys their look. */
export function PhotographKeys({
  keyClass,
  onPictures,
}: {
  keyClass: string;
  onPictures(files: readonly Blob[]): void;
}) {
  const { t } = useTranslation();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(currentTarget.files ?? [])];
    // The same photograph may be chosen again.
    currentTarget.value = '';
    if (files.length > 0) onPictures(files);
  };
  return (
    <>
      <label className={keyClass}>
        <span>{t('field.attachments.take')}</span>
        <input type="file" accept="image/*" capture="environment" onChange={take} />
      </label>
      <label className={keyClass}>
        <span>{t('field.attachments.choose')}</span>
        <input type="file" accept="image/*" multiple onChange={take} />
      </label>
    </>
  );
}

/** How the parts of `SendingItem` look on a surface. */
export interface SendingClasses {
  quiet: string;
  wrong: string;
  /** The key by which the member says that the failure was read. */
  read: string;
}

/** One photograph or note that waits: how far it is sent, or why it never will be. */
export function SendingItem({
  one,
  classes,
  say,
  onDismiss,
}: {
  one: OutboxItem;
  classes: SendingClasses;
  /** Why it will never be sent, or waits; left out: in the words of a phone. */
  say?(reason: AttachmentFailure | NonNullable<OutboxItem['waitsFor']>): string;
  onDismiss(attachmentId: string): void;
}) {
  const { t } = useTranslation();
  const { attachmentId, kind, bytes, sentBytes, failure, waitsFor } = one;
  const name = one.name ?? t(`attachments.kind.${kind}`);
  if (failure !== undefined) {
    return (
      <>
        <span className={classes.wrong} role="alert">
          {name}: {say?.(failure) ?? failureText(failure, t)}
        </span>
        <button type="button" className={classes.read} onClick={() => onDismiss(attachmentId)}>
          {t('field.orders.read')}
        </button>
      </>
    );
  }
  return (
    <>
      <span>
        {name} <span className={classes.quiet}>{t('field.orders.waits')}</span>
        {waitsFor !== undefined &&
          ` · ${say?.(waitsFor) ?? t(`refusals.${waitsFor}` as 'refusals.attachments.disk_full')}`}
      </span>
      <progress max={bytes} value={sentBytes} aria-label={name}>
        {Math.floor((sentBytes / bytes) * 100)}%
      </progress>
    </>
  );
}
