import { describe, expect, it } from 'vitest';
import type { SiteAlert } from '../../../../../src-shared/sites/siteAlerts.ts';
import type { SiteSnapshot } from '../../../../../src-shared/sites/sites.protocol.ts';
import { Sayings, type WaitingSaying } from '../../../../../src-renderer/features/site/sayings.ts';
import {
  createSiteStore,
  sortedAlerts,
  takeAlerts,
  takeSite,
  toggleCamera,
} from '../../../../../src-renderer/features/site/siteStore.ts';

function alertOf(alertId: string, changes: Partial<SiteAlert> = {}): SiteAlert {
  return {
    alertId,
    revision: 1,
    cameraId: 'c1',
    cameraName: '灶台',
    kindName: '吸烟',
    kindNameEn: 'Smoking',
    class: 2,
    state: 'open',
    raisedAtMs: 1,
    lastAtMs: 1,
    count: 1,
    appealUntilMs: 100,
    ...changes,
  };
}
const appeal = {
  appealId: 'p',
  alertId: 'a',
  reason: 'other',
  madeAtMs: 2,
  state: 'waiting',
} as const;

function siteOf(siteId: string, cameraIds: readonly string[]): SiteSnapshot {
  return {
    siteId,
    siteName: siteId,
    siteType: 'restaurant',
    district: '咸安区',
    address: '',
    appealDays: 7,
    cameras: cameraIds.map((cameraId) => ({ cameraId, cameraName: cameraId, condition: 'online' })),
  };
}

describe('the alerts of a site’s page', () => {
  it('never go back to an older state, and lose neither what was said nor what was decided', () => {
    const store = createSiteStore();
    const arrived = takeAlerts(store, [alertOf('a')]);
    expect(arrived.map(({ alertId }) => alertId)).toEqual(['a']);
    takeAlerts(store, [alertOf('a', { revision: 3, state: 'resolved', seenAtMs: 5, appeal })]);
    takeAlerts(store, [alertOf('a', { appeal: { ...appeal, state: 'declined' }, revision: 3 })]);
    expect(takeAlerts(store, [alertOf('a', { revision: 2, appeal })])).toEqual([]);
    expect(store.getState().alerts?.get('a')).toMatchObject({
      revision: 3,
      seenAtMs: 5,
      appeal: { state: 'declined' },
    });
  });

  it('are shown open ones first, and of each the newest', () => {
    const sorted = sortedAlerts([
      alertOf('old', { raisedAtMs: 1 }),
      alertOf('done', { raisedAtMs: 9, state: 'resolved' }),
      alertOf('new', { raisedAtMs: 2 }),
    ]);
    expect(sorted.map(({ alertId }) => alertId)).toEqual(['new', 'old', 'done']);
  });
});

describe('the cameras of a site’s page', () => {
  it('are shown two at a time: a third takes the place of the first, and one that is gone is not shown', () => {
    const store = createSiteStore();
    takeSite(store, siteOf('one', ['c1', 'c2', 'c3']));
    expect(store.getState().watched).toEqual(['c1', 'c2']);
    toggleCamera(store, 'c3');
    expect(store.getState().watched).toEqual(['c2', 'c3']);
    toggleCamera(store, 'c2');
    expect(store.getState().watched).toEqual(['c3']);
    takeSite(store, siteOf('one', ['c1']));
    expect(store.getState().watched).toEqual([]);
  });

  it('are those of the site that is signed in, with nothing left of the one before', () => {
    const store = createSiteStore();
    takeSite(store, siteOf('one', ['c1']));
    takeAlerts(store, [alertOf('a')]);
    takeSite(store, siteOf('two', ['d1']));
    expect(store.getState()).toMatchObject({ alerts: undefined, watched: ['d1'] });
  });
});

describe('what a site says', () => {
  const stage = (storage = new Map<string, string>()) => {
    const sent: string[][] = [];
    const seen: { waiting: readonly WaitingSaying[] } = { waiting: [] };
    let count = 0;
    const sayings = new Sayings({
      request(_name, { reports }) {
        sent.push(reports.map(({ reportId }) => reportId));
        const results = reports.map(({ reportId }) => ({ reportId, applied: true }));
        return Promise.resolve({ ok: true, data: { results } });
      },
      storage: {
        getItem: (name) => storage.get(name) ?? null,
        setItem: (name, value) => void storage.set(name, value),
        removeItem: (name) => void storage.delete(name),
      },
      moment: () => ({ wallMs: 0, runningMs: 0, pageId: 'p' }),
      ageMs: () => 0,
      newId: () => `r${(count += 1)}`,
      delay: () => new Promise(() => undefined),
      onWaiting: (waiting) => (seen.waiting = waiting),
      onRefused: () => undefined,
    });
    return { sayings, sent, seen, storage };
  };

  it('waits over a reload without a network, and goes once', async () => {
    const before = stage();
    before.sayings.say('one', { type: 'seen', alertId: 'a' });
    expect(before.sent).toEqual([]);
    const after = stage(before.storage);
    after.sayings.signedInAs('one');
    after.sayings.connected(true);
    await expect.poll(() => after.sayings.waiting.length).toBe(0);
    expect(after.sent).toEqual([['r1']]);
  });

  it('is dropped where another site is signed in, and that site’s own is kept', async () => {
    const phone = stage();
    phone.sayings.say('one', { type: 'seen', alertId: 'a' });
    phone.sayings.say('two', { type: 'seen', alertId: 'b' });
    phone.sayings.signedInAs('two');
    phone.sayings.connected(true);
    await expect.poll(() => phone.sayings.waiting.length).toBe(0);
    expect(phone.sent).toEqual([['r2']]);
  });

  it('is never sent in the name of another site', () => {
    const before = stage();
    before.sayings.say('one', { type: 'seen', alertId: 'a' });
    const after = stage(before.storage);
    after.sayings.signedInAs('two');
    after.sayings.connected(true);
    expect(after.sent).toEqual([]);
    expect(after.seen.waiting).toEqual([]);
  });
});
