import { useTranslation } from 'react-i18next';
import {
  boardSteps,
  type BoardFigures,
  type BoardGroup,
  type BoardStep,
  type StepTimes,
} from '../../../src-shared/board/board.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import {
  ageWords,
  isLate,
  shareText,
  squadName,
  targetText,
  timeText,
  type BoardNames,
} from './boardWords.ts';

function timesOf(group: BoardGroup, step: BoardStep): StepTimes {
  return group.steps.find((one) => one.step === step) ?? { step, count: 0, withinTarget: 0 };
}

/** Older figures are marked as old. Milliseconds. */
const oldAfterMs = 60_000;

/** How old the figures are. */
export function BoardAge({
  figures,
  times,
  nowMs,
}: {
  figures: BoardFigures;
  times: Pick<TimeFormat, 'clock'>;
  nowMs: number;
}) {
  const { t } = useTranslation();
  const ageMs = Math.max(0, nowMs - figures.computedAtMs);
  return (
    <span className={ageMs > oldAfterMs ? 'desk-not-normal' : 'board-dim'} data-age-ms={ageMs}>
      {t('board.asOf', { at: times.clock(figures.computedAtMs), seconds: Math.floor(ageMs / 1_000) })}
    </span>
  );
}

/** The five steps, each with its two times and how many kept the target; what is measured stands under the name. */
export function StepTiles({ figures }: { figures: BoardFigures }) {
  const { t } = useTranslation();
  return (
    <div className="board-steps">
      {boardSteps.map((step) => {
        const times = timesOf(figures.total, step);
        const share = shareText(times.withinTarget, times.count);
        return (
          <section key={step} className="board-step" data-step={step} data-late={isLate(times) || undefined}>
            <h2>{t(`board.step.${step}`)}</h2>
            <p className="board-hint">{t(`board.hint.${step}`)}</p>
            {times.count === 0 ? (
              <p className="board-none">{t('board.notMeasured')}</p>
            ) : (
              <>
                <p className="board-value">{timeText(times.p50Ms, t)}</p>
                <p>{t('board.ninety', { time: timeText(times.p90Ms, t) })}</p>
              </>
            )}
            <p className="board-dim">
              {targetText(times, t, figures.targetsMs[step])}
              {share !== undefined && ` · ${t('board.within', { share, count: times.count })}`}
            </p>
          </section>
        );
      })}
    </div>
  );
}

/** Open orders: a bar for each squad, from the youngest to the oldest. */
export function OpenBars({
  figures,
  names,
  limit,
}: {
  figures: BoardFigures;
  names: BoardNames;
  limit: number;
}) {
  const { t } = useTranslation();
  const { open } = figures;
  const words = ageWords(t);
  const most = Math.max(1, ...open.bySquad.map(({ byAge }) => sum(byAge)));
  if (open.total === 0) return <p className="board-none">{t('board.noOpen')}</p>;
  return (
    <>
      <ul className="board-bars">
        {open.bySquad.slice(0, limit).map(({ squadId, byAge }) => (
          <li key={squadId ?? ''}>
            <span>{squadName(squadId, names, t)}</span>
            <StackedBar counts={byAge} most={most} words={words} />
            <strong>{sum(byAge)}</strong>
          </li>
        ))}
      </ul>
      <p className="board-legend">
        {words.map((word, index) => (
          <span key={word}>
            <i data-age={index} />
            {word}: {open.byAge[index]}
          </span>
        ))}
      </p>
    </>
  );
}

function StackedBar({
  counts,
  most,
  words,
}: {
  counts: readonly number[];
  most: number;
  words: readonly string[];
}) {
  return (
    <svg viewBox={`0 0 ${most} 1`} preserveAspectRatio="none" role="img" aria-label={label(counts, words)}>
      {counts.map((count, index) => {
        const x = sum(counts.slice(0, index));
        return count === 0 ? null : (
          <rect key={words[index]} data-age={index} x={x} y={0} width={count} height={1} />
        );
      })}
    </svg>
  );
}

function label(counts: readonly number[], words: readonly string[]): string {
  return counts.map((count, index) => `${words[index]}: ${count}`).join('; ');
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Orders written and closed on each day of the period. */
export function DayBars({ figures, times }: { figures: BoardFigures; times: Pick<TimeFormat, 'date'> }) {
  const { t } = useTranslation();
  const { days } = figures;
  const most = Math.max(1, ...days.map(({ created }) => created));
  if (figures.total.created === 0) return <p className="board-none">{t('board.noOrders')}</p>;
  return (
    <>
      <ol className="board-days">
        {days.map(({ fromMs, created, closed }) => {
          const date = times.date(fromMs);
          const words = t('board.ofDay', { date, created, closed });
          return (
            <li key={fromMs} title={words}>
              <span className="board-day-count">{created === 0 ? '' : created}</span>
              <svg viewBox={`0 0 10 ${most}`} preserveAspectRatio="none" role="img" aria-label={words}>
                <rect className="board-created" x={1} y={most - created} width={8} height={created} />
                <rect className="board-closed" x={1} y={most - closed} width={8} height={closed} />
              </svg>
              <span className="board-day">{date.slice(days.length > 7 ? 8 : 5)}</span>
            </li>
          );
        })}
      </ol>
      <p className="board-legend">
        <span>
          <i className="board-created" />
          {t('board.created')}
        </span>
        <span>
          <i className="board-closed" />
          {t('board.closedOfThem')}
        </span>
      </p>
    </>
  );
}

/** A row for each district, kind or squad. */
export function GroupTable({
  groups,
  heading,
  nameOf,
  steps = boardSteps,
}: {
  groups: readonly BoardGroup[];
  heading: string;
  nameOf(name: string | undefined): string;
  steps?: readonly BoardStep[];
}) {
  const { t } = useTranslation();
  if (groups.length === 0) return <p className="board-none">{t('board.noOrders')}</p>;
  return (
    <table className="board-table">
      <thead>
        <tr>
          <th>{heading}</th>
          <th>{t('board.created')}</th>
          <th>{t('board.open')}</th>
          <th>{t('board.closed')}</th>
          {steps.map((step) => (
            <th key={step} title={t(`board.hint.${step}`)}>
              {t(`board.step.${step}`)} <small>{t('board.quantiles')}</small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.name ?? ''}>
            <th>{nameOf(group.name)}</th>
            <td>{group.created}</td>
            <td>{group.open}</td>
            <td>{group.closed}</td>
            {steps.map((step) => {
              const times = timesOf(group, step);
              if (times.count === 0) return <td key={step}>{t('board.notMeasured')}</td>;
              const share = shareText(times.withinTarget, times.count);
              return (
                <td key={step} title={targetText(times, t)}>
                  {`${timeText(times.p50Ms, t)} / ${timeText(times.p90Ms, t)}`}
                  <small className="board-kept" data-late={isLate(times) || undefined}>
                    {t('board.kept', { share })}
                  </small>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** False alarms of all that somebody judged, as bars of their share; beside them those that sites appealed, of all alerts. */
export function RateBars({
  rates,
}: {
  rates: readonly {
    key: string;
    name: string;
    alerts: number;
    judged: number;
    falseAlarms: number;
    appealed: number;
  }[];
}) {
  const { t } = useTranslation();
  if (rates.length === 0) return <p className="board-none">{t('board.noneJudged')}</p>;
  return (
    <ul className="board-bars board-rates">
      {rates.map(({ key, name, alerts, judged, falseAlarms, appealed }) => (
        <li key={key}>
          <span title={name}>{name}</span>
          <svg viewBox={`0 0 ${Math.max(1, judged)} 1`} preserveAspectRatio="none" aria-hidden>
            <rect className="board-rest" width={judged} height={1} />
            <rect className="board-false" width={falseAlarms} height={1} />
          </svg>
          <strong>{shareText(falseAlarms, judged) ?? t('board.notMeasured')}</strong>
          <small>{t('board.ofJudged', { falseAlarms, judged })}</small>
          <span className="board-appealed" title={t('board.hint.appealed')}>
            {t('board.appealed', { count: appealed, share: shareText(appealed, alerts) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
