import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '../../../src-shared/attachments/attachments.protocol.ts';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { attachmentFacts } from './attachmentWords.ts';

/** One photograph large, with everything that is known of it. The arrow keys turn, Escape closes. */
export function AttachmentViewer({
  photographs,
  index,
  times,
  addressOf,
  onTurn,
  onClose,
}: {
  photographs: readonly Attachment[];
  index: number;
  times: Pick<TimeFormat, 'timeOfDay'>;
  addressOf(attachmentId: string, part: 'file' | 'thumbnail'): string;
  onTurn(index: number): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const one = photographs[index];
  const last = photographs.length - 1;
  useEffect(() => {
    const turn = (event: KeyboardEvent): void => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      onTurn(Math.min(last, Math.max(0, index + step)));
    };
    window.addEventListener('keydown', turn, true);
    return () => window.removeEventListener('keydown', turn, true);
  }, [index, last, onTurn]);
  if (one === undefined) return null;
  return (
    <QuickDialog
      title={t('attachments.numberOf', { number: index + 1, count: photographs.length })}
      closeWord={t('dialog.close')}
      onClose={onClose}
    >
      <figure className="attachment-large" data-attachment-large={one.attachmentId}>
        <img src={addressOf(one.attachmentId, 'file')} alt={t('attachments.kind.photograph')} />
        <figcaption>
          {attachmentFacts(one, times, t).lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
          <p className="attachment-turn">
            <Button disabled={index === 0} onClick={() => onTurn(index - 1)}>
              {t('attachments.previous')}
            </Button>
            <Button disabled={index === last} onClick={() => onTurn(index + 1)}>
              {t('attachments.next')}
            </Button>
          </p>
        </figcaption>
      </figure>
    </QuickDialog>
  );
}
