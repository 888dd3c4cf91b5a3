import type { ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { failureText } from '../../features/field/attachments/failureText.ts';
import type { PhoneAttachments } from '../shared/phoneAttachments.ts';

/** Takes photographs for a finding, and says how far each is sent. */
export function SitePhotographKeys({
  attachments,
  findingId,
}: {
  attachments: PhoneAttachments;
  findingId: string;
}) {
  const { t } = useTranslation();
  const { waiting, isPageOnly, busy, problem } = useStore(attachments.store);
  const own = waiting.filter(({ owner }) => owner.kind === 'finding' && owner.id === findingId);
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(currentTarget.files ?? [])];
    // The same photograph may be chosen again.
    currentTarget.value = '';
    if (files.length > 0) void attachments.takePictures({ kind: 'finding', id: findingId }, files);
  };
  return (
    <div className="site-photograph-keys">
      <div className="site-keys">
        <label className="site-key">
          <span>{t('field.attachments.take')}</span>
          <input type="file" accept="image/*" capture="environment" onChange={take} />
        </label>
        <label className="site-key">
          <span>{t('field.attachments.choose')}</span>
          <input type="file" accept="image/*" multiple onChange={take} />
        </label>
      </div>
      {problem !== undefined && (
        <p className="site-wrong" role="alert">
          {t(`field.attachments.problem.${problem}`)}
        </p>
      )}
      {busy > 0 && <p className="site-quiet">{t('field.attachments.busy')}</p>}
      {own.map(({ attachmentId, bytes, sentBytes, failure }) => (
        <p key={attachmentId} className="site-sending" data-attachment={attachmentId}>
          {failure === undefined ? (
            <>
              <span className="site-quiet">{t('field.orders.waits')}</span>
              <progress max={bytes} value={sentBytes} aria-label={t('attachments.kind.photograph')} />
            </>
          ) : (
            <>
              <span className="site-wrong" role="alert">
                {failureText(failure, t)}
              </span>
              <button
                type="button"
                className="site-key site-key--small"
                onClick={() => void attachments.outbox.dismiss(attachmentId)}
              >
                {t('field.orders.read')}
              </button>
            </>
          )}
        </p>
      ))}
      {isPageOnly && own.length > 0 && <p className="site-wrong">{t('field.attachments.pageOnly')}</p>}
    </div>
  );
}
