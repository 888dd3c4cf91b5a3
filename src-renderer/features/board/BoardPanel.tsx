import { Button, SegmentedControl } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  boardPeriods,
  type BoardFigures,
  type BoardPeriod,
} from '../../../src-shared/board/board.protocol.ts';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { BoardAge, DayBars, GroupTable, OpenBars, RateBars, StepTiles } from './BoardParts.tsx';
import type { Board } from './boardStore.ts';
import { alertKindName, districtName, orderKindName, squadName, type BoardNames } from './boardWords.ts';
import './board.css';

export interface BoardPanelProps {
  board: Board;
  names: BoardNames;
  times: Pick<TimeFormat, 'clock' | 'date'>;
  /** The hub's clock, Unix milliseconds. */
  nowMs: number;
  /** Whether the server answers. */
  enabled: boolean;
}

/** The supervisor's board at a desk. */
export default function BoardPanel({ board, names, times, nowMs, enabled }: BoardPanelProps) {
  const { t, i18n } = useTranslation();
  const { period, figures, problem, exportProblem } = useStore(board.store);
  const { isAllowed } = useMay('board:readFigures');
  useEffect(() => (enabled && isAllowed ? board.keepReading() : undefined), [board, enabled, isAllowed]);
  const language = i18n.language === 'en' ? 'en' : 'zh-CN';
  return (
    <div className="desk-page board">
      <header className="board-head">
        <h1>{t('board.title')}</h1>
        <May note asks="board:readFigures">
          <SegmentedControl
            value={period}
            disabled={!enabled}
            onChange={(value) => void board.choose(value as BoardPeriod)}
            data={boardPeriods.map((value) => ({ value, label: t(`board.period.${value}`) }))}
          />
        </May>
        {figures !== undefined && <BoardAge figures={figures} times={times} nowMs={nowMs} />}
        <May asks="GET /api/v1/board/export">
          {(['csv', 'xlsx'] as const).map((format) => (
            <Button
              key={format}
              size="compact-sm"
              disabled={!enabled || figures === undefined}
              onClick={() => void board.exportFigures(format, language)}
            >
              {t(`board.export.${format}`)}
            </Button>
          ))}
        </May>
      </header>
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {refusalText(problem, t)}
        </p>
      )}
      {exportProblem !== '' && (
        <p className="desk-not-normal" role="alert">
          {t('registry.exportFailed', { problem: httpRefusalText(exportProblem, t) })}
        </p>
      )}
      {figures !== undefined && <Figures figures={figures} names={names} times={times} />}
    </div>
  );
}

function Figures({
  figures,
  names,
  times,
}: Pick<BoardPanelProps, 'names' | 'times'> & { figures: BoardFigures }) {
  const { t } = useTranslation();
  const { falseAlarms, offenders, cards } = figures;
  return (
    <>
      <StepTiles figures={figures} />
      <div className="board-columns">
        <Section
          title={t('board.openTitle', { count: figures.open.total, overdue: figures.open.overdue })}
          hint={t('board.hint.open')}
        >
          <OpenBars figures={figures} names={names} limit={12} />
        </Section>
        <Section title={t('board.days')} hint={t('board.hint.days')}>
          <DayBars figures={figures} times={times} />
        </Section>
      </div>
      <Section title={t('board.byDistrict')} hint={t('board.hint.groups')}>
        <GroupTable
          groups={figures.byDistrict}
          heading={t('board.district')}
          nameOf={(name) => districtName(name, t)}
        />
      </Section>
      <Section title={t('board.byKind')}>
        <GroupTable
          groups={figures.byKind}
          heading={t('board.kind')}
          nameOf={(name) => orderKindName(name, t)}
        />
      </Section>
      <Section title={t('board.bySquad')}>
        <GroupTable
          groups={figures.bySquad}
          heading={t('board.squad')}
          nameOf={(name) => squadName(name, names, t)}
        />
      </Section>
      <div className="board-columns">
        <Section title={t('board.falseByKind')} hint={t('board.hint.falseAlarms')}>
          <RateBars
            rates={falseAlarms.byKind.map((one) => ({
              ...one,
              key: one.kindId,
              name: alertKindName(one.kindId, names),
            }))}
          />
        </Section>
        <Section title={t('board.falseByCamera')}>
          <RateBars
            rates={falseAlarms.byCamera
              .slice(0, 12)
              .map((one) => ({ ...one, key: one.cameraId, name: `${one.siteName} · ${one.cameraName}` }))}
          />
        </Section>
        <Section title={t('board.offenders')} hint={t('board.hint.offenders')}>
          {offenders.length === 0 ? (
            <p className="board-none">{t('board.noOffenders')}</p>
          ) : (
            <ol className="board-list">
              {offenders.map((one) => (
                <li key={one.siteId}>
                  <span>{names.language === 'en' ? (one.nameEn ?? one.name) : one.name}</span>
                  <small>{districtName(one.district, t)}</small>
                  <strong>{t('board.violations', { count: one.violations })}</strong>
                </li>
              ))}
            </ol>
          )}
        </Section>
        {cards !== undefined && (
          <Section title={t('board.cards')}>
            {cards.length === 0 ? (
              <p className="board-none">{t('board.noCards')}</p>
            ) : (
              <ol className="board-list">
                {cards.map((one) => (
                  <li key={one.siteId} data-card={one.card}>
                    <span>{one.name}</span>
                    <small>{t('board.wasDue', { date: times.date(one.dueAtMs) })}</small>
                    <strong>{t(`board.card.${one.card}`)}</strong>
                  </li>
                ))}
              </ol>
            )}
          </Section>
        )}
      </div>
    </>
  );
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="board-section">
      <h2>{title}</h2>
      {hint !== undefined && <p className="board-hint">{hint}</p>}
      {children}
    </section>
  );
}
