import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimeFormat } from '../../ui/times.ts';
import type { AlertHistory, AlertHistoryState } from './alertHistory.ts';
import { AlertHistoryTable } from './AlertHistoryTable.tsx';
import type { AlertsStore } from './alertsStore.ts';
import { FalseAlarmTables } from './FalseAlarmTables.tsx';
import { HistorySearchForm } from './HistorySearchForm.tsx';
import { TimeChart } from './TimeChart.tsx';
import './alertHistory.css';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { refusalText } from '../../ui/refusalText.ts';
import { May } from '../../ui/May.tsx';

export interface AlertHistoryPanelProps {
  history: AlertHistory;
  alerts: AlertsStore;
  times: TimeFormat;
  /** Whether the hub answers. */
  enabled: boolean;
  /** What a camera is called in the language shown, when it is still registered. */
  titleOf(cameraId: string): string | undefined;
  onChoose(alertId: string, cameraId?: string): void;
}

/** Everything that was ever reported: searched, counted, exported. */
export function AlertHistoryPanel({
  history,
  alerts,
  times,
  enabled,
  titleOf,
  onChoose,
}: AlertHistoryPanelProps) {
  const { t, i18n } = useTranslation();
  const { result, searching, problem, exportProblem } = useStore(history.store);
  const kinds = useStore(alerts, (state) => state.kinds);
  useEffect(() => {
    // An earlier search keeps its result, also after one of its alerts was opened.
    if (enabled && history.store.getState().result === undefined) void history.search();
  }, [history, enabled]);
  return (
    <div className="desk-page alert-past">
      <header className="alert-past-head">
        <h1>{t('alertHistory.title')}</h1>
        {result !== undefined && (
          <span className="desk-dim" role="status">
            {t('alertHistory.found', {
              count: result.page.total,
              more: result.page.total >= 10_000 ? '+' : '',
              at: times.timeOfDay(result.atMs),
            })}
          </span>
        )}
        <span className="alert-past-export">
          <May asks="GET /api/v1/alerts.csv">
            <Button
              disabled={result === undefined}
              onClick={() => void history.exportCsv(i18n.language, 'utf-8')}
            >
              {t('registry.exportCsv')}
            </Button>
            <Button
              disabled={result === undefined}
              onClick={() => void history.exportCsv(i18n.language, 'gb18030')}
            >
              {t('registry.exportCsvGb')}
            </Button>
          </May>
        </span>
      </header>
      <HistorySearchForm history={history} kinds={kinds} searching={searching} />
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {problemText(problem, t)}
        </p>
      )}
      {exportProblem !== '' && (
        <p className="desk-not-normal" role="alert">
          {t('registry.exportFailed', { problem: httpRefusalText(exportProblem, t) })}
        </p>
      )}
      {result?.statistics !== undefined && (
        <div className="alert-charts">
          <TimeChart
            perHour={result.statistics.perHour}
            fromMs={result.filter.fromMs}
            toMs={Math.min(result.filter.toMs ?? result.atMs, result.atMs)}
          />
          <FalseAlarmTables statistics={result.statistics} kinds={kinds} titleOf={titleOf} />
        </div>
      )}
      {result !== undefined && (
        <AlertHistoryTable
          result={result}
          kinds={kinds}
          times={times}
          onChoose={onChoose}
          onTurn={(step) => void history.turnPage(step)}
        />
      )}
    </div>
  );
}

function problemText(problem: NonNullable<AlertHistoryState['problem']>, t: TFunction): string {
  return typeof problem === 'string'
    ? t(`alertHistory.problem.${problem}`)
    : t('alertHistory.failed', { problem: refusalText(problem, t) });
}
