import {
  nextReportDeadline,
  transitionReport,
  type ReportEvent,
} from '../../../src-shared/citizens/citizenReport.ts';
import type { CitizenReport } from '../../../src-shared/citizens/citizens.protocol.ts';
import type { AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { createSequence } from '../../base/sequence.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { CitizenAlerts } from './citizens.ports.ts';
import type { CitizenAudit, CitizenRecord, CitizensRepository } from './citizens.repository.ts';

/** Reports without an answer in memory, and their one writer. */
export interface CitizenBook {
  /** Loads what was not answered when the hub stopped, and goes on with what was under way. */
  load(): Promise<void>;
  open(): Iterable<CitizenRecord>;
  /** Runs one change after the other. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Stores a change and notifies of it; within `exclusive`. */
  keep(records: readonly CitizenRecord[], audit: readonly CitizenAudit[]): Promise<void>;
  /** Raises the alert of a stored report with its photograph, within `exclusive`. The record with its alert; rejects when that cannot be stored now. */
  raise(record: CitizenRecord): Promise<CitizenRecord>;
  /** Officers acknowledged these alerts. */
  alertsAcknowledged(alertIds: ReadonlySet<string>): void;
  onChanged(listener: (reports: CitizenReport[]) => void): void;
  close(): void;
}

/** After a fault, what is due is tried again in this time. Milliseconds. */
const retryMs = 5_000;
/** The actor of what the hub does by itself. */
const hubName = 'hub';

export function createCitizenBook(options: {
  repository: CitizensRepository;
  alerts: CitizenAlerts;
  /** Where a report's site is, as the registry knows it now, or as the report was stored. */
  placeOf(report: CitizenReport): AlertPlace;
  logger: Pick<Logger, 'error'>;
  nowMs(): number;
}): CitizenBook {
  const { repository, alerts, logger, nowMs } = options;
  const open = new Map<string, CitizenRecord>();
  const changed = createListeners<[reports: CitizenReport[]]>();
  const { exclusive } = createSequence();
  let timer: Timer | undefined;
  let isClosed = false;

  const wait = (leastMs = 20): void => {
    timer?.cancel();
    if (isClosed) return;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { report } of open.values()) {
      const dueMs = report.alertId === undefined ? nowMs() + retryMs : nextReportDeadline(report);
      soonestMs = Math.min(soonestMs, dueMs ?? soonestMs);
    }
    if (soonestMs === Number.POSITIVE_INFINITY) return;
    timer = startTimer(() => void reach(), Math.max(leastMs, soonestMs - nowMs()));
  };
  const keep: CitizenBook['keep'] = async (records, audit) => {
    await repository.save(records, audit);
    for (const record of records) {
      const { report, sameAs } = record;
      if (report.answered !== undefined || sameAs !== undefined) open.delete(report.reportId);
      else open.set(report.reportId, record);
    }
    const shown = records.flatMap(({ report, sameAs }) => (sameAs === undefined ? [report] : []));
    if (shown.length > 0) changed.notify(shown);
    wait();
  };
  const raise: CitizenBook['raise'] = async (record) => {
    const { reportId, text, receivedAtMs, pictureHash: hash } = record.report;
    const bytes = hash === undefined ? undefined : await alerts.pictureBytes(hash);
    const { alertId } = await alerts.take({
      reportId,
      place: options.placeOf(record.report),
      text,
      receivedAtMs,
      ...(hash === undefined || bytes === undefined ? {} : { picture: { hash, bytes } }),
    });
    const isAcknowledged = (await alerts.alert(alertId))?.acknowledged !== undefined;
    const raised = { ...record, report: { ...record.report, alertId, revision: record.report.revision + 1 } };
    const next = isAcknowledged ? (moved(raised, { type: 'looked_into' }) ?? raised) : raised;
    await keep([next], []);
    return next;
  };
  const moved = (record: CitizenRecord, event: ReportEvent): CitizenRecord | undefined =>
    nextRecord(record, event, nowMs());

  /** Escalates what is overdue, and raises what was stored and has no alert yet. */
  const reach = (): Promise<void> =>
    exclusive(async () => {
      if (isClosed) return;
      try {
        for (const record of [...open.values()]) {
          if (record.report.alertId === undefined) await raise(record);
          const escalated = moved(open.get(record.report.reportId) ?? record, { type: 'deadlineReached' });
          if (escalated === undefined) continue;
          const { reportId, siteId } = record.report;
          await keep(
            [escalated],
            [
              {
                atMs: nowMs(),
                actor: hubName,
                action: 'citizens:escalate',
                subject: reportId,
                detail: { siteId },
              },
            ],
          );
        }
        wait();
      } catch (error) {
        logger.error(
          { err: error },
          'reports of citizens could not be raised or escalated; it is tried again in 5 s',
        );
        wait(retryMs);
      }
    });

  return {
    async load() {
      for (const record of await repository.loadOpen()) open.set(record.report.reportId, record);
      const begun = new Set<string>();
      for (const { report } of open.values()) {
        if (report.alertId === undefined || report.lookedIntoAtMs !== undefined) continue;
        if ((await alerts.alert(report.alertId))?.acknowledged !== undefined) begun.add(report.alertId);
      }
      this.alertsAcknowledged(begun);
      // What the hub that ended had stored and not raised is raised at once.
      void reach();
    },
    open: () => open.values(),
    exclusive,
    keep,
    raise,
    alertsAcknowledged(alertIds) {
      const isAmong = ({ report }: CitizenRecord): boolean =>
        report.lookedIntoAtMs === undefined && alertIds.has(report.alertId ?? '');
      if (![...open.values()].some(isAmong)) return;
      exclusive(async () => {
        const some = [...open.values()]
          .filter(isAmong)
          .flatMap((record) => moved(record, { type: 'looked_into' }) ?? []);
        await keep(some, []);
      }).catch((error: unknown) =>
        logger.error({ err: error }, 'a citizen could not be shown that the report is being looked into'),
      );
    },
    onChanged: (listener) => void changed.add(listener),
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}

/** The record after an event; undefined where the event changes nothing. */
export function nextRecord(
  record: CitizenRecord,
  event: ReportEvent,
  nowMs: number,
): CitizenRecord | undefined {
  const result = transitionReport(record.report, event, nowMs);
  if (!result.ok) return undefined;
  return { ...record, report: { ...record.report, ...result.state, revision: record.report.revision + 1 } };
}
