import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FindingContent } from '../../../../src-shared/findings/findings.protocol.ts';
import type { FieldAttachmentsStore } from '../attachments/fieldAttachmentsStore.ts';
import { fieldSending } from '../attachments/OrderAttachments.tsx';
import { PhotographKeys, SendingItem } from '../attachments/PhotographKeys.tsx';
import { useChosenPictures } from './chosenPictures.ts';
import type { FieldFindingsStore } from './fieldFindingsStore.ts';

const classes = [1, 2, 3] as const;

/** What was found within an order: a short form, and what became of each. */
export function FieldFindings({
  store,
  attachments,
  orderId,
  onOpen,
  onPictures,
  onDismiss,
  onFound,
}: {
  store: FieldFindingsStore;
  attachments: FieldAttachmentsStore;
  orderId: string;
  /** The form is shown: clauses are read. */
  onOpen(): void;
  /** Makes pictures small enough to be sent. */
  onPictures(files: readonly Blob[]): Promise<Blob[]>;
  /** It was read why one is not kept. */
  onDismiss(attachmentId: string): void;
  /** Resolves when the finding and its photographs are kept on this phone. */
  onFound(content: FindingContent, pictures: readonly Blob[]): Promise<void>;
}) {
  const { t, i18n } = useTranslation();
  const { waiting, sent, clauses } = useStore(store);
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [findingClass, setClass] = useState<1 | 2 | 3>(2);
  const [clause, setClause] = useState('');
  const [isCorrected, setCorrected] = useState(false);
  const [isKeeping, setKeeping] = useState(false);
  const chosen = useChosenPictures();
  const sending = useStore(attachments, (state) => state.waiting).filter(({ within }) => within === orderId);
  const sentCounts = useStore(attachments, (state) => state.sent);
  const busy = useStore(attachments, (state) => state.busy);
  const problem = useStore(attachments, (state) => state.problem);
  useEffect(() => {
    if (isOpen) onOpen();
    // Once for each time that the form is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isOpen]);
  const own = waiting.filter((one) => one.orderId === orderId);
  const answered = sent.filter((one) => one.orderId === orderId);
  const photographs = [...own, ...answered].reduce(
    (sum, { findingId }) => sum + (sentCounts.get(findingId) ?? 0),
    0,
  );
  const save = async (): Promise<void> => {
    const said = words.trim();
    if (said === '' || isKeeping) return;
    setKeeping(true);
    const content: FindingContent = {
      class: findingClass,
      clauses: clause === '' ? [] : [clause],
      words: said,
      ...(isCorrected ? { correctedOnSpot: t('findings.form.corrected') } : {}),
    };
    await onFound(
      content,
      chosen.pictures.map(({ blob }) => blob),
    );
    setKeeping(false);
    chosen.clear();
    setWords('');
    setClause('');
    setCorrected(false);
    setOpen(false);
  };
  return (
    <section className="field-order-findings" aria-label={t('desk.view.findings')}>
      {answered.map(({ words: said, number, refusal }, index) => (
        <p key={index} className={refusal === undefined ? 'field-quiet' : 'field-order-late'} role="status">
          {refusal === undefined
            ? t('field.findings.written', { number, words: said })
            : t('field.findings.refused', { words: said })}
        </p>
      ))}
      {own.map(({ findingId, content }) => (
        <p key={findingId} className="field-quiet" data-finding-waits>
          {content.words} <span className="field-status-waits">{t('field.orders.waits')}</span>
        </p>
      ))}
      {sending.length > 0 && (
        <ul className="field-attachments">
          {sending.map((one) => (
            <li key={one.attachmentId} data-finding-photograph={one.attachmentId}>
              <SendingItem one={one} classes={fieldSending} onDismiss={onDismiss} />
            </li>
          ))}
        </ul>
      )}
      {photographs > 0 && (
        <p className="field-quiet" data-finding-photographs-sent={photographs}>
          {t('field.findings.photographsSent', { count: photographs })}
        </p>
      )}
      {!isOpen ? (
        <button type="button" className="field-key" onClick={() => setOpen(true)}>
          {t('findings.new')}
        </button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <label>
            <span>{t('findings.form.words')}</span>
            <textarea
              rows={2}
              maxLength={1_000}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </label>
          <label>
            <span>{t('findings.form.class')}</span>
            <select
              value={findingClass}
              onChange={(event) => setClass(classes.find((one) => String(one) === event.target.value) ?? 2)}
            >
              {classes.map((one) => (
                <option key={one} value={one}>
                  {t(`findings.class.${one}`)}
                </option>
              ))}
            </select>
          </label>
          {clauses.length > 0 && (
            <label>
              <span>{t('findings.form.clauses')}</span>
              <select
                value={clause}
                onChange={(event) => {
                  const { value } = event.target;
                  setClause(value);
                  const proposed = clauses.find(({ number }) => number === value)?.class;
                  if (proposed !== undefined) setClass(proposed);
                }}
              >
                <option value="" />
                {clauses.map((one) => (
                  <option key={one.number} value={one.number}>
                    {one.number} {(i18n.language === 'en' ? one.titleEn : undefined) ?? one.title}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label className="field-finding-corrected">
            <input
              type="checkbox"
              checked={isCorrected}
              onChange={(event) => setCorrected(event.target.checked)}
            />
            {t('findings.form.corrected')}
          </label>
          <div className="field-attachment-keys field-attachment-keys--two">
            <PhotographKeys
              keyClass="field-key"
              onPictures={(files) => void onPictures(files).then(chosen.add)}
            />
          </div>
          {chosen.pictures.length > 0 && (
            <ul className="field-finding-pictures">
              {chosen.pictures.map(({ url }, index) => (
                <li key={url}>
                  <img src={url} alt={t('attachments.kind.photograph')} />
                  <button
                    type="button"
                    aria-label={t('field.findings.removePhotograph', { number: index + 1 })}
                    onClick={() => chosen.remove(url)}
                  >
                    ✕
                  </button>
                </li>
              ))}
            </ul>
          )}
          {busy > 0 && <p className="field-quiet">{t('field.attachments.busy')}</p>}
          {problem !== undefined && (
            <p className="field-order-late" role="alert">
              {t(`field.attachments.problem.${problem}`)}
            </p>
          )}
          <button type="submit" className="field-key" disabled={words.trim() === '' || isKeeping || busy > 0}>
            {t('findings.form.save')}
          </button>
          <button
            type="button"
            className="field-key"
            disabled={isKeeping}
            onClick={() => {
              chosen.clear();
              setOpen(false);
            }}
          >
            {t('field.orders.back')}
          </button>
        </form>
      )}
    </section>
  );
}
