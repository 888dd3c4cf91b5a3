import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimeFormat } from '../../ui/times.ts';
import { AnswerForm } from './AnswerForm.tsx';
import { byDueTime, type DeskCitizens } from './citizensStore.ts';
import { ReportCard } from './ReportCard.tsx';

/** Every report that waits for an answer, those that are due first. */
export function CitizensPanel({
  citizens,
  times,
  nowMs,
  enabled,
  onAlert,
}: {
  citizens: DeskCitizens;
  times: TimeFormat;
  nowMs: number;
  enabled: boolean;
  onAlert(alertId: string): void;
}) {
  const { t, i18n } = useTranslation();
  const waiting = useStore(citizens.store, (state) => state.waiting);
  const [answering, setAnswering] = useState<string>();
  const reports = byDueTime(waiting);
  return (
    <section className="citizens-view">
      <h1>{t('citizens.title', { count: reports.length })}</h1>
      {reports.length === 0 && <p className="desk-dim">{t('citizens.none')}</p>}
      <ul>
        {reports.map((report) => {
          const { reportId, alertId } = report;
          return (
            <li key={reportId}>
              <h2>
                {i18n.language === 'en' ? (report.siteNameEn ?? report.siteName) : report.siteName}{' '}
                <span className="desk-dim">{t(`district.${report.district}`)}</span>
              </h2>
              <ReportCard {...{ report, times, nowMs }} />
              <div className="citizens-keys">
                {alertId !== undefined && (
                  <Button onClick={() => onAlert(alertId)}>{t('citizens.openAlert')}</Button>
                )}
                <Button
                  aria-expanded={answering === reportId}
                  onClick={() => setAnswering(answering === reportId ? undefined : reportId)}
                >
                  {t('citizens.answer')}…
                </Button>
              </div>
              {answering === reportId && (
                <AnswerForm
                  count={1}
                  enabled={enabled}
                  onSend={(text) => citizens.answer([reportId], text)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
