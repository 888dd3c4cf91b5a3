import { Button, FileButton } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AttachmentOwner } from '../../../../src-shared/attachments/attachments.protocol.ts';
import { SendingItem, type SendingClasses } from '../../../features/field/attachments/PhotographKeys.tsx';
import { May } from '../../../ui/May.tsx';
import type { PhoneAttachments } from '../../shared/phoneAttachments.ts';
import { attachProblem } from './attachProblem.ts';

const deskSending: SendingClasses = { quiet: 'desk-dim', wrong: 'desk-not-normal', read: 'attach-read' };

/** Puts photographs and PDFs of this machine with a thing, and says how far each is sent. */
export function AttachKey({
  sending,
  owner,
  purpose,
}: {
  sending: PhoneAttachments;
  owner: AttachmentOwner;
  /** What the photographs show; then only photographs are chosen. */
  purpose?: 'before';
}) {
  const { t } = useTranslation();
  const reset = useRef<() => void>(null);
  const { waiting, isPageOnly, busy, problem, problemFile } = useStore(sending.store);
  const own = waiting.filter((one) => one.owner.kind === owner.kind && one.owner.id === owner.id);
  return (
    <div className="attach">
      <May asks="POST /api/v1/attachments">
        <FileButton
          multiple
          resetRef={reset}
          accept={purpose === undefined ? 'image/*,application/pdf,.pdf' : 'image/*'}
          onChange={(files) => {
            // The same file may be chosen again.
            reset.current?.();
            void sending.takeFiles(owner, files, purpose);
          }}
        >
          {({ onClick }) => (
            <Button size="compact-sm" data-attach onClick={onClick}>
              {t(purpose === undefined ? 'attachments.attach.key' : 'attachments.attach.before')}
            </Button>
          )}
        </FileButton>
      </May>
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert" data-attach-problem={problem}>
          {problemFile !== undefined && `${problemFile}: `}
          {attachProblem(problem, t)}
        </p>
      )}
      {busy > 0 && <p className="desk-dim">{t('attachments.attach.busy')}</p>}
      {own.map((one) => (
        <p key={one.attachmentId} className="attach-sending" data-attachment={one.attachmentId}>
          <SendingItem
            one={one}
            classes={deskSending}
            say={(reason) => attachProblem(reason, t)}
            onDismiss={(attachmentId) => void sending.outbox.dismiss(attachmentId)}
          />
        </p>
      ))}
      {isPageOnly && own.length > 0 && <p className="desk-not-normal">{t('field.attachments.pageOnly')}</p>}
    </div>
  );
}
