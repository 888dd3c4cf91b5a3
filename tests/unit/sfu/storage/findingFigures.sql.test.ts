import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBoardRepository } from '../../../../src-sfu/storage/board.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { readFalseAlarmRates } from '../../../../src-sfu/storage/falseAlarms.sql.ts';
import { createFindingsRepository } from '../../../../src-sfu/storage/findings.sql.ts';
import { readOffenders } from '../../../../src-sfu/storage/offenders.sql.ts';
import {
  appealRate,
  falseAlarmRate,
  falseAlarmRatesSchema,
} from '../../../../src-shared/findings/falseAlarms.ts';
import { newFinding } from '../../../../src-shared/findings/finding.ts';
import {
  findingSchema,
  siteRecordSchema,
  type Finding,
} from '../../../../src-shared/findings/findings.protocol.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 29);
const by = { id: 'person:wang', name: '王芳' };

let store: Store & { destroy(): Promise<void> };
let count = 0;
beforeEach(async () => {
  count = 0;
  store = (await openStore(':memory:')) as typeof store;
});
afterEach(() => store.destroy());

async function found(siteId: string, daysAgo: number, parts: Partial<Finding> = {}): Promise<void> {
  count += 1;
  const finding = findingSchema.parse({
    findingId: `f${count}`,
    number: `F${String(count).padStart(3, '0')}`,
    place: { siteId, name: `${siteId} ${daysAgo}`, district: siteId === 'far' ? '赤壁市' : '咸安区' },
    clauses: ['示例-04'],
    words: '垃圾桶未加盖',
    ...newFinding({ by, class: 2, dueAtMs: nowMs + dayMs }, nowMs - daysAgo * dayMs),
    ...parts,
  });
  const audit = { action: 'findings:create', actor: '王芳', detail: {} };
  await createFindingsRepository(store).save({ finding, steps: [], count, audit });
}

async function alert(
  id: string,
  state: string,
  parts: { daysAgo?: number; camera?: string; district?: string; document?: object } = {},
): Promise<void> {
  const { daysAgo = 1, camera = 'c1', district = '咸安区', document = {} } = parts;
  await store
    .insertInto('alerts')
    .values({
      id,
      kind_id: 'rat',
      class: 1,
      state,
      camera_id: camera,
      camera_name: `camera ${camera}`,
      site_id: 's1',
      site_name: '一店',
      site_type: 'restaurant',
      district,
      raised_at_ms: nowMs - daysAgo * dayMs,
      document: JSON.stringify({ source: { type: 'platform', keyId: 'k1', name: '平台' }, ...document }),
    })
    .execute();
}

async function siteAppeal(alertId: string, state: string): Promise<void> {
  await store
    .withTables<{ site_appeals: Record<string, unknown> }>()
    .insertInto('site_appeals')
    .values({ alert_id: alertId, state, made_at_ms: nowMs, document: '{}' } as never)
    .execute();
}

describe('sites with several findings', () => {
  it('are listed with the worst first, and the clauses that come again', async () => {
    for (const daysAgo of [1, 2, 40]) await found('s1', daysAgo);
    for (const daysAgo of [3, 4, 5]) await found('s2', daysAgo, { clauses: [`one of ${daysAgo}`] });
    await found('once', 1);
    for (const daysAgo of [1, 100]) await found('old', daysAgo);
    for (const daysAgo of [1, 2])
      await found('s3', daysAgo, { state: 'withdrawn', withdrawn: { by, atMs: nowMs, reason: 'r' } });
    const sites = await readOffenders(store, { nowMs, districts: undefined });
    expect(sites.map((site) => siteRecordSchema.parse(site))).toEqual(sites);
    expect(
      sites.map(({ place, count30, count90, lastAtMs, recurring }) => [
        ...[place.name, count30, count90, (nowMs - lastAtMs) / dayMs, recurring],
      ]),
    ).toEqual([
      ['s2 3', 3, 3, 3, []],
      ['s1 1', 2, 3, 1, [{ clause: '示例-04', count: 3 }]],
    ]);
  });

  it('are only those of the districts that somebody works for', async () => {
    for (const daysAgo of [1, 2]) {
      await found('s1', daysAgo);
      await found('far', daysAgo);
    }
    const of = async (districts: string[]) =>
      (await readOffenders(store, { nowMs, districts })).map(({ place }) => place.siteId);
    expect(await of(['赤壁市'])).toEqual(['far']);
    expect(await of([])).toEqual([]);
  });
});

describe('false alarms', () => {
  it('count what officers called false and what sites appealed, by kind, camera and platform', async () => {
    await alert('a1', 'false_alarm');
    await alert('a2', 'resolved');
    await alert('a3', 'resolved', { document: { closed: { resolution: 'expired' } } });
    await alert('a4', 'new', { camera: 'c2' });
    await alert('a5', 'false_alarm', { daysAgo: 20 });
    await alert('a6', 'new', { camera: 'c3', district: '赤壁市', document: { source: { type: 'hub' } } });
    const appeal = { by, atMs: nowMs, reason: '是猫', from: 'open' as const, fromSinceMs: nowMs };
    await found('s1', 1, { alertId: 'a4', state: 'appealed', appeal });
    await found('s1', 1, { alertId: 'a4', state: 'appealed', appeal });
    await found('s1', 1, { alertId: 'a2' });
    const week = await readFalseAlarmRates(store, { nowMs, days: 7, districts: undefined });
    expect(falseAlarmRatesSchema.parse(week)).toEqual(week);
    expect(week.perKind).toEqual([{ kindId: 'rat', alerts: 5, judged: 2, falseAlarms: 1, appealed: 1 }]);
    expect(week.perCamera).toEqual([
      {
        cameraId: 'c1',
        cameraName: 'camera c1',
        siteName: '一店',
        alerts: 3,
        judged: 2,
        falseAlarms: 1,
        appealed: 0,
      },
      {
        cameraId: 'c2',
        cameraName: 'camera c2',
        siteName: '一店',
        alerts: 1,
        judged: 0,
        falseAlarms: 0,
        appealed: 1,
      },
      {
        cameraId: 'c3',
        cameraName: 'camera c3',
        siteName: '一店',
        alerts: 1,
        judged: 0,
        falseAlarms: 0,
        appealed: 0,
      },
    ]);
    expect(week.perPlatform).toEqual([
      { keyId: 'k1', name: '平台', alerts: 4, judged: 2, falseAlarms: 1, appealed: 1 },
    ]);
    const month = await readFalseAlarmRates(store, { nowMs, days: 30, districts: ['咸安区'] });
    expect(month.perKind).toEqual([{ kindId: 'rat', alerts: 5, judged: 3, falseAlarms: 2, appealed: 1 }]);
    const nothing = await readFalseAlarmRates(store, { nowMs, days: 30, districts: [] });
    expect([nothing.perKind, nothing.perCamera, nothing.perPlatform]).toEqual([[], [], []]);
  });

  it('are only of the alerts of one platform, where its key is named', async () => {
    await alert('a1', 'false_alarm');
    await alert('a2', 'false_alarm', {
      camera: 'c2',
      document: { source: { type: 'platform', keyId: 'k2', name: '乙' } },
    });
    await alert('a3', 'false_alarm', { camera: 'c3', document: { source: { type: 'hub' } } });
    const ofKey = async (keyId: string) => {
      const rates = await readFalseAlarmRates(store, { nowMs, days: 7, districts: undefined, keyId });
      return [rates.perKind.map(({ alerts }) => alerts), rates.perCamera.map(({ cameraId }) => cameraId)];
    };
    expect(await ofKey('k1')).toEqual([[1], ['c1']]);
    expect(await ofKey('k2')).toEqual([[1], ['c2']]);
    expect(await ofKey("k1' or 1=1 --")).toEqual([[], []]);
    expect(appealRate({ alerts: 4, judged: 0, falseAlarms: 0, appealed: 1 })).toBe(0.25);
    expect(appealRate({ alerts: 0, judged: 0, falseAlarms: 0, appealed: 0 })).toBeUndefined();
  });

  it('count an alert as appealed once, also when the site appealed it itself, whatever was decided', async () => {
    for (const id of ['waiting', 'declined', 'upheld', 'both', 'none']) await alert(id, 'new');
    for (const state of ['waiting', 'declined', 'upheld', 'both']) {
      await siteAppeal(state, state === 'both' ? 'waiting' : state);
    }
    const appeal = { by, atMs: nowMs, reason: '是猫', from: 'open' as const, fromSinceMs: nowMs };
    await found('s1', 1, { alertId: 'both', state: 'appealed', appeal });
    const { perKind, perCamera, perPlatform } = await readFalseAlarmRates(store, {
      nowMs,
      days: 7,
      districts: undefined,
    });
    for (const list of [perKind, perCamera, perPlatform]) {
      expect(list).toMatchObject([{ alerts: 5, judged: 0, falseAlarms: 0, appealed: 4 }]);
    }
  });

  it('are the same on the board and over HTTP, whatever became of the alerts', async () => {
    const resolutions = ['handled', 'expired', 'removed', 'recovered'];
    for (const [index, resolution] of resolutions.entries()) {
      await alert(`r${index}`, 'resolved', { document: { closed: { resolution } } });
    }
    await alert('f1', 'false_alarm');
    await alert('f2', 'false_alarm', { camera: 'c2', district: '赤壁市' });
    await alert('h1', 'false_alarm', { document: { source: { type: 'hub' } } });
    await alert('h2', 'resolved', {
      document: { source: { type: 'hub' }, closed: { resolution: 'handled' } },
    });
    await alert('d1', 'duplicate');
    // Sites appeal what somebody judged, and what nobody judged yet.
    await alert('n1', 'new', { camera: 'c3' });
    await siteAppeal('n1', 'waiting');
    await siteAppeal('f1', 'upheld');
    for (const districts of [undefined, ['咸安区'], ['赤壁市'], []]) {
      const rates = await readFalseAlarmRates(store, { nowMs, days: 7, districts });
      const { falseAlarms } = await createBoardRepository(store).readFigures({
        fromMs: nowMs - 7 * dayMs,
        nowMs,
        dayStartsMs: [nowMs - 7 * dayMs],
        scope: { districts: districts ?? 'all', squads: 'all' },
        orderTargets: [{ targetsMs: { accept: 1, arrive: 1, clear: 1, close: 1 } }],
      });
      type Counts = (typeof rates.perKind)[number];
      const judged = ({ judged, appealed }: Pick<Counts, 'judged' | 'appealed'>): boolean =>
        judged > 0 || appealed > 0;
      const wrong = ({ falseAlarms, appealed }: Pick<Counts, 'falseAlarms' | 'appealed'>): boolean =>
        falseAlarms > 0 || appealed > 0;
      expect(falseAlarms.byKind).toEqual(rates.perKind.filter(judged));
      const byId = (list: typeof falseAlarms.byCamera) =>
        list.toSorted((left, right) => left.cameraId.localeCompare(right.cameraId));
      expect(byId(falseAlarms.byCamera)).toEqual(byId(rates.perCamera.filter(wrong)));
      if (districts === undefined) {
        expect(falseAlarms.byKind).toMatchObject([{ judged: 3, falseAlarms: 2, appealed: 2 }]);
        expect(falseAlarms.byCamera.map(({ cameraId }) => cameraId)).toContain('c3');
      }
    }
  });

  it('have no rate where nothing was judged', () => {
    expect(falseAlarmRate({ alerts: 3, judged: 0, falseAlarms: 0, appealed: 1 })).toBeUndefined();
    expect(falseAlarmRate({ alerts: 9, judged: 4, falseAlarms: 1, appealed: 0 })).toBe(0.25);
  });
});
