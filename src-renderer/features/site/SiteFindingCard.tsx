import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isFindingEnded } from '../../../src-shared/findings/finding.ts';
import { isWithSite } from '../../../src-shared/findings/findingTimes.ts';
import {
  siteFindingDeeds,
  type SiteFinding,
  type SiteFindingDeed,
} from '../../../src-shared/findings/siteFindings.ts';
import { dueText } from '../../ui/findings/dueText.ts';
import { FindingCardMark } from '../../ui/findings/FindingCardMark.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { SiteFindingForms } from './SiteFindingForms.tsx';
import type { RefusedSaying } from './siteFindingsStore.ts';
import { SiteFindingPhotographs, type SiteFindingPictures } from './SiteFindingPhotographs.tsx';

/** A class's shape, so that colour never says it alone. */
const shapes = { 1: '▲', 2: '◆', 3: '●' } as const;

export interface SiteFindingCardProps {
  finding: SiteFinding;
  /** Something was said about it and waits for the network. */
  waits: boolean;
  refused: RefusedSaying | undefined;
  isOpen: boolean;
  pictures: SiteFindingPictures;
  times: TimeFormat;
  nowMs: number;
  onOpen(isOpen: boolean): void;
  onSay(deed: SiteFindingDeed): void;
  photographKeys(findingId: string): ReactNode;
}

/** One finding of the site: what is wrong, by when, the pictures before and after, the answer and the appeal. */
export function SiteFindingCard(props: SiteFindingCardProps) {
  const { finding, waits, refused, isOpen, pictures, times, nowMs, onOpen, onSay, photographKeys } = props;
  const { t, i18n } = useTranslation();
  const english = i18n.language === 'en';
  const { findingId, state } = finding;
  const isOurs = isWithSite(finding);
  const due = dueText(finding, nowMs, t);
  return (
    <li
      className={`site-alert site-alert--${finding.class} site-alert--${isOurs ? 'open' : 'resolved'}`}
      data-finding-id={findingId}
      data-finding-state={state}
    >
      <button
        type="button"
        className="site-alert-head"
        aria-expanded={isOpen}
        onClick={() => onOpen(!isOpen)}
      >
        <span className="site-alert-shape" aria-hidden="true">
          {shapes[finding.class]}
        </span>
        <span className="site-alert-title">{finding.words}</span>
        <span className="site-alert-state">{t(`findings.state.${state}`)}</span>
        <span className="site-alert-place">
          {finding.number} · {t(`findings.class.${finding.class}`)}
          {!isFindingEnded(finding) && ` · ${t('findings.by', { date: times.timeOfDay(finding.dueAtMs) })}`}
        </span>
        {due !== undefined && (
          <span className={finding.escalation >= 2 ? 'site-alert-place site-wrong' : 'site-alert-place'}>
            {due} <FindingCardMark finding={finding} />
          </span>
        )}
      </button>
      {finding.escalation === 1 && isOurs && <p className="site-wrong">{t('site.finding.answerLate')}</p>}
      {linesOf(finding, times, t).map((line) => (
        <p key={line} className="site-quiet">
          {line}
        </p>
      ))}
      {refused !== undefined && (
        <p className="site-strip site-strip--wrong" role="alert">
          {refused.change !== undefined && (
            <>
              {changeText(refused.change, times, t)}
              <br />
            </>
          )}
          {t(`site.finding.refused.${refused.refusal}`)}
        </p>
      )}
      {refused?.refusal === 'changed_meanwhile' && !waits && maySay(finding, refused.deed) && (
        <div className="site-keys">
          <button type="button" className="site-key" data-say-again onClick={() => onSay(refused.deed)}>
            {t('site.finding.again')}
          </button>
        </div>
      )}
      {waits && (
        <p className="site-strip" role="status">
          {t('site.finding.unsent')}
        </p>
      )}
      {isOpen && finding.clauses.length > 0 && (
        <ul className="site-clauses">
          {finding.clauses.map(({ number, title, titleEn }) => (
            <li key={number}>
              {number} {(english ? titleEn : undefined) ?? title}
            </li>
          ))}
        </ul>
      )}
      {isOpen && <SiteFindingPhotographs finding={finding} pictures={pictures} times={times} />}
      {isOpen && !isFindingEnded(finding) && photographKeys(findingId)}
      {isOpen && !waits && (
        <SiteFindingForms finding={finding} nowMs={nowMs} onSay={onSay} key={finding.revision} />
      )}
    </li>
  );
}

/** Who changed what meanwhile, and when. */
function changeText(
  { by, action, atMs }: NonNullable<RefusedSaying['change']>,
  times: TimeFormat,
  t: TFunction,
): string {
  const who = by === 'hub' ? t('orders.hub') : t(`site.finding.by.${by}`);
  return t('site.finding.changed', { at: times.timeOfDay(atMs), who, action: t(`findings.step.${action}`) });
}

/** Whether what was refused can be sent again to the finding as it is now. */
function maySay(finding: SiteFinding, deed: SiteFindingDeed): boolean {
  return siteFindingDeeds(finding)[deed.type];
}

/** What the site has said, and what was said to it, the newest last. */
function linesOf(finding: SiteFinding, times: TimeFormat, t: TFunction): string[] {
  const { state, answer, sentBack, appeal, closed, withdrawn } = finding;
  const lines: { atMs: number; line: string }[] = [];
  const add = (said: { atMs: number; words?: string | undefined } | undefined, text: string): void => {
    if (said === undefined) return;
    const words = said.words === undefined ? '' : t('site.finding.words', { words: said.words });
    lines.push({ atMs: said.atMs, line: `${times.timeOfDay(said.atMs)} ${text}${words}` });
  };
  if (answer !== undefined) {
    const plan =
      answer.planAtMs === undefined
        ? t('site.finding.answered')
        : t('site.finding.planned', { date: times.timeOfDay(answer.planAtMs) });
    add(answer, plan);
  }
  add(sentBack, t('site.finding.sentBack'));
  add(appeal, t('site.finding.appealed'));
  if (appeal?.decided !== undefined) {
    add(appeal.decided, t(appeal.decided.upheld ? 'site.finding.upheld' : 'site.finding.declined'));
  }
  add(closed, t('site.finding.closed'));
  // An upheld appeal withdraws it: that is shown once.
  if (appeal?.decided?.upheld !== true) add(withdrawn, t('site.finding.withdrawn'));
  const sorted = lines.toSorted((left, right) => left.atMs - right.atMs).map(({ line }) => line);
  const waitsForReview =
    state === 'appealed' || state === 'under_review' || (state === 'answered' && answer?.kind !== 'plan');
  return waitsForReview ? [...sorted, t('site.finding.waitsForReview')] : sorted;
}
