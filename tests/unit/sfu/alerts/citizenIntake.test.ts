import { expect, it } from 'vitest';
import { citizenKindId } from '../../../../src-shared/alerts/alertKinds.ts';
import type { Alert, AlertPlace } from '../../../../src-shared/alerts/alertView.ts';
import { createAlertsForSites } from '../../../../src-sfu/app/alertsForSites.ts';
import { createAlertBook, type AlertBook } from '../../../../src-sfu/features/alerts/alertBook.ts';
import { AlertDraft, type AlertView } from '../../../../src-sfu/features/alerts/alertDraft.ts';
import type { AlertNews } from '../../../../src-sfu/features/alerts/alertAnnouncer.ts';
import { citizenReportJob } from '../../../../src-sfu/features/alerts/citizenIntake.ts';

const noonMs = 1_795_400_000_000;
const hourMs = 3_600_000;

function intake() {
  const clock = { nowMs: noonMs };
  const nowMs = (): number => clock.nowMs;
  const book: AlertBook = createAlertBook({
    joinWindowMs: () => 24 * hourMs,
    midnightMs: () => noonMs,
    nowMs,
  });
  const reports = new Map<string, { alertId: string }>();
  const view = {
    alert: book.alert,
    latest: book.latest,
    report: (_keyId: string, id: string) => reports.get(id),
    snapshot: () => undefined,
  } as unknown as AlertView;
  let ids = 0;
  const place = (siteId: string): AlertPlace => ({
    siteId,
    siteName: siteId,
    siteType: 'restaurant',
    district: '咸安区',
  });
  const take = (reportId: string, siteId: string, text = reportId): string => {
    const draft = new AlertDraft(view);
    const options = {
      acknowledgeTimes: () => undefined,
      joinWindowMs: () => 24 * hourMs,
      newId: () => `alert-${(ids += 1)}`,
      nowMs,
    };
    const job = citizenReportJob(options, {
      reportId,
      place: place(siteId),
      text,
      receivedAtMs: clock.nowMs,
    });
    const { alertId } = job.plan(draft);
    for (const { externalId } of draft.changes().occurrences) reports.set(externalId, { alertId });
    book.apply(draft);
    return alertId;
  };
  const change = (alertId: string, changes: Partial<Alert>): void => {
    const draft = new AlertDraft(view);
    draft.change({ ...(book.alert(alertId) as Alert), ...changes });
    book.apply(draft);
  };
  return { clock, book, take, change };
}

it('makes one open alert of class 3 of all reports of a site, and each report counts once', () => {
  const { book, take } = intake();
  const first = take('r1', 'one', '有老鼠');
  expect(book.alert(first)).toMatchObject({ class: 3, state: 'new', count: 1, source: { type: 'public' } });
  expect(book.alert(first)).not.toHaveProperty('expiresAfterMs');
  expect(take('r2', 'one', '后门没关')).toBe(first);
  expect(take('r2', 'one', '后门没关')).toBe(first);
  expect(book.alert(first)).toMatchObject({ count: 2, message: '后门没关' });
  expect(take('r3', 'two')).not.toBe(first);
});

it('raises another one after a day without reports, and after the alert was closed, also as false', () => {
  const { clock, take, change } = intake();
  const first = take('r1', 'one');
  clock.nowMs += 25 * hourMs;
  const second = take('r2', 'one');
  expect(second).not.toBe(first);
  const by = { type: 'officer', id: 'o', name: '王芳' } as const;
  change(second, { state: 'false_alarm', closed: { by, atMs: clock.nowMs, reason: 'nothing_there' } });
  expect(take('r3', 'one')).not.toBe(second);
});

it('makes no flood of the desk, however many come', () => {
  const { book, take } = intake();
  for (let index = 0; index < 300; index += 1) take(`r${index}`, `site-${index}`);
  expect(book.counts()).toMatchObject({ open: { 1: 0, 2: 0, 3: 300 }, unknownCamera: 0 });
  expect(book.counts().flood).toBeUndefined();
});

it('is nothing that a site sees: neither in its list, nor by its id, nor as news', async () => {
  const { book, take } = intake();
  const citizen = book.alert(take('r1', 'one')) as Alert;
  const camera = { ...citizen, alertId: 'camera', kindId: 'rat' };
  const heard: AlertNews[] = [];
  let tell: (news: AlertNews) => void = () => undefined;
  const forSites = createAlertsForSites({
    alerts: {
      alert: async (alertId: string) => (alertId === 'camera' ? camera : citizen),
      onNews: (listener: (news: AlertNews) => void) => {
        tell = listener;
      },
    } as never,
    repository: { search: async () => ({ alerts: [citizen, camera], total: 2 }) },
    getSnapshot: undefined as never,
  });
  forSites.onNews((news) => heard.push(news));
  tell({ arrived: [citizen], changed: [camera, citizen] });
  expect(citizen.kindId).toBe(citizenKindId);
  expect(await forSites.search({ siteIds: ['one'] }, 10)).toEqual([camera]);
  expect([await forSites.alert('x'), await forSites.alert('camera')]).toEqual([undefined, camera]);
  expect(heard).toEqual([{ arrived: [], changed: [camera] }]);
});
