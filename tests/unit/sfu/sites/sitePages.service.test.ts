import { expect, it } from 'vitest';
import { raiseAlert } from '../../../../src-shared/alerts/alert.ts';
import type { AlertFilter } from '../../../../src-shared/alerts/alerts.protocol.ts';
import type { Alert } from '../../../../src-shared/alerts/alertView.ts';
import type { SiteAppeal } from '../../../../src-shared/sites/siteAlerts.ts';
import { createSitePages } from '../../../../src-sfu/features/sites/sitePages.service.ts';
import type { SiteFacts } from '../../../../src-sfu/features/sites/sites.repository.ts';

const nowMs = 1_000_000_000_000;
const dayMs = 86_400_000;

function alertOf(alertId: string, siteId: string, district: '咸安区' | '嘉鱼县' = '咸安区'): Alert {
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
      district,
    },
  };
}

const appealOf = (alertId: string, state: SiteAppeal['state'] = 'waiting'): SiteAppeal => ({
  appealId: `appeal-${alertId}`,
  alertId,
  siteId: 'one',
  reason: 'nothing_there',
  madeAtMs: nowMs,
  state,
});

async function stage({ appealDays = 7 } = {}) {
  const alerts = [alertOf('a1', 'one'), alertOf('a2', 'two', '嘉鱼县')];
  const state = {
    open: new Set(['one']),
    sent: [] as string[],
    filters: [] as AlertFilter[],
    facts: new Map<string, SiteFacts>([['a1', { seenAtMs: nowMs }]]),
    factsAsked: 0,
    /** What the store waits for before it answers. */
    slow: Promise.resolve(),
  };
  const pages = await createSitePages({
    repository: {
      async factsOf() {
        state.factsAsked += 1;
        await state.slow;
        return state.facts;
      },
      waitingAppeals: () => Promise.resolve([appealOf('a1'), appealOf('a2')]),
    },
    registry: {
      site: (siteId) =>
        siteId === 'gone'
          ? undefined
          : { siteId, siteName: siteId, siteType: 'restaurant', district: '咸安区', address: '' },
      camerasOf: (siteId) => [
        { id: `${siteId}-c`, name: '灶台', nameEn: 'Stove' },
        { id: `${siteId}-d`, name: '门' },
      ],
      siteOf: (cameraId) => cameraId.split('-')[0],
      health: () => new Map([['one-c', { condition: 'offline' as const, sinceMs: 5 }]]),
    },
    alerts: {
      alert: (alertId) => Promise.resolve(alerts.find((alert) => alert.alertId === alertId)),
      kind: () => ({ name: '吸烟', nameEn: 'Smoking' }),
      search(filter) {
        state.filters.push(filter);
        return Promise.resolve(alerts.filter(({ place }) => filter.siteIds?.includes(place?.siteId ?? '')));
      },
    },
    surfaces: {
      openSites: () => state.open,
      alertsChanged: (siteId, some) =>
        state.sent.push(...some.map((one) => `${siteId} ${one.alertId} ${one.seenAtMs ?? 'unseen'}`)),
      camerasChanged: (siteId, cameras) => state.sent.push(`${siteId} ${cameras.length} cameras`),
      answersChanged: ({ alertId }, district) => state.sent.push(`desks ${alertId} ${district ?? ''}`),
    },
    appealDays,
    nowMs: () => nowMs,
  });
  return { pages, state, alerts };
}

it('gives a page its site, with the condition of each camera as far as it is known', async () => {
  const { pages } = await stage();
  expect(pages.snapshotOf('one')?.cameras).toEqual([
    { cameraId: 'one-c', cameraName: '灶台', cameraNameEn: 'Stove', condition: 'offline', sinceMs: 5 },
    { cameraId: 'one-d', cameraName: '门', condition: 'unknown' },
  ]);
  expect(pages.snapshotOf('gone')).toBeUndefined();
});

it('shows open alerts of any age, and others for a week or as long as they can be appealed against', async () => {
  const week = await stage();
  expect((await week.pages.alertsOf('one')).map(({ alertId, seenAtMs }) => [alertId, seenAtMs])).toEqual([
    ['a1', nowMs],
  ]);
  expect(week.state.filters).toEqual([
    { siteIds: ['one'], states: ['new', 'acknowledged', 'dispatched'] },
    { siteIds: ['one'], fromMs: nowMs - 7 * dayMs },
  ]);
  const month = await stage({ appealDays: 30 });
  await month.pages.alertsOf('one');
  expect(month.state.filters.at(-1)?.fromMs).toBe(nowMs - 30 * dayMs);
});

it('gives a desk only the appeals of its own districts, from the moment on in which each is made until it is decided', async () => {
  const { pages, alerts } = await stage();
  const [first] = alerts;
  if (first === undefined) throw new Error('There is no alert.');
  const idsIn = (district?: string): string[] =>
    pages.waitingAppeals((one) => district === undefined || one === district).map(({ alertId }) => alertId);
  expect([idsIn(), idsIn('嘉鱼县')]).toEqual([['a1', 'a2'], ['a2']]);
  pages.said(first, { appeal: appealOf('a1', 'declined') });
  expect(idsIn()).toEqual(['a2']);
  pages.said(first, { appeal: appealOf('a1') });
  expect(idsIn('咸安区')).toEqual(['a1']);
});

it('sends alerts to pages that are open, new ones at once and changed ones with what was said about them', async () => {
  const { pages, state, alerts } = await stage();
  const slow = Promise.withResolvers<void>();
  state.slow = slow.promise;
  const came = pages.alertsCame({ arrived: alerts, changed: alerts });
  expect(state.sent).toEqual(['one a1 unseen']);
  slow.resolve();
  await came;
  expect(state.sent).toEqual(['one a1 unseen', `one a1 ${nowMs}`]);
});

it('asks the store for nothing where no page is open', async () => {
  const { pages, state, alerts } = await stage();
  state.open = new Set();
  await pages.alertsCame({ arrived: alerts, changed: alerts });
  pages.registryChanged();
  pages.camerasChanged(['one-c']);
  expect([state.sent, state.factsAsked]).toEqual([[], 0]);
});

it('sends changes one after the other, so that a later one never comes first', async () => {
  const { pages, state, alerts } = await stage();
  const slow = Promise.withResolvers<void>();
  state.slow = slow.promise;
  const first = pages.alertsCame({ arrived: [], changed: alerts });
  state.slow = Promise.resolve();
  state.facts = new Map([['a1', { seenAtMs: 7 }]]);
  const second = pages.alertsCame({ arrived: [], changed: alerts });
  slow.resolve();
  await Promise.all([first, second]);
  expect(state.factsAsked).toBe(2);
  expect(state.sent.at(-1)).toBe('one a1 7');
});

it('sends what was said to the site and to desks of its district, and cameras to the sites that they belong to', async () => {
  const { pages, state, alerts } = await stage();
  const [, second] = alerts;
  if (second === undefined) throw new Error('There is no alert.');
  pages.said(second, { seenAtMs: 3 });
  pages.camerasChanged(['one-c', 'one-d', 'two-c']);
  pages.registryChanged();
  expect(state.sent).toEqual(['two a2 3', 'desks a2 嘉鱼县', 'one 2 cameras', 'one 2 cameras']);
});
