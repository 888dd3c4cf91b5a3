import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createPublicCopies,
  copyGraceMs,
  phones,
} from '../../../../src-sfu/features/public/publicCopies.service.ts';
import {
  createPublications,
  type Publications,
} from '../../../../src-sfu/features/public/publications.service.ts';
import {
  createPublicSegments,
  segmentInterestMs,
} from '../../../../src-sfu/features/public/publicSegments.service.ts';
import { createCameraRecords, namedRecords } from '../../../../src-sfu/features/public/cameraRecords.ts';
import { createPublicStills } from '../../../../src-sfu/features/public/publicStills.service.ts';
import {
  leastHeldMs,
  maxLiveStills,
  maxPhoneStills,
} from '../../../../src-sfu/features/public/stillPlaces.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import {
  publicationAsImport,
  type PublicationImport,
  type PublicCameraImport,
} from '../../../../src-shared/public/publicationImport.ts';
import { softenedStreamId } from '../../../../src-shared/public/public.protocol.ts';
import { createPublicRepository } from '../../../../src-sfu/storage/public.sql.ts';

const namesBefore: Record<string, string> = { hot: '热厨', cold: '凉菜间', changing: '更衣室' };
let names = { ...namesBefore };
/** Rows of the registry's tables, of cameras whose id has another name. */
const ids: Record<string, string> = {};
const rowOf = (id: string): string => ids[id] ?? `C-${id}`;
const registry = {
  site: (id: string) =>
    id === 's' ? { id, name: '一店', type: 'restaurant' as const, district: '咸安区' as const } : undefined,
  camera: (id: string) =>
    names[id] === undefined ? undefined : { id, externalId: rowOf(id), siteId: 's', name: names[id] },
  camerasOf: (siteId: string) =>
    siteId === 's'
      ? Object.keys(names).map((id) => ({ id, externalId: rowOf(id), siteId, name: names[id] ?? '' }))
      : [],
};
let minuteOfDay: number;
let nowMs: number;
let repository: ReturnType<typeof createPublicRepository>;
let isFailing: boolean;
/** What a save waits for. */
let slowDisk: Promise<void>;
let publications: Publications;
let hidden: string[];

async function start(): Promise<void> {
  publications = createPublications({
    repository: {
      load: repository.load,
      async save(records, audit) {
        await slowDisk;
        if (isFailing) throw new Error('the disk is full');
        await repository.save(records, audit);
      },
    },
    stored: await repository.load(),
    registry,
    nowMs: () => nowMs,
    today: () => ({ minuteOfDay, date: '2026-03-02' }),
    dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
  });
  publications.onShownChanged((cameraIds) => hidden.push(...cameraIds));
}
const shownNow = (): string[] => Object.keys(names).filter((id) => publications.isShown(id));

beforeEach(async () => {
  minuteOfDay = 720;
  nowMs = 1_000_000_000_000;
  hidden = [];
  isFailing = false;
  slowDisk = Promise.resolve();
  repository = createPublicRepository(await openStore(':memory:'));
  await start();
});

describe('what is public of a site', () => {
  it('is nothing before it agreed, and everything but forbidden rooms afterwards, also after a restart', async () => {
    expect(shownNow()).toEqual([]);
    expect(publications.kitchens()).toEqual([]);
    await publications.recordConsent('s', '2026-03-01', '王芳');
    expect(shownNow()).toEqual(['hot', 'cold']);
    await start();
    expect(shownNow()).toEqual(['hot', 'cold']);
    expect(publications.kitchens()).toMatchObject([
      { siteId: 's', cameras: [{ cameraId: 'hot' }, { cameraId: 'cold' }] },
    ]);
  });

  it('is nothing once the consent is withdrawn, and again after a new document', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await publications.withdrawConsent('s', '李明');
    expect(shownNow()).toEqual([]);
    expect(hidden.sort()).toEqual(['cold', 'hot']);
    await start();
    expect(shownNow()).toEqual([]);
    await publications.recordConsent('s', '2026-03-02', '王芳');
    expect(shownNow()).toEqual(['hot', 'cold']);
  });

  it('is hidden at once by a curtain and by a withdrawal, also while the disk takes nothing', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    isFailing = true;
    await expect(publications.drawCurtain({ type: 'camera', cameraId: 'hot' }, true, '王芳')).rejects.toThrow(
      'full',
    );
    expect(shownNow()).toEqual(['cold']);
    await expect(publications.withdrawConsent('s', '王芳')).rejects.toThrow('full');
    expect(shownNow()).toEqual([]);
  });

  it('is hidden at once, although an earlier change of it is still being stored', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    let isStored = (): void => undefined;
    slowDisk = new Promise((resolve) => (isStored = resolve));
    const earlier = publications.saveSite('s', { hours: null, facts: {} }, '王芳');
    const drawn = publications.drawCurtain({ type: 'camera', cameraId: 'hot' }, true, '王芳');
    expect([hidden, shownNow()]).toEqual([['hot'], ['cold']]);
    const withdrawn = publications.withdrawConsent('s', '王芳');
    expect([hidden, shownNow()]).toEqual([['hot', 'cold'], []]);
    isStored();
    await Promise.all([earlier, drawn, withdrawn]);
    expect([hidden, shownNow()]).toEqual([['hot', 'cold'], []]);
    // What is hidden for the time of a request that hides nothing comes back.
    await publications.recordConsent('s', '2026-03-02', '王芳');
    await publications.withdrawConsent('elsewhere', '王芳');
    await publications.drawCurtain({ type: 'camera', cameraId: 'hot' }, false, '王芳');
    expect(shownNow()).toEqual(['hot', 'cold']);
  });

  it('is not shown while what shows it is not stored', async () => {
    isFailing = true;
    await expect(publications.recordConsent('s', '2026-03-01', '王芳')).rejects.toThrow('full');
    expect(shownNow()).toEqual([]);
  });

  it('comes back when the curtain opens, and not what another one covers', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await publications.drawCurtain({ type: 'site', siteId: 's' }, true, '王芳');
    await publications.drawCurtain({ type: 'camera', cameraId: 'cold' }, true, '王芳');
    expect(shownNow()).toEqual([]);
    await publications.drawCurtain({ type: 'site', siteId: 's' }, false, '王芳');
    expect(shownNow()).toEqual(['hot']);
  });

  it('ends with the hours of the site', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await publications.saveSite('s', { hours: { from: 360, to: 721 }, facts: {} }, '王芳');
    expect(shownNow()).toEqual(['hot', 'cold']);
    minuteOfDay = 721;
    expect(shownNow()).toEqual([]);
    publications.review();
    expect(hidden.sort()).toEqual(['cold', 'hot']);
  });

  it('is shown on the days of the week that its hours name', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    // 2026-03-02 is a Monday.
    const save = (days: (1 | 2)[]) =>
      publications.saveSite('s', { hours: { from: 0, to: 1_440, days }, facts: {} }, '王芳');
    await save([2]);
    expect(shownNow()).toEqual([]);
    await save([1, 2]);
    expect(shownNow()).toEqual(['hot', 'cold']);
    await start();
    expect(shownNow()).toEqual(['hot', 'cold']);
  });

  it('has ended with narrower hours as soon as somebody saves them, also while the disk takes nothing', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    const save = (hours: { from: number; to: number } | null) =>
      publications.saveSite('s', { hours, facts: {} }, '王芳');
    let isStored = (): void => undefined;
    slowDisk = new Promise((resolve) => (isStored = resolve));
    const earlier = publications.saveCamera('cold', { room: 'storage', headPercent: null }, '王芳');
    const narrowed = save({ from: 0, to: 60 });
    expect([hidden.sort(), shownNow()]).toEqual([['cold', 'hot'], []]);
    isStored();
    await Promise.all([earlier, narrowed]);
    // Wider ones count once they are stored.
    isFailing = true;
    await expect(save(null)).rejects.toThrow('full');
    expect(shownNow()).toEqual([]);
    isFailing = false;
    await save(null);
    expect(shownNow()).toEqual(['hot', 'cold']);

    isFailing = true;
    await expect(save({ from: 0, to: 60 })).rejects.toThrow('full');
    expect(shownNow()).toEqual([]);
    minuteOfDay = 30;
    expect(shownNow()).toEqual(['hot', 'cold']);
    minuteOfDay = 720;
    // Hours that are stored afterwards take the place of those that were not.
    isFailing = false;
    await save({ from: 600, to: 900 });
    expect(shownNow()).toEqual(['hot', 'cold']);
    isFailing = true;
    const table = [{ siteId: 's', publication: { hours: '00:00-01:00' } }];
    await expect(publications.importSites(table, '王芳')).rejects.toThrow('full');
    expect(shownNow()).toEqual([]);
    isFailing = false;
    expect(await publications.importSites(table, '王芳')).toBe(1);
    minuteOfDay = 30;
    expect(shownNow()).toEqual(['hot', 'cold']);
  });

  it('knows since when it is shown without a break: a curtain, the hours and a restart begin it again', async () => {
    expect(publications.shownSinceMs('hot')).toBeUndefined();
    const since = (atMs: number): number | undefined => {
      nowMs = atMs;
      publications.review();
      return publications.shownSinceMs('hot');
    };
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await publications.saveSite('s', { hours: { from: 360, to: 1_200 }, facts: {} }, '王芳');
    const agreedAtMs = nowMs;
    expect(since(agreedAtMs + 5_000)).toBe(agreedAtMs);
    await publications.drawCurtain({ type: 'camera', cameraId: 'hot' }, true, '王芳');
    expect(since(agreedAtMs + 6_000)).toBeUndefined();
    await publications.drawCurtain({ type: 'camera', cameraId: 'hot' }, false, '王芳');
    expect(publications.shownSinceMs('hot')).toBe(agreedAtMs + 6_000);
    expect(publications.shownSinceMs('cold')).toBe(agreedAtMs);
    minuteOfDay = 1_200;
    expect(since(agreedAtMs + 7_000)).toBeUndefined();
    minuteOfDay = 360;
    // The hours have begun, and the next review has not come.
    nowMs = agreedAtMs + 8_000;
    expect(publications.shownSinceMs('hot')).toBe(agreedAtMs + 8_000);
    expect(since(agreedAtMs + 8_500)).toBe(agreedAtMs + 8_500);
    nowMs = agreedAtMs + 9_000;
    await start();
    expect(publications.shownSinceMs('hot')).toBe(agreedAtMs + 9_000);
  });

  it('is hidden by a forbidden room that is recorded afterwards', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await publications.saveCamera('hot', { room: 'dormitory', headPercent: null }, '王芳');
    expect(hidden).toEqual(['hot']);
  });

  it('ends what was made for smaller heads as soon as larger ones are recorded, also while the disk takes nothing', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    const save = (headPercent: number | null) =>
      publications.saveCamera('hot', { room: null, headPercent }, '王芳');
    isFailing = true;
    await expect(save(20)).rejects.toThrow('full');
    expect([hidden, publications.headPercentOf('hot'), shownNow()]).toEqual([['hot'], 20, ['hot', 'cold']]);
    // What makes the picture sharper counts once it is stored.
    await expect(save(null)).rejects.toThrow('full');
    expect([hidden, publications.headPercentOf('hot')]).toEqual([['hot'], 20]);
    isFailing = false;
    await save(null);
    expect([hidden, publications.headPercentOf('hot')]).toEqual([['hot', 'hot'], undefined]);
  });

  it('is what a table of the registry says, and an older document brings nothing back', async () => {
    const take = (publication: PublicationImport) =>
      publications.importSites([{ siteId: 's', publication }], '王芳');
    expect(await take({ agreedOn: '2001-09-01', hours: '06:30-20:00', grade: 'A' })).toBe(1);
    expect(shownNow()).toEqual(['hot', 'cold']);
    expect(publications.record('s')?.publication).toMatchObject({
      consent: { agreedOn: '2001-09-01', recordedBy: '王芳' },
      hours: { from: 390, to: 1_200 },
      facts: { grade: 'A' },
    });
    // Said again it changes nothing; what is not said stays.
    expect(await take({ agreedOn: '2001-09-01', recordedBy: '李明', grade: 'A' })).toBe(0);
    expect(await take({ agreedOn: '2001-08-01', certificate: 'JY1' })).toBe(1);
    expect(publicationAsImport(publications.record('s')!.publication)).toEqual({
      agreedOn: '2001-09-01',
      recordedBy: '王芳',
      hours: '06:30-20:00',
      grade: 'A',
      certificate: 'JY1',
    });

    // 2001-09-09 is the day of the withdrawal: a document of before does not count, and not that of the day.
    await publications.withdrawConsent('s', '李明');
    for (const agreedOn of ['2001-09-01', '2001-09-05', '2001-09-09'])
      expect(await take({ agreedOn })).toBe(0);
    expect([shownNow(), publicationAsImport(publications.record('s')!.publication)?.agreedOn]).toEqual([
      [],
      undefined,
    ]);
    expect(
      publications.changedBy([{ siteId: 's', publication: { agreedOn: '2001-09-10' } }], ''),
    ).toHaveLength(1);
    expect(shownNow()).toEqual([]);
    expect(await take({ agreedOn: '2001-09-10' })).toBe(1);
    await start();
    expect(shownNow()).toEqual(['hot', 'cold']);
    expect(await publications.importSites([{ siteId: 'x', publication: { grade: 'B' } }], '王芳')).toBe(0);
  });

  it('is not shown by a table that could not be stored', async () => {
    isFailing = true;
    const said = [{ siteId: 's', publication: { agreedOn: '2001-09-01' } }];
    await expect(publications.importSites(said, '王芳')).rejects.toThrow('full');
    expect(shownNow()).toEqual([]);
  });

  it('is what a table says of its cameras, and no table shows more than is recorded', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    const take = (cameraId: string, publication: PublicCameraImport) =>
      publications.importCameras([{ cameraId, externalId: `C-${cameraId}`, publication }], '王芳');
    expect((await take('cold', { room: 'preparation', headPercent: 7 })).records).toHaveLength(1);
    expect([hidden.splice(0), shownNow()]).toEqual([['cold'], ['hot', 'cold']]);
    // Said again it changes nothing.
    expect(await take('cold', { room: 'preparation', headPercent: 7 })).toEqual({ records: [], kept: [] });
    // Larger heads and a forbidden room count at once, also while the disk takes nothing.
    isFailing = true;
    await expect(take('cold', { headPercent: 20 })).rejects.toThrow('full');
    expect([hidden.splice(0), publications.headPercentOf('cold')]).toEqual([['cold'], 20]);
    await expect(take('hot', { room: 'dormitory' })).rejects.toThrow('full');
    expect([hidden.splice(0), shownNow()]).toEqual([['hot'], ['cold']]);
    isFailing = false;
    await take('hot', { room: 'changing_room' });
    // An older table brings neither back; what else it says is taken.
    expect(await take('hot', { room: 'kitchen', headPercent: 9 })).toMatchObject({
      records: [{ room: 'changing_room', headPercent: 9 }],
      kept: ['C-hot'],
    });
    expect(await take('cold', { headPercent: 10 })).toEqual({ records: [], kept: ['C-cold'] });
    await take('cold', { room: 'storage' });
    await start();
    expect([shownNow(), publications.headPercentOf('hot')]).toEqual([['cold'], 9]);
    expect(await take('elsewhere', { room: 'dormitory' })).toEqual({ records: [], kept: [] });
  });

  it('keeps what is recorded of a camera that is taken out of the registry and imported again, with another id', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await publications.saveCamera('hot', { room: 'dormitory', headPercent: 20 }, '王芳');
    await publications.drawCurtain({ type: 'camera', cameraId: 'cold' }, true, '王芳');
    // A record of an older release has no row of the tables; the first start with this one writes it.
    const stored = await repository.load();
    const old = stored.cameras.map(({ externalId: _none, ...record }) => record);
    expect(namedRecords(old, registry)).toEqual(stored.cameras);
    expect(namedRecords(stored.cameras, registry)).toEqual([]);
    for (const id of ['hot', 'cold']) {
      ids[`${id} again`] = `C-${id}`;
      names[`${id} again`] = names[id] ?? '';
      delete names[id];
    }
    try {
      for (const restarted of [false, true]) {
        if (restarted) await start();
        publications.review();
        expect(shownNow()).toEqual([]);
        expect(publications.headPercentOf('hot again')).toBe(20);
      }
      // Changed at the desk it is its own.
      await publications.drawCurtain({ type: 'camera', cameraId: 'cold again' }, false, '王芳');
      await publications.saveCamera('hot again', { room: null, headPercent: null }, '王芳');
      await start();
      expect(shownNow().sort()).toEqual(['cold again', 'hot again']);
    } finally {
      names = { ...namesBefore };
    }
  });

  it('is hidden from the beginning of an import that hides it, also where the import registers the camera', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    const rows = [
      // Not registered yet: it has no id, and gets the name of a row.
      { cameraId: '', externalId: 'C-new', publication: { room: 'dormitory' as const } },
      { cameraId: 'cold', externalId: 'C-cold', publication: { headPercent: 20 } },
      { cameraId: 'hot', externalId: 'C-hot', publication: { room: 'kitchen' as const, headPercent: 5 } },
    ];
    const begun = Promise.withResolvers<void>();
    const imported = Promise.withResolvers<void>();
    const importing = publications.holdingBack(rows, () => {
      begun.resolve();
      return imported.promise;
    });
    expect([hidden, shownNow()]).toEqual([['cold'], ['hot']]);
    await begun.promise;
    names['new'] = '新点位';
    publications.review();
    expect(shownNow()).toEqual(['hot']);
    imported.resolve();
    await importing;
    // The forbidden room was recorded before the camera was registered.
    expect(shownNow()).toEqual(['hot', 'cold']);
    delete names['new'];
  });

  it('stays hidden where an import fails after it registered the camera, until an import or a desk says more, and in a forbidden room whatever ends the hub', async () => {
    await publications.recordConsent('s', '2026-03-01', '王芳');
    const rows = [
      { cameraId: '', externalId: 'C-new', publication: { room: 'dormitory' as const } },
      { cameraId: 'cold', externalId: 'C-cold', publication: { headPercent: 20 } },
      { cameraId: 'hot', externalId: 'C-hot', publication: { room: 'dormitory' as const } },
    ];
    try {
      const importing = publications.holdingBack(rows, async () => {
        names['new'] = '新点位';
        throw new Error('the media did not take the camera');
      });
      await expect(importing).rejects.toThrow('media');
      publications.review();
      expect(shownNow()).toEqual([]);
      // The hub ends here: what only a larger head hid is as it was recorded.
      await start();
      expect(shownNow()).toEqual(['cold']);
      await expect(
        publications.holdingBack(rows, () => Promise.reject(new Error('again'))),
      ).rejects.toThrow();
      expect(shownNow()).toEqual([]);
      await publications.importCameras(
        [{ cameraId: 'cold', externalId: 'C-cold', publication: { headPercent: 15 } }],
        '王芳',
      );
      expect(shownNow()).toEqual(['cold']);
      // The row's record becomes the camera's own, is reported once, and a desk may change it.
      const taken = [{ cameraId: 'new', externalId: 'C-new', publication: { room: 'dormitory' as const } }];
      expect((await publications.importCameras(taken, '王芳')).records).toMatchObject([{ cameraId: 'new' }]);
      expect((await publications.importCameras(taken, '王芳')).records).toEqual([]);
      for (const cameraId of ['new', 'hot'])
        await publications.saveCamera(cameraId, { room: 'kitchen', headPercent: null }, '王芳');
      expect(shownNow().sort()).toEqual(['cold', 'hot', 'new']);
      await start();
      expect(shownNow().sort()).toEqual(['cold', 'hot', 'new']);
    } finally {
      delete names['new'];
    }
  });

  it('is hidden by any record of its row: a forbidden room, a curtain and the larger head win', () => {
    const curtain = { drawnBy: '王芳', atMs: 1 };
    const stored = [
      { cameraId: 'first', externalId: 'C-hot', room: 'dormitory' as const, headPercent: 20 },
      { cameraId: 'second', externalId: 'C-hot', room: 'kitchen' as const, headPercent: 10, curtain },
      { cameraId: 'third', externalId: 'C-hot' },
    ];
    const won = { cameraId: 'hot', room: 'dormitory', headPercent: 20, curtain };
    for (const order of [stored, stored.toReversed()])
      expect(createCameraRecords(order, registry).find('hot')).toMatchObject(won);
    const records = createCameraRecords([{ cameraId: 'x', externalId: 'C-hot', headPercent: 3 }], registry);
    expect(records.find('hot')?.headPercent).toBe(3);
    records.set([{ cameraId: 'hot', externalId: 'C-hot', room: 'kitchen' }]);
    expect(records.find('hot')).toEqual({ cameraId: 'hot', externalId: 'C-hot', room: 'kitchen' });
  });

  it('refuses a date that has not come, and sites and cameras that are not there', async () => {
    expect(await publications.recordConsent('s', '2026-03-03', '王芳')).toMatchObject({
      reason: 'public.date_in_future',
    });
    expect(await publications.recordConsent('x', '2026-03-01', '王芳')).toMatchObject({
      reason: 'public.no_such_site',
    });
    expect(await publications.drawCurtain({ type: 'camera', cameraId: 'x' }, true, '王芳')).toMatchObject({
      reason: 'public.no_such_site',
    });
  });

  it('keeps the code that was printed', async () => {
    const first = await publications.readSite('s');
    await publications.recordConsent('s', '2026-03-01', '王芳');
    await start();
    const again = await publications.readSite('s');
    if (!first.ok || !again.ok) throw new Error('not read');
    expect(again.data.site.code).toBe(first.data.site.code);
    expect(publications.siteOfCode(` ${first.data.site.code.toLowerCase()}`)).toBe('s');
    expect(publications.siteOfCode('AAAA-BBBB-CCCC')).toBeUndefined();
  });
});

describe('softened copies', () => {
  const opened: string[] = [];
  const closed: string[] = [];
  let shown: Set<string>;
  const timers: { work(): void; delayMs: number; isCancelled: boolean }[] = [];
  let ended: ((message: string) => void) | undefined;
  const make = (limit = 2, screenLimit = limit) =>
    createPublicCopies({
      copies: {
        open(cameraId, _percent, onEnded) {
          opened.push(cameraId);
          ended = onEnded;
          return { place: async () => ({ workerId: 'w' }), close: () => void closed.push(cameraId) };
        },
      },
      isShown: (cameraId) => shown.has(cameraId),
      headPercentOf: () => undefined,
      limit,
      screenLimit,
      startTimer(work, delayMs) {
        const timer = { work, delayMs, isCancelled: false };
        timers.push(timer);
        return { cancel: () => void (timer.isCancelled = true) };
      },
    });
  const passGrace = (): void => {
    for (const timer of timers.splice(0))
      if (!timer.isCancelled && timer.delayMs <= copyGraceMs) timer.work();
  };
  beforeEach(() => {
    opened.length = 0;
    closed.length = 0;
    timers.length = 0;
    shown = new Set(['a', 'b', 'c']);
  });

  it('are one for all viewers, and end some seconds after the last one', async () => {
    const copies = make();
    expect(await copies.watch('v1', 'a')).toMatchObject({
      ok: true,
      data: { streamId: softenedStreamId('a'), width: 320 },
    });
    await copies.watch('v2', 'a');
    expect(opened).toEqual(['a']);
    copies.leave('v1');
    passGrace();
    expect(closed).toEqual([]);
    copies.unwatch('v2', 'a');
    expect(closed).toEqual([]);
    passGrace();
    expect(closed).toEqual(['a']);
  });

  it('keep to the budget, and give the place of what nobody watches', async () => {
    const copies = make(2);
    await copies.watch('v1', 'a');
    await copies.watch('v1', 'b');
    expect(await copies.watch('v1', 'c')).toMatchObject({ reason: 'public.all_places_taken' });
    copies.unwatch('v1', 'a');
    expect(await copies.watch('v1', 'c')).toMatchObject({ ok: true });
    expect(copies.running()).toEqual(['b', 'c']);
  });

  it('leave phones the places that are kept for them, however many screens watch', async () => {
    const copies = make(3, 1);
    expect(await copies.watch('v1', 'a')).toMatchObject({ ok: true });
    expect(await copies.watch('v2', 'a')).toMatchObject({ ok: true });
    expect(await copies.watch('v1', 'b')).toMatchObject({
      reason: 'public.all_places_taken',
    });
    expect(await copies.watch(phones, 'b')).toMatchObject({ ok: true });
    // A screen would keep what phones let go.
    expect(await copies.watch('v1', 'b')).toMatchObject({ reason: 'public.all_places_taken' });
    expect(await copies.watch(phones, 'a')).toMatchObject({ ok: true });
    expect(await copies.watch(phones, 'c')).toMatchObject({ ok: true });
    copies.leave('v1');
    copies.leave('v2');
    expect(await copies.watch('v1', 'b')).toMatchObject({ ok: true });
  });

  it('end at once when they are hidden, and are none for a camera that is not shown', async () => {
    const copies = make();
    await copies.watch('v1', 'a');
    shown.delete('a');
    copies.hide(['a']);
    expect(closed).toEqual(['a']);
    expect(copies.isWatching('v1', 'a')).toBe(false);
    expect(await copies.watch('v1', 'a')).toMatchObject({ reason: 'public.not_shown' });
    expect(await copies.watch('v1', 'unknown')).toMatchObject({ reason: 'public.not_shown' });
  });

  it('are refused when the curtain is drawn while they start', async () => {
    const copies = make();
    const answer = copies.watch('v1', 'a');
    shown.delete('a');
    copies.hide(['a']);
    expect(await answer).toMatchObject({ reason: 'public.not_shown' });
  });

  it('are tried again when they end by themselves, while somebody watches', async () => {
    const copies = make();
    await copies.watch('v1', 'a');
    ended?.('the camera is gone');
    passGrace();
    expect(opened).toEqual(['a', 'a']);
    expect(copies.isWatching('v1', 'a')).toBe(true);
  });
});

describe('softened stills', () => {
  it('are softened, keep their names, and are gone with the curtain, also one that is being made', async () => {
    let isShown = true;
    let capturedAtMs = 5;
    const boxes: unknown[] = [];
    let release = (): void => undefined;
    let isSlow = false;
    const stills = createPublicStills({
      cameras: {
        picture: async () => ({
          annexB: Uint8Array.of(capturedAtMs),
          codec: '',
          width: 1920,
          height: 1080,
          capturedAtMs,
        }),
      },
      async toSmallJpeg(annexB, box) {
        boxes.push(box);
        if (isSlow) await new Promise<void>((resolve) => (release = resolve));
        return Buffer.from(annexB);
      },
      isShown: () => isShown,
      shownSinceMs: () => 0,
      headPercentOf: () => 15,
      nowMs: () => 1_000_000,
      onFault: (error) => expect.fail(String(error)),
    });
    const first = await stills.first('a');
    expect(boxes).toEqual([{ width: 160, height: 90 }]);
    const name = first?.path.split('/').at(-1) ?? '';
    expect(name).toMatch(/^[\w-]{27}\.jpg$/);
    expect(first?.takenAtMs).toBe(5);
    expect(stills.read(name)).toEqual(Buffer.of(5));
    stills.hide(['a']);
    expect(stills.read(name)).toBeUndefined();

    isSlow = true;
    capturedAtMs = 9;
    const second = stills.first('a');
    await vi.waitFor(() => expect(boxes.length).toBe(2));
    isShown = false;
    stills.hide(['a']);
    release();
    expect(await second).toBeUndefined();
    stills.close();
  });

  /** Stills of cameras whose pictures are taken as the test says. */
  function setUp() {
    const stage = { nowMs: 1_000_000, capturedAtMs: 0, sinceMs: 0, held: [] as string[] };
    const stills = createPublicStills({
      cameras: {
        picture: async () => ({
          annexB: Buffer.from(String(stage.capturedAtMs)),
          codec: '',
          width: 1920,
          height: 1080,
          capturedAtMs: stage.capturedAtMs,
        }),
      },
      toSmallJpeg: async (annexB) => Buffer.from(annexB),
      isShown: () => true,
      shownSinceMs: () => stage.sinceMs,
      headPercentOf: () => undefined,
      nowMs: () => stage.nowMs,
      onFault: (error) => expect.fail(String(error)),
    });
    stills.onChanged(() => (stage.held = stills.wanted()));
    return { stage, stills };
  }

  it('are never of a picture that was taken before the camera was shown, nor of one that is dated ahead', async () => {
    const { stage, stills } = setUp();
    stage.sinceMs = 900_000;
    stage.capturedAtMs = 899_999;
    expect(await stills.first('a')).toBeUndefined();
    stage.capturedAtMs = 1_000_001;
    expect(await setUpAgain(stills)).toBeUndefined();
    stage.capturedAtMs = 900_000;
    expect((await setUpAgain(stills))?.takenAtMs).toBe(900_000);
    stills.close();
  });
  /** As for who comes when nobody else has asked. */
  const setUpAgain = (stills: ReturnType<typeof createPublicStills>) => {
    stills.hide(['a']);
    return stills.first('a');
  };

  it('are made in turn for those who ask: who has a place keeps it a while, few change at a time, and screens have places of their own', () => {
    vi.useFakeTimers();
    try {
      const { stage, stills } = setUp();
      const phones = Array.from({ length: 3 * maxPhoneStills }, (_unused, index) => `phone ${index}`);
      const screens = Array.from({ length: maxLiveStills }, (_unused, index) => `screen ${index}`);
      const heldSince = new Map<string, number>();
      const seen = new Set<string>();
      let choices = 0;
      for (let second = 0; second < 120; second += 1) {
        const before = [...heldSince.keys()];
        // Phones ask all the time, screens seldom.
        for (const cameraId of phones) stills.want(cameraId);
        if (second % 5 === 1) for (const cameraId of screens) void stills.first(cameraId);
        stage.nowMs += 1_000;
        vi.advanceTimersByTime(1_000);
        expect(stage.held.length).toBeLessThanOrEqual(maxLiveStills);
        const gone = before.filter((cameraId) => !stage.held.includes(cameraId));
        if (gone.length > 0) choices += 1;
        expect(gone.length).toBeLessThanOrEqual(maxLiveStills / 4);
        for (const cameraId of gone) {
          expect(stage.nowMs - (heldSince.get(cameraId) ?? 0)).toBeGreaterThanOrEqual(leastHeldMs);
          heldSince.delete(cameraId);
        }
        for (const cameraId of stage.held) {
          seen.add(cameraId);
          if (!heldSince.has(cameraId)) heldSince.set(cameraId, stage.nowMs - 1_000);
        }
        const ofPhones = stage.held.filter((cameraId) => cameraId.startsWith('phone'));
        expect(ofPhones).toHaveLength(maxPhoneStills);
        if (second > 1) expect(stage.held).toHaveLength(maxLiveStills);
      }
      expect(seen.size).toBe(phones.length + screens.length);
      expect(choices).toBeGreaterThan(10);
      expect(choices).toBeLessThanOrEqual(120 / 5);
      // What changes otherwise chooses nothing again.
      const { held } = stage;
      stage.nowMs += 900;
      stills.want('new');
      stills.hide(['new']);
      expect(stills.wanted()).toEqual(held);
      // Who may not make the hub ask sees what is there, and keeps nothing coming.
      expect(stills.peek('never asked for')).toBeUndefined();
      expect(stills.wanted()).not.toContain('never asked for');
      stills.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('moving pictures for phones', () => {
  const part = (startMs: number) => ({
    init: Buffer.from('init'),
    codec: 'avc1.42c00d',
    bytes: Buffer.from(`segment ${startMs}`),
    startMs,
    durationMs: 1_000,
  });
  function setUp(limit = 1) {
    vi.useFakeTimers();
    const sinks = new Map<string, (segment: ReturnType<typeof part>) => void>();
    const watched = new Set<string>();
    let shownToAll = true;
    let hasPlace = true;
    const segments = createPublicSegments({
      copies: {
        watch(_viewer, cameraId) {
          if (!hasPlace)
            return Promise.resolve({
              ok: false,
              code: 'too_many',
              reason: 'public.all_places_taken',
              message: '',
            });
          watched.add(cameraId);
          return Promise.resolve({ ok: true, data: { streamId: '', workerId: '', width: 1, height: 1 } });
        },
        unwatch: (_viewer, cameraId) => void watched.delete(cameraId),
      },
      attach(cameraId, onSegment) {
        sinks.set(cameraId, onSegment);
        return () => void sinks.delete(cameraId);
      },
      isShown: () => shownToAll,
      limit,
      nowMs: () => Date.now(),
    });
    return {
      segments,
      watched,
      sinks,
      hide: () => (shownToAll = false),
      fill: () => (hasPlace = false),
      async begin(cameraId: string) {
        expect(segments.want(cameraId)).toBeUndefined();
        await vi.advanceTimersByTimeAsync(0);
      },
    };
  }
  afterEach(() => vi.useRealTimers());

  it('are the newest seconds of a copy, each under a name of its own, and go when nobody asks any more', async () => {
    const { segments, sinks, watched, begin } = setUp();
    await begin('hot');
    for (let second = 0; second < 9; second += 1) sinks.get('hot')?.(part(second * 1_000));
    const video = segments.want('hot');
    expect(video?.segments.map(({ startMs }) => startMs)).toEqual([3_000, 4_000, 5_000, 6_000, 7_000, 8_000]);
    const names = [video?.init ?? '', ...(video?.segments ?? []).map(({ path }) => path)].map(
      (path) => path.split('/').at(-1) ?? '',
    );
    expect(new Set(names).size).toBe(7);
    for (const name of names) expect(name).toMatch(/^[\w-]{27}\.m(?:p4|4s)$/);
    expect(segments.read(names.at(-1) ?? '')?.toString()).toBe('segment 8000');
    await vi.advanceTimersByTimeAsync(segmentInterestMs + 1_000);
    expect([watched.size, sinks.size, names.map((name) => segments.read(name))]).toEqual([
      0,
      0,
      names.map(() => undefined),
    ]);
  });

  it('are gone at once when the camera is hidden, and are not taken any more', async () => {
    const { segments, sinks, begin, hide } = setUp();
    await begin('hot');
    const sink = sinks.get('hot');
    sink?.(part(0));
    const name = segments.want('hot')?.segments[0]?.path.split('/').at(-1) ?? '';
    hide();
    sink?.(part(1_000));
    segments.hide(['hot']);
    expect([segments.want('hot'), segments.read(name), sinks.size]).toEqual([undefined, undefined, 0]);
  });

  it('are of no more cameras than there are places, and without one a phone is answered none', async () => {
    const { segments, watched, begin, fill } = setUp(1);
    await begin('hot');
    await begin('cold');
    expect([...watched]).toEqual(['hot']);
    const other = setUp(1);
    other.fill();
    await other.begin('hot');
    expect(other.segments.want('hot')).toBeUndefined();
    expect(other.watched.size).toBe(0);
    fill();
    segments.close();
    other.segments.close();
  });

  it('attach again to a copy that began again', async () => {
    const { segments, sinks, begin } = setUp();
    await begin('hot');
    const before = sinks.get('hot');
    before?.(part(5_000));
    for (let second = 0; second < 6; second += 1) {
      segments.want('hot');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sinks.get('hot')).not.toBe(before);
    sinks.get('hot')?.(part(0));
    expect(segments.want('hot')?.segments.map(({ startMs }) => startMs)).toEqual([0]);
    segments.close();
  });
});
