import { beforeEach, describe, expect, it } from 'vitest';
import { raiseAlert, transitionAlert } from '../../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import type { SiteReport } from '../../../../src-shared/sites/sites.protocol.ts';
import { siteAlertOf } from '../../../../src-sfu/features/sites/siteAlertView.ts';
import { createSiteReports } from '../../../../src-sfu/features/sites/siteReports.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createSitesRepository } from '../../../../src-sfu/storage/sites.sql.ts';
import fc from '../../../support/properties.ts';

const dayMs = 86_400_000;
const appealDays = 7;
const officer = { id: 'wang', name: '王芳' };
let nowMs: number;
let alerts: Map<string, Alert>;
let repository: ReturnType<typeof createSitesRepository>;
let reports: ReturnType<typeof createSiteReports>;
let said: string[];

function alertOf(alertId: string, siteId: string): Alert {
  return {
    alertId,
    revision: 1,
    kindId: 'smoking',
    ...raiseAlert({ class: 2 }, nowMs),
    source: { type: 'platform', keyId: 'k', name: '平台甲' },
    occurredAtMs: nowMs,
    lastOccurredAtMs: nowMs,
    reportedCamera: 'R-17',
    message: '平台的话',
    notes: 3,
    place: {
      cameraId: `${siteId}-c`,
      cameraName: '灶台',
      siteId,
      siteName: siteId,
      siteType: 'restaurant',
      district: '咸安区',
    },
  };
}

beforeEach(async () => {
  nowMs = 1_000_000_000_000;
  alerts = new Map(['own', 'second'].map((id) => [id, alertOf(id, 'one')]));
  alerts.set('foreign', alertOf('foreign', 'two'));
  repository = createSitesRepository(await openStore(':memory:'));
  said = [];
  reports = createSiteReports({
    repository,
    alert: (alertId) => Promise.resolve(alerts.get(alertId)),
    callFalse(alertId, reason, by) {
      const alert = alerts.get(alertId);
      if (alert === undefined) return Promise.reject(new Error('gone'));
      const event = { type: 'appealUpheld', by: { type: 'officer', ...by }, reason } as const;
      const moved = transitionAlert(alert, event, nowMs);
      if (moved.ok) alerts.set(alertId, { ...alert, ...moved.state });
      return Promise.resolve();
    },
    appealDays,
    nowMs: () => nowMs,
  });
  reports.onSaid(({ alertId }) => said.push(alertId));
});

const site = { siteId: 'one', name: '一店' };
const say = async (report: SiteReport, reportId = 'r1', ageMs = 0) =>
  (await reports.report(site, [{ reportId, report, ageMs }])).results[0];
const appeal = (alertId: string): SiteReport => ({ type: 'appeal', alertId, reason: 'steam_or_light' });
const factsOf = async (alertId: string) => (await repository.factsOf([alertId])).get(alertId);

describe('what a site says', () => {
  it('is applied once, whatever the order and number in which it comes', async () => {
    const all: { reportId: string; report: SiteReport; ageMs: number }[] = [
      { reportId: 'a', report: { type: 'seen', alertId: 'own' }, ageMs: 0 },
      { reportId: 'b', report: appeal('own'), ageMs: 0 },
      { reportId: 'c', report: appeal('second'), ageMs: 0 },
    ];
    const repeats = fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(repeats, async (sent) => {
        const first = await reports.report(site, all);
        const { results } = await reports.report(site, sent);
        expect(results.every(({ applied }) => applied)).toBe(true);
        expect(first.results.every(({ applied }) => applied)).toBe(true);
        expect([...said].sort()).toEqual(['own', 'own', 'second']);
      }),
      { numRuns: 20 },
    );
  });

  it('ten times at the same moment is applied once', async () => {
    const sent = { reportId: 'a', report: appeal('own'), ageMs: 0 };
    const answers = await Promise.all(Array.from({ length: 10 }, () => reports.report(site, [sent])));
    expect(answers.every(({ results }) => results[0]?.applied)).toBe(true);
    expect(said).toEqual(['own']);
  });

  it('about an alert of another site is answered as about one that is not there', async () => {
    for (const alertId of ['foreign', 'none']) {
      expect(await say(appeal(alertId), `x ${alertId}`)).toMatchObject({
        applied: false,
        refusal: 'no_such_alert',
      });
      expect(await say({ type: 'seen', alertId }, `y ${alertId}`)).toMatchObject({
        refusal: 'no_such_alert',
      });
    }
    expect(await factsOf('foreign')).toBeUndefined();
    expect(said).toEqual([]);
  });

  it('with the id of a report of another site is another report', async () => {
    await say(appeal('own'), 'same');
    const other = await reports.report({ siteId: 'two', name: '二店' }, [
      { reportId: 'same', report: appeal('foreign'), ageMs: 0 },
    ]);
    expect(other.results[0]).toMatchObject({ applied: true });
    expect((await factsOf('foreign'))?.appeal).toMatchObject({ state: 'waiting' });
  });

  it('keeps when it was seen first, by the age that the phone gives', async () => {
    alerts.set('own', { ...alertOf('own', 'one'), raisedAtMs: nowMs - 60_000 });
    await say({ type: 'seen', alertId: 'own' }, 'a', 5_000);
    expect((await factsOf('own'))?.seenAtMs).toBe(nowMs - 5_000);
    nowMs += 60_000;
    expect(await say({ type: 'seen', alertId: 'own' }, 'b')).toMatchObject({ applied: true });
    // The clock of the phone was a day wrong.
    await say({ type: 'seen', alertId: 'second' }, 'c', 86_400_000);
    expect((await factsOf('second'))?.seenAtMs).toBe(alerts.get('second')?.raisedAtMs);
    expect((await factsOf('own'))?.seenAtMs).toBe(1_000_000_000_000 - 5_000);
  });
});

describe('an appeal', () => {
  it('is made once for an alert', async () => {
    expect(await say(appeal('own'), 'a')).toMatchObject({ applied: true });
    expect(await say(appeal('own'), 'b')).toMatchObject({ refusal: 'appealed_already' });
    await reports.decide('own', { type: 'decline', answer: '画面清楚' }, officer);
    expect(await say(appeal('own'), 'c')).toMatchObject({ refusal: 'appealed_already' });
  });

  it('is refused after so many days; a phone without a network is given one more, and no more', async () => {
    nowMs += appealDays * dayMs + 1;
    expect(await say(appeal('own'), 'a')).toMatchObject({ refusal: 'too_late' });
    expect(await say(appeal('own'), 'b', 3_600_000)).toMatchObject({ applied: true });
    nowMs += dayMs;
    expect(await say(appeal('second'), 'c', 7 * dayMs)).toMatchObject({ refusal: 'too_late' });
  });

  it('is refused for an alert that is a false alarm already', async () => {
    const own = alerts.get('own');
    if (own !== undefined) alerts.set('own', { ...own, state: 'false_alarm' });
    expect(await say(appeal('own'))).toMatchObject({ refusal: 'false_already' });
  });

  it.each(['new', 'resolved'] as const)(
    'that is upheld makes an alert that is %s a false alarm',
    async (state) => {
      const own = alerts.get('own');
      if (own !== undefined) alerts.set('own', { ...own, state });
      await say(appeal('own'));
      expect(await reports.decide('own', { type: 'uphold' }, officer)).toMatchObject({
        ok: true,
        data: { appeal: { state: 'upheld', decidedBy: '王芳' } },
      });
      expect(alerts.get('own')).toMatchObject({ state: 'false_alarm', closed: { reason: 'steam_or_light' } });
    },
  );

  it('that is declined leaves the alert, and gives the site the answer', async () => {
    await say(appeal('own'));
    await reports.decide('own', { type: 'decline', answer: '画面清楚' }, officer);
    expect(alerts.get('own')?.state).toBe('new');
    expect((await factsOf('own'))?.appeal).toMatchObject({ state: 'declined', answer: '画面清楚' });
  });

  it('is decided once, also by two officers at the same moment', async () => {
    await say(appeal('own'));
    const decided = await Promise.all([
      reports.decide('own', { type: 'uphold' }, officer),
      reports.decide('own', { type: 'decline', answer: '不' }, { id: 'li', name: '李' }),
    ]);
    expect(decided[0]).toMatchObject({ ok: true });
    expect(decided[1]).toMatchObject({ ok: false, reason: 'sites.decided_already' });
    expect(await reports.decide('second', { type: 'uphold' }, officer)).toMatchObject({
      reason: 'sites.no_such_appeal',
    });
  });
});

describe('an alert as its site sees it', () => {
  it('has no officer, no note, and nothing that the platform wrote', () => {
    const worked = transitionAlert(
      alertOf('own', 'one'),
      { type: 'calledFalse', by: { type: 'officer', ...officer }, reason: 'other' },
      nowMs,
    );
    if (!worked.ok) throw new Error(worked.reason);
    const alert: Alert = { ...alertOf('own', 'one'), ...worked.state };
    const view = siteAlertOf(
      alert,
      { name: '吸烟', nameEn: 'Smoking' },
      {
        seenAtMs: 5,
        appeal: {
          appealId: 'a',
          alertId: 'own',
          siteId: 'one',
          reason: 'other',
          madeAtMs: 1,
          state: 'declined',
          decidedAtMs: 2,
          decidedBy: '王芳',
          answer: '画面清楚',
        },
      },
      appealDays,
    );
    expect(JSON.stringify(view)).not.toMatch(/王芳|wang|平台|R-17|notes|place|squad/);
    expect(view).toMatchObject({
      state: 'false_alarm',
      kindName: '吸烟',
      seenAtMs: 5,
      appeal: { answer: '画面清楚' },
      appealUntilMs: nowMs + appealDays * dayMs,
    });
  });
});
