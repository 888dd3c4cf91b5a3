import { use, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTakenElsewhere, type Attachment } from '../../../src-shared/attachments/attachments.protocol.ts';
import { RecordingRoute } from '../../ui/soundRoute.ts';
import { durationText, type TimeFormat } from '../../ui/times.ts';
import { attachmentAddress } from './attachmentAddress.ts';
import { attachmentFacts, distanceText } from './attachmentWords.ts';
import { AttachmentViewer } from './AttachmentViewer.tsx';
import './attachments.css';

export interface AttachmentStripProps {
  /** Undefined while they are read. */
  attachments: readonly Attachment[] | undefined;
  times: Pick<TimeFormat, 'timeOfDay'>;
  /** Where the parts are found; left out, for a page whose cookie says who asks. */
  addressOf?(attachmentId: string, part: 'file' | 'thumbnail'): string;
}

/** Photographs, voice notes and files of one thing, the oldest first. A photograph opens large; in the large view the arrow keys turn. */
export function AttachmentStrip({ attachments, times, addressOf = attachmentAddress }: AttachmentStripProps) {
  const { t } = useTranslation();
  const [largeId, setLargeId] = useState<string | undefined>();
  if (attachments === undefined) return <p className="desk-dim">{t('attachments.reading')}</p>;
  if (attachments.length === 0) return <p className="desk-dim">{t('attachments.none')}</p>;
  const photographs = attachments.filter(({ kind }) => kind === 'photograph');
  const large = photographs.findIndex(({ attachmentId }) => attachmentId === largeId);
  return (
    <>
      <ul className="attachment-strip" aria-label={t('attachments.title')}>
        {attachments.map((one) => (
          <li key={one.attachmentId} data-attachment-id={one.attachmentId} data-attachment-kind={one.kind}>
            <Shown one={one} addressOf={addressOf} onLarge={() => setLargeId(one.attachmentId)} />
            <span className="attachment-caption">
              {one.purpose !== undefined && <strong>{t(`attachments.purpose.${one.purpose}`)} </strong>}
              {times.timeOfDay(one.takenAtMs)} · {attachmentFacts(one, times, t).by}
            </span>
            {isTakenElsewhere(one) && (
              <span className="attachment-caption desk-not-normal">
                {t('attachments.elsewhere', { distance: distanceText(one.embedded?.awayM ?? 0, t) })}
              </span>
            )}
            {one.words !== undefined && <span className="attachment-words">{one.words}</span>}
          </li>
        ))}
      </ul>
      {photographs[large] !== undefined && (
        <AttachmentViewer
          photographs={photographs}
          index={large}
          times={times}
          addressOf={addressOf}
          onTurn={(index) => setLargeId(photographs[index]?.attachmentId)}
          onClose={() => setLargeId(undefined)}
        />
      )}
    </>
  );
}

function Shown({
  one,
  addressOf,
  onLarge,
}: {
  one: Attachment;
  addressOf: NonNullable<AttachmentStripProps['addressOf']>;
  onLarge(): void;
}) {
  const { t } = useTranslation();
  const route = use(RecordingRoute);
  const file = addressOf(one.attachmentId, 'file');
  switch (one.kind) {
    case 'photograph':
      return (
        <button type="button" className="attachment-thumbnail" onClick={onLarge}>
          <img
            src={addressOf(one.attachmentId, 'thumbnail')}
            alt={t('attachments.kind.photograph')}
            loading="lazy"
          />
        </button>
      );
    case 'voice':
      return (
        <span className="attachment-voice">
          <span>
            {t('attachments.kind.voice')}
            {one.durationMs !== undefined && ` ${durationText(one.durationMs)}`}
          </span>
          <audio ref={route} controls preload="none" src={file} />
        </span>
      );
    case 'document':
      return (
        <a className="attachment-document" href={file} download>
          {t('attachments.kind.document')}
        </a>
      );
  }
}
