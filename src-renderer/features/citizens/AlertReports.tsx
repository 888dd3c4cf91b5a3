import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimeFormat } from '../../ui/times.ts';
import { AnswerForm } from './AnswerForm.tsx';
import type { DeskCitizens } from './citizensStore.ts';
import { ReportCard } from './ReportCard.tsx';

/** The reports of the alert that is shown, and the answer to all of them that wait for one. */
export function AlertReports({
  citizens,
  alertId,
  times,
  nowMs,
  enabled,
  onPicture,
}: {
  citizens: DeskCitizens;
  alertId: string;
  times: TimeFormat;
  nowMs: number;
  enabled: boolean;
  onPicture(hash: string): void;
}) {
  const { t } = useTranslation();
  const ofAlert = useStore(citizens.store, (state) => state.ofAlert);
  useEffect(() => {
    if (enabled) void citizens.read(alertId);
  }, [citizens, alertId, enabled]);
  const reports = ofAlert?.alertId === alertId ? ofAlert.reports : undefined;
  const waiting = reports?.filter(({ answered }) => answered === undefined) ?? [];
  return (
    <section data-citizen-reports={alertId}>
      <h2>{t('citizens.ofAlert', { count: reports?.length ?? 0 })}</h2>
      {reports === undefined && <p className="desk-dim">{t('citizens.reading')}</p>}
      {reports?.map((report) => (
        <ReportCard key={report.reportId} {...{ report, times, nowMs, onPicture }} />
      ))}
      {waiting.length > 0 && (
        <AnswerForm
          key={alertId}
          count={waiting.length}
          enabled={enabled}
          onSend={(text) =>
            citizens.answer(
              waiting.map(({ reportId }) => reportId),
              text,
            )
          }
        />
      )}
    </section>
  );
}
