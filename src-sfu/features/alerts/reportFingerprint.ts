import { createHash } from 'node:crypto';
import type { ReportedAlert } from '../../../src-shared/alerts/alertIntake.ts';
import { cameraKeyOf } from '../../../src-shared/alerts/alertJoin.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { KnownReport } from './alerts.repository.ts';

/** A report ready to be ingested: its time is in Unix milliseconds, and its picture is a separate field. */
export type TakenReport = Omit<ReportedAlert, 'snapshot' | 'occurredAt'> & { occurredAtMs: number };

/** Length in hexadecimal digits. 128 bits of SHA-256 distinguish any two reports of one id. */
const fingerprintDigits = 32;

/**
 * What a report says, as a hash: the same for the same content, however its JSON, its time and its picture are written
 * down. A report whose picture was dropped says something else than one with it.
 */
export function fingerprintOf(report: TakenReport, pictureHash: string | undefined): string {
  const { kind, cameraId, occurredAtMs, confidence, message, regions } = report;
  const areas = regions?.map(({ x, y, width, height, label }) => [x, y, width, height, label]);
  const content = [kind, cameraId, occurredAtMs, confidence, message, areas, pictureHash];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, fingerprintDigits);
}

/** What is known of the content of a report now, to be compared with one from before. */
export interface ReportContent {
  report: TakenReport;
  fingerprint: string;
  pictureHash: string | undefined;
  /** The alert type and camera that the hub derived from the report. */
  kindId: string;
  cameraId: string | undefined;
}

/** Whether a report has the content of the known one. A report that was stored without a fingerprint is compared by its stored fields. */
export function isSameReport(known: KnownReport, alert: Alert | undefined, content: ReportContent): boolean {
  if (known.fingerprint !== undefined) return known.fingerprint === content.fingerprint;
  const { report, pictureHash, kindId, cameraId } = content;
  const isSameAlert =
    alert === undefined ||
    (alert.kindId === kindId &&
      (alert.reportedCamera === report.cameraId ||
        cameraKeyOf(alert.place?.cameraId, alert.reportedCamera) === cameraKeyOf(cameraId, report.cameraId)));
  return (
    isSameAlert &&
    known.occurredAtMs === report.occurredAtMs &&
    known.confidence === report.confidence &&
    known.message === report.message &&
    known.snapshotHash === pictureHash
  );
}
