import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FindingContent } from '../../../../src-shared/findings/findings.protocol.ts';
import type { FieldFindingsStore } from './fieldFindingsStore.ts';

const classes = [1, 2, 3] as const;

/** What was found within an order: a short form, and what became of each. */
export function FieldFindings({
  store,
  orderId,
  onOpen,
  onFound,
}: {
  store: FieldFindingsStore;
  orderId: string;
  /** The form is shown: clauses are read. */
  onOpen(): void;
  onFound(content: FindingContent): void;
}) {
  const { t, i18n } = useTranslation();
  const { waiting, sent, clauses } = useStore(store);
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [findingClass, setClass] = useState<1 | 2 | 3>(2);
  const [clause, setClause] = useState('');
  const [isCorrected, setCorrected] = useState(false);
  useEffect(() => {
    if (isOpen) onOpen();
    // Once for each time that the form is opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isOpen]);
  const own = waiting.filter((one) => one.orderId === orderId);
  const answered = sent.filter((one) => one.orderId === orderId);
  const save = (): void => {
    const said = words.trim();
    if (said === '') return;
    onFound({
      class: findingClass,
      clauses: clause === '' ? [] : [clause],
      words: said,
      ...(isCorrected ? { correctedOnSpot: t('findings.form.corrected') } : {}),
    });
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
      {!isOpen ? (
        <button type="button" className="field-key" onClick={() => setOpen(true)}>
          {t('findings.new')}
        </button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
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
              <select value={clause} onChange={(event) => setClause(event.target.value)}>
                <option value="" />
                {clauses.map((one) => (
                  <option key={one.number} value={one.number}>
                    {one.number} {(i18n.language === 'en' ? one.titleEn : undefined) ?? one.title}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label>
            <input
              type="checkbox"
              checked={isCorrected}
              onChange={(event) => setCorrected(event.target.checked)}
            />{' '}
            {t('findings.form.corrected')}
          </label>
          <button type="submit" className="field-key" disabled={words.trim() === ''}>
            {t('findings.form.save')}
          </button>
          <button type="button" className="field-key" onClick={() => setOpen(false)}>
            {t('field.orders.back')}
          </button>
        </form>
      )}
    </section>
  );
}
