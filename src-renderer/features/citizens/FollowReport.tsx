import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FollowedReport } from '../../../src-shared/citizens/citizenPage.ts';
import { PageProblemText } from './PageProblemText.tsx';
import { pageTime } from './pageTime.ts';
import { readReport, type PageAnswer } from './reportSending.ts';
import './citizenPage.css';

/** An answer is seen within this time without a press. Milliseconds. */
const askEveryMs = 60_000;
/** While the server is busy or not reached, it is asked again after this time. Milliseconds. */
const askAgainMs = 5_000;

/** Follows a report by its code. */
export function FollowReport({ code: given }: { code: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(given);
  /** An object, so that the same code is asked again by a press. */
  const [asked, setAsked] = useState({ code: given });
  const [answer, setAnswer] = useState<PageAnswer<FollowedReport>>();
  useEffect(() => {
    const { code } = asked;
    if (code === '') return undefined;
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const read = await readReport(code, window.fetch.bind(window));
      // What was read stays while the network is away.
      if (!isCurrent) return;
      setAnswer((before) => (read.ok || before?.ok !== true ? read : before));
      const isAway = !read.ok && (read.problem.code === 'busy' || read.problem.code === 'unreachable');
      timer = window.setTimeout(again, isAway ? askAgainMs : askEveryMs);
    };
    const again = (): void => {
      if (document.visibilityState === 'visible') void ask();
      else timer = window.setTimeout(again, askAgainMs);
    };
    let timer: number | undefined;
    void ask();
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [asked]);
  return (
    <section className="citizen">
      <h2>{t('citizenPage.follow')}</h2>
      <form
        className="citizen-form"
        onSubmit={(event) => {
          event.preventDefault();
          setAnswer(undefined);
          setAsked({ code: typed.trim() });
        }}
      >
        <label htmlFor="citizen-code">{t('citizenPage.code')}</label>
        <input
          id="citizen-code"
          className="citizen-code-field"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          placeholder="XXXXX-XXXXX"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" className="citizen-main" disabled={typed.trim() === ''}>
          {t('citizenPage.show')}
        </button>
      </form>
      {asked.code !== '' && answer === undefined && <p role="status">{t('publicPage.reading')}</p>}
      {answer?.ok === false && <PageProblemText problem={answer.problem} />}
      {answer?.ok === true && <Progress report={answer.data} />}
    </section>
  );
}

function Progress({ report }: { report: FollowedReport }) {
  const { t, i18n } = useTranslation();
  const { stage, receivedAtMs, lookedIntoAtMs, answeredAtMs, answer, dueAtMs } = report;
  const at = (ms: number | undefined): string => (ms === undefined ? '' : pageTime(ms, i18n.language));
  const steps = [
    { name: 'received', atMs: receivedAtMs },
    { name: 'looked_into', atMs: lookedIntoAtMs },
    { name: 'answered', atMs: answeredAtMs },
  ] as const;
  return (
    <div role="status" data-stage={stage}>
      <h3>{i18n.language === 'en' ? (report.siteNameEn ?? report.siteName) : report.siteName}</h3>
      <ol className="citizen-steps">
        {steps.map(({ name, atMs }) => (
          <li key={name} data-done={atMs !== undefined || undefined}>
            <strong>{t(`citizenPage.stage.${name}`)}</strong>
            <span>{at(atMs)}</span>
          </li>
        ))}
      </ol>
      {answer === undefined ? (
        <p>{t('citizenPage.answerBy', { at: at(dueAtMs) })}</p>
      ) : (
        <blockquote>
          <p>{t('citizenPage.answer')}</p>
          <p className="citizen-answer">{answer}</p>
        </blockquote>
      )}
    </div>
  );
}
