import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportReceipt } from '../../../src-shared/citizens/citizenPage.ts';
import { maxReportText } from '../../../src-shared/citizens/reportForm.ts';
import { PageProblemText } from './PageProblemText.tsx';
import { ReportReceived } from './ReportReceived.tsx';
import { shrinkPhoto } from './reportPhoto.ts';
import { followAddress, newSentId, sendReport, type PageProblem } from './reportSending.ts';
import './citizenPage.css';

/** One sentence and, if wanted, one photograph about the site of this page. */
export function ReportForm({ siteCode }: { siteCode: string }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const [receipt, setReceipt] = useState<ReportReceipt>();
  if (receipt !== undefined) return <ReportReceived receipt={receipt} />;
  return (
    <section className="citizen" aria-labelledby="citizen-title">
      <h2 id="citizen-title">{t('citizenPage.title')}</h2>
      {isOpen ? (
        <OpenForm siteCode={siteCode} onReceived={setReceipt} />
      ) : (
        <button type="button" className="citizen-main" onClick={() => setIsOpen(true)}>
          {t('citizenPage.open')}
        </button>
      )}
      <p>
        <a href={followAddress()}>{t('citizenPage.follow')}</a>
      </p>
    </section>
  );
}

function OpenForm({ siteCode, onReceived }: { siteCode: string; onReceived(receipt: ReportReceipt): void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [photo, setPhoto] = useState<{ blob: Blob; url: string }>();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<PageProblem>();
  const file = useRef<HTMLInputElement>(null);
  /** A new one for each content, so that what was sent and is changed is not taken for a repeat. */
  const sentId = useRef(newSentId());
  const changed = (): void => {
    sentId.current = newSentId();
    setProblem(undefined);
  };
  const setShown = (blob: Blob | undefined): void => {
    changed();
    if (photo !== undefined) URL.revokeObjectURL(photo.url);
    setPhoto(blob === undefined ? undefined : { blob, url: URL.createObjectURL(blob) });
  };
  const choose = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    setIsBusy(true);
    setShown(await shrinkPhoto(chosen));
    setIsBusy(false);
  };
  const send = async (): Promise<void> => {
    setIsBusy(true);
    setProblem(undefined);
    const draft = { sentId: sentId.current, siteCode, text, photo: photo?.blob };
    const answer = await sendReport(draft, window.fetch.bind(window));
    setIsBusy(false);
    if (answer.ok) onReceived(answer.data);
    else setProblem(answer.problem);
  };
  return (
    <form
      className="citizen-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label htmlFor="citizen-text">{t('citizenPage.text')}</label>
      <textarea
        id="citizen-text"
        rows={3}
        maxLength={maxReportText}
        value={text}
        placeholder={t('citizenPage.placeholder')}
        onChange={(event) => {
          changed();
          setText(event.currentTarget.value);
        }}
      />
      <p className="citizen-count">{t('citizenPage.left', { count: maxReportText - text.length })}</p>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        aria-label={t('citizenPage.photo')}
        onChange={(event) => {
          const input = event.currentTarget;
          void choose(input.files?.[0]).finally(() => {
            // The same photograph can be chosen again after it was removed.
            input.value = '';
          });
        }}
      />
      {photo === undefined ? (
        <button type="button" disabled={isBusy} onClick={() => file.current?.click()}>
          {t('citizenPage.addPhoto')}
        </button>
      ) : (
        <div className="citizen-photo">
          <img src={photo.url} alt={t('citizenPage.photo')} />
          <button type="button" disabled={isBusy} onClick={() => setShown(undefined)}>
            {t('citizenPage.removePhoto')}
          </button>
        </div>
      )}
      <p className="citizen-note">{t('citizenPage.whatHappens')}</p>
      {problem !== undefined && <PageProblemText problem={problem} />}
      <button type="submit" className="citizen-main" disabled={isBusy || text.trim() === ''}>
        {t(isBusy ? 'citizenPage.sending' : 'citizenPage.send')}
      </button>
      <p className="citizen-note">{t('citizenPage.danger')}</p>
    </form>
  );
}
