import { createListeners } from '../../../src-shared/listeners.ts';
import type { FalseAlarmReason } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { appealRefusal, appealUntilMs, type SiteAppeal } from '../../../src-shared/sites/siteAlerts.ts';
import { createTurns } from '../../base/turns.ts';
import type { SiteFacts, SiteReportRefusal, SitesRepository } from './sites.repository.ts';

type Report = InputOf<'sites:report'>['reports'][number];
type Decision = InputOf<'sites:decideAppeal'>['decision'];

/** A phone without a network keeps what was said for longer; a deadline is moved by no more than this. Milliseconds. */
const longestDelayMs = 24 * 3_600_000;

/** What sites say about alerts, and what is decided about it. */
export interface SiteReports {
  /** Each report once, however often it comes; in the order in which they were made. */
  report(
    site: { siteId: string; name: string },
    reports: readonly Report[],
  ): Promise<OutputOf<'sites:report'>>;
  decide(
    alertId: string,
    decision: Decision,
    officer: { id: string; name: string },
  ): Promise<Ack<{ appeal: SiteAppeal }>>;
  /** Something was said or decided about an alert. */
  onSaid(listener: (alert: Alert, facts: SiteFacts) => void): void;
}

export function createSiteReports(options: {
  repository: Pick<SitesRepository, 'answered' | 'saveReport' | 'saveDecision' | 'factsOf'>;
  alert(alertId: string): Promise<Alert | undefined>;
  /** The alert becomes a false alarm; rejects when that could not be stored. */
  callFalse(
    alertId: string,
    reason: FalseAlarmReason,
    officer: { id: string; name: string },
  ): Promise<unknown>;
  appealDays: number;
  nowMs(): number;
}): SiteReports {
  const { repository, alert: findAlert, nowMs, appealDays } = options;
  const inTurn = createTurns();
  const said = createListeners<[alert: Alert, facts: SiteFacts]>();
  const factsOf = async (alertId: string): Promise<SiteFacts> =>
    (await repository.factsOf([alertId])).get(alertId) ?? {};

  /** Carries out one report and stores it with its answer. */
  const take = async (
    { siteId, name }: { siteId: string; name: string },
    { reportId, report, ageMs }: Report,
    reportKey: string,
  ): Promise<SiteReportRefusal | undefined> => {
    const atMs = nowMs();
    const refused = async (refusal: SiteReportRefusal): Promise<SiteReportRefusal> => {
      await repository.saveReport({ reportKey, atMs, refusal });
      return refusal;
    };
    const alert = await findAlert(report.alertId);
    // An alert of another site is answered as one that is not there.
    if (alert?.place?.siteId !== siteId) return refused('no_such_alert');
    const facts = await factsOf(alert.alertId);
    const { alertId } = alert;
    const audit = { atMs, actor: name, subject: alertId };
    if (report.type === 'seen') {
      if (facts.seenAtMs !== undefined) {
        await repository.saveReport({ reportKey, atMs });
        return undefined;
      }
      // The clock of the phone can be wrong: nobody saw an alert before it was raised.
      const seenAtMs = Math.max(alert.raisedAtMs, atMs - ageMs);
      await repository.saveReport(
        { reportKey, atMs },
        {
          seen: { alertId, siteId, atMs: seenAtMs },
          audit: { ...audit, action: 'sites:seen', detail: { siteId } },
        },
      );
      said.notify(alert, { ...facts, seenAtMs });
      return undefined;
    }
    const state = alert.state === 'false_alarm' ? ('false_alarm' as const) : ('open' as const);
    const refusal = appealRefusal(
      { state, appealUntilMs: appealUntilMs(alert, appealDays), appeal: facts.appeal },
      atMs - Math.min(ageMs, longestDelayMs),
    );
    if (refusal !== undefined) return refused(refusal);
    const { reason, note } = report;
    const appeal: SiteAppeal = {
      appealId: reportId,
      alertId,
      siteId,
      reason,
      ...(note === undefined ? {} : { note }),
      madeAtMs: atMs,
      state: 'waiting',
    };
    await repository.saveReport(
      { reportKey, atMs },
      { appeal, audit: { ...audit, action: 'sites:appeal', detail: { siteId, reason } } },
    );
    said.notify(alert, { ...facts, appeal });
    return undefined;
  };

  return {
    report: (site, reports) =>
      inTurn(site.siteId, async () => {
        const keyOf = ({ reportId }: Report): string => `${site.siteId} ${reportId}`;
        const known = new Map(await repository.answered(reports.map(keyOf)));
        const results: OutputOf<'sites:report'>['results'] = [];
        for (const report of reports) {
          const key = keyOf(report);
          if (!known.has(key)) known.set(key, await take(site, report, key));
          const refusal = known.get(key);
          results.push({
            reportId: report.reportId,
            applied: refusal === undefined,
            ...(refusal === undefined ? {} : { refusal }),
          });
        }
        return { results };
      }),
    async decide(alertId, decision, officer) {
      const alert = await findAlert(alertId);
      const siteId = alert?.place?.siteId ?? '';
      return inTurn(siteId, async () => {
        const facts = await factsOf(alertId);
        if (alert === undefined || facts.appeal === undefined) {
          return refuse('not_found', 'Nobody appealed against this alert.', {
            reason: 'sites.no_such_appeal',
          });
        }
        if (facts.appeal.state !== 'waiting') {
          return refuse('conflict', 'This appeal was decided already.', { reason: 'sites.decided_already' });
        }
        // The alert first: were the second write lost, the decision could be made again.
        if (decision.type === 'uphold') await options.callFalse(alertId, facts.appeal.reason, officer);
        const appeal: SiteAppeal = {
          ...facts.appeal,
          state: decision.type === 'uphold' ? 'upheld' : 'declined',
          decidedAtMs: nowMs(),
          decidedBy: officer.name,
          ...(decision.type === 'uphold' ? {} : { answer: decision.answer }),
        };
        await repository.saveDecision(appeal, {
          atMs: nowMs(),
          actor: officer.name,
          action: 'sites:decideAppeal',
          subject: alertId,
          detail: { decision: appeal.state, siteId },
        });
        said.notify((await findAlert(alertId)) ?? alert, { ...facts, appeal });
        return ok({ appeal });
      });
    },
    onSaid: said.add,
  };
}
