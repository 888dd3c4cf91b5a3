import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  PhotographKeys,
  SendingItem,
  type SendingClasses,
} from '../../features/field/attachments/PhotographKeys.tsx';
import type { PhoneAttachments } from '../shared/phoneAttachments.ts';

const siteSending: SendingClasses = {
  quiet: 'site-quiet',
  wrong: 'site-wrong',
  read: 'site-key site-key--small',
};

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
  return (
    <div className="site-photograph-keys">
      <div className="site-keys">
        <PhotographKeys
          keyClass="site-key"
          onPictures={(files) => void attachments.takePictures({ kind: 'finding', id: findingId }, files)}
        />
      </div>
      {problem !== undefined && (
        <p className="site-wrong" role="alert">
          {t(`field.attachments.problem.${problem}`)}
        </p>
      )}
      {busy > 0 && <p className="site-quiet">{t('field.attachments.busy')}</p>}
      {own.map((one) => (
        <p key={one.attachmentId} className="site-sending" data-attachment={one.attachmentId}>
          <SendingItem
            one={one}
            classes={siteSending}
            onDismiss={(attachmentId) => void attachments.outbox.dismiss(attachmentId)}
          />
        </p>
      ))}
      {isPageOnly && own.length > 0 && <p className="site-wrong">{t('field.attachments.pageOnly')}</p>}
    </div>
  );
}
