import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { CitizenReport } from '../../../src-shared/citizens/citizens.protocol.ts';
import { seatWords } from '../../ui/seatWords.ts';
import { durationText, type TimeFormat } from '../../ui/times.ts';
import './citizens.css';

const dayMs = 24 * 3_600_000;

/** How long there is until the answer is due, or for how long it is overdue. */
function dueText(dueAtMs: number, nowMs: number, t: TFunction): string {
  const leftMs = dueAtMs - nowMs;
  const days = Math.floor(Math.abs(leftMs) / dayMs);
  const span = days >= 2 ? t('citizens.days', { count: days }) : durationText(Math.abs(leftMs));
  return t(leftMs < 0 ? 'citizens.lateFor' : 'citizens.left', { span });
}

/** One report: its sentence, its photograph, until when it is answered, and its answer. */
export function ReportCard({
  report,
  times,
  nowMs,
  onPicture,
}: {
  report: CitizenReport;
  times: TimeFormat;
  nowMs: number;
  /** Shows the photograph; left out where there is no place for it. */
  onPicture?(hash: string): void;
}) {
  const { t } = useTranslation();
  const { answered, pictureHash, receivedAtMs, dueAtMs, escalatedAtMs } = report;
  const isLate = answered === undefined && nowMs > dueAtMs;
  return (
    <div className="citizen-card" data-report-id={report.reportId} data-late={isLate || undefined}>
      <p className="citizen-said">{report.text}</p>
      <p className="desk-dim">
        {t('citizens.received', { at: times.timeOfDay(receivedAtMs) })}
        {report.times > 1 && ` · ${t('citizens.times', { count: report.times })}`}
        {answered === undefined && (
          <span className={isLate ? 'citizen-late' : ''}> · {dueText(dueAtMs, nowMs, t)}</span>
        )}
      </p>
      {answered === undefined && escalatedAtMs !== undefined && (
        <p className="desk-not-normal">{t('citizens.escalated')}</p>
      )}
      {pictureHash !== undefined && onPicture !== undefined && (
        <Button size="compact-xs" onClick={() => onPicture(pictureHash)}>
          {t('citizens.photo')}
        </Button>
      )}
      {answered !== undefined && (
        <p className="citizen-said">
          {t('citizens.answered', {
            at: times.timeOfDay(answered.atMs),
            by: seatWords(answered.by, t),
            text: answered.text,
          })}
        </p>
      )}
    </div>
  );
}
