import { describe, expect, it } from 'vitest';
import {
  maxHistory,
  nextTourDeadline,
  pagesAhead,
  restoreTour,
  storeTour,
  upcomingPages,
} from '../../../../src-shared/wall/tour.ts';
import { storedTourSchema, tourSettingsSchema } from '../../../../src-shared/wall/tourSettings.ts';
import {
  aCamera,
  cameras,
  counts,
  gridOf,
  rowOf,
  settings,
  shownOn,
  tilesOf,
  TourRun,
} from './tourBuilders.ts';

describe('turning pages', () => {
  it('shows all cameras of a round before any a second time', () => {
    const run = new TourRun({ cameras: cameras(16) });
    const round = run.pages(4);
    expect(new Set(round.flatMap(shownOn)).size).toBe(16);
    expect(run.pages(5).at(-1)).toMatchObject({ round: 1 });
  });

  it('turns after the dwell, not before', () => {
    const run = new TourRun({ cameras: cameras(16), settings: { dwellMs: 5_000 } });
    run.nowMs = 4_999;
    expect(run.try({ type: 'deadlineReached' }).ok).toBe(false);
    run.nowMs = 5_000;
    expect(run.send({ type: 'deadlineReached' }).number).toBe(1);
    expect(nextTourDeadline(run.state)).toBe(10_000);
  });

  it('has another order for another seed', () => {
    const orders = [1, 2].map((seed) => shownOn(new TourRun({ cameras: cameras(50), seed }).state.page));
    expect(orders[0]).not.toEqual(orders[1]);
  });

  it('takes a dwell from 5 s to 10 min and no other', () => {
    const accepts = (dwellMs: number): boolean => tourSettingsSchema.safeParse({ dwellMs }).success;
    expect([4_999, 5_000, 600_000, 600_001].map(accepts)).toEqual([false, true, true, false]);
  });
});

describe('the operator', () => {
  it('pauses, and resumes with the time that was left', () => {
    const run = new TourRun({ cameras: cameras(16), settings: { dwellMs: 10_000 } });
    run.nowMs = 4_000;
    run.send({ type: 'paused' });
    expect(nextTourDeadline(run.state)).toBeUndefined();
    expect(run.try({ type: 'paused' }).ok).toBe(false);
    run.nowMs = 100_000;
    expect(run.try({ type: 'deadlineReached' }).ok).toBe(false);
    run.send({ type: 'resumed' });
    expect(nextTourDeadline(run.state)).toBe(106_000);
    expect(run.try({ type: 'resumed' }).ok).toBe(false);
  });

  it('steps while paused and stays paused', () => {
    const run = new TourRun({ cameras: cameras(16) });
    run.send({ type: 'paused' });
    const [next] = upcomingPages(run.state, 1);
    expect(run.send({ type: 'stepped' })).toEqual(next);
    expect(nextTourDeadline(run.state)).toBeUndefined();
  });

  it('goes back to the very pages that were shown and forward over the same', () => {
    const run = new TourRun({ cameras: cameras(40) });
    const pages = run.pages(5);
    expect(run.send({ type: 'wentBack' })).toEqual(pages[3]);
    expect(run.send({ type: 'wentBack' })).toEqual(pages[2]);
    expect(upcomingPages(run.state, 2)).toEqual([pages[3], pages[4]]);
    expect([run.turn(), run.turn()]).toEqual([pages[3], pages[4]]);
    expect(run.turn().number).toBe(5);
  });

  it('goes back a bounded number of pages and then refuses with a reason', () => {
    const run = new TourRun({ cameras: cameras(400) });
    const pages = run.pages(maxHistory + 10);
    for (let index = 0; index < maxHistory; index += 1) run.send({ type: 'wentBack' });
    expect(run.state.page).toEqual(pages[9]);
    expect(run.try({ type: 'wentBack' })).toEqual({
      ok: false,
      reason: 'There is no earlier page to go back to.',
      cause: { reason: 'wall.tour_has_no_earlier_page' },
    });
  });

  it('gets a new dwell at once', () => {
    const run = new TourRun({ cameras: cameras(16), settings: { dwellMs: 600_000 } });
    run.nowMs = 1_000;
    run.send({ type: 'settingsChanged', settings: settings({ dwellMs: 5_000 }) });
    expect(nextTourDeadline(run.state)).toBe(6_000);
  });

  it('limits the tour to a programme at once', () => {
    const run = new TourRun({ cameras: cameras(60) });
    run.send({ type: 'settingsChanged', settings: settings({ filter: { districts: ['咸安区'] } }) });
    const districtOf = new Map(cameras(60).map((camera) => [camera.cameraId, camera.district]));
    const shown = [...counts(run.pages(6)).keys()];
    expect(shown).toHaveLength(10);
    expect(shown.filter((cameraId) => districtOf.get(cameraId) !== '咸安区')).toEqual([]);
  });
});

describe('pins', () => {
  it('stay on every page, and their camera on no other tile', () => {
    const pins = { 'tile-1-0': 'camera-7' };
    const pages = new TourRun({ cameras: cameras(30), settings: { pins } }).pages(30);
    for (const page of pages) {
      expect(page.tiles[1]).toEqual({ tileId: 'tile-1-0', cameraId: 'camera-7' });
      expect(shownOn(page).filter((cameraId) => cameraId === 'camera-7')).toHaveLength(1);
    }
  });

  it('are set on the page that is shown, and change nothing else on it', () => {
    const run = new TourRun({ cameras: cameras(30) });
    const before = run.state.page;
    const pinned = aCamera(shownOn(before).includes('camera-3') ? 4 : 3).cameraId;
    const page = run.send({ type: 'settingsChanged', settings: settings({ pins: { 'tile-0-0': pinned } }) });
    expect(page.tiles).toEqual([{ tileId: 'tile-0-0', cameraId: pinned }, ...before.tiles.slice(1)]);
  });

  it('hold an offline camera, and let a tile go whose camera the registry has no more', () => {
    const run = new TourRun({
      cameras: [aCamera(0, { online: false }), ...cameras(20).slice(1)],
      settings: { pins: { 'tile-0-0': 'camera-0' } },
    });
    expect(run.pages(3).map((page) => page.tiles[0]?.cameraId)).toEqual(['camera-0', 'camera-0', 'camera-0']);
    run.send({ type: 'camerasChanged', cameras: cameras(20).slice(1) });
    expect(run.state.page.tiles[0]?.cameraId).toMatch(/^camera-(?!0$)/);
  });

  it('on all tiles leave nothing to turn', () => {
    const run = new TourRun({
      cameras: cameras(9),
      tiles: rowOf(1),
      settings: { pins: { 'tile-0-0': 'camera-2' } },
    });
    expect(nextTourDeadline(run.state)).toBeUndefined();
    expect(upcomingPages(run.state, 3)).toEqual([]);
    expect(run.try({ type: 'stepped' }).ok).toBe(false);
  });
});

describe('tiles held for something that covers them', () => {
  it('show after it what they showed before, while the others tour on', () => {
    const run = new TourRun({ cameras: cameras(40) });
    const before = run.state.page.tiles[0];
    run.send({ type: 'tilesHeld', tileIds: ['tile-0-0'] });
    const covered = run.pages(6);
    expect(covered.map((page) => page.tiles[0])).toEqual(Array(6).fill(before));
    expect(new Set(covered.map((page) => page.tiles[1]?.cameraId)).size).toBe(6);
    run.send({ type: 'tilesHeld', tileIds: [] });
    expect(run.state.page.tiles[0]).toEqual(before);
    expect(run.turn().tiles[0]).not.toEqual(before);
  });

  it('stop the tour when they are all of the screen, and give it a full dwell afterwards', () => {
    const run = new TourRun({ cameras: cameras(40), settings: { dwellMs: 10_000 } });
    const before = run.state.page;
    run.send({ type: 'tilesHeld', tileIds: before.tiles.map(({ tileId }) => tileId) });
    expect(nextTourDeadline(run.state)).toBeUndefined();
    run.nowMs = 60_000;
    run.send({ type: 'tilesHeld', tileIds: [] });
    expect(run.state.page).toEqual(before);
    expect(nextTourDeadline(run.state)).toBe(70_000);
  });
});

describe('boosts', () => {
  const canteens = { siteType: 'school_canteen', fromMinute: 600, toMinute: 720, weight: 3 } as const;
  const canteenShare = (run: TourRun): number => {
    const pages = run.pages(100).flatMap(shownOn);
    return (
      pages.filter((cameraId) => Number(cameraId.slice('camera-'.length)) % 5 === 0).length / pages.length
    );
  };
  const options = { cameras: cameras(100), settings: { dwellMs: 5_000, boosts: { siteTypes: [canteens] } } };

  it('show school canteens more often before noon and not otherwise', () => {
    expect(canteenShare(new TourRun({ ...options, minutesOfDay: 600 }))).toBeCloseTo(3 / 7, 1);
    expect(canteenShare(new TourRun({ ...options, minutesOfDay: 480 }))).toBeCloseTo(1 / 5, 1);
  });

  it('begin and end with their window, at most the pages ahead late', () => {
    const run = new TourRun({ ...options, minutesOfDay: 599 });
    const early = run.state.page;
    while (run.minutesOfDay < 601) run.turn();
    expect(early.number).toBe(0);
    expect(canteenShare(run)).toBeGreaterThan(0.35);
    while (run.minutesOfDay < 721) run.turn();
    expect(canteenShare(run)).toBeLessThan(0.25);
  });

  it('never show a camera on two pages in a row, neither when their window opens nor later', () => {
    const run = new TourRun({ ...options, minutesOfDay: 599 });
    let before = run.state.page;
    for (let turns = 0; turns < 200; turns += 1) {
      const page = run.turn();
      expect(shownOn(page).filter((cameraId) => shownOn(before).includes(cameraId))).toEqual([]);
      before = page;
    }
  });

  it('may hold over midnight', () => {
    const window = { ...canteens, fromMinute: 1380, toMinute: 60 };
    const overnight = { ...options, settings: { dwellMs: 5_000, boosts: { siteTypes: [window] } } };
    expect(canteenShare(new TourRun({ ...overnight, minutesOfDay: 1439 }))).toBeGreaterThan(0.35);
    expect(canteenShare(new TourRun({ ...overnight, minutesOfDay: 720 }))).toBeLessThan(0.25);
  });

  it('bring a camera with a recent alert back until the alert is old', () => {
    const run = new TourRun({
      cameras: cameras(100),
      settings: { dwellMs: 5_000, boosts: { alert: { withinMs: 600_000, weight: 5 } } },
    });
    run.send({ type: 'cameraChanged', camera: aCamera(42, { lastAlertAtMs: 0 }) });
    expect(counts(run.pages(100)).get('camera-42')).toBeGreaterThanOrEqual(12);
    while (run.nowMs < 620_000) run.turn();
    expect(counts(run.pages(100)).get('camera-42')).toBeLessThanOrEqual(5);
  });

  it('multiply where they meet', () => {
    const run = new TourRun({
      cameras: cameras(200),
      settings: {
        boosts: {
          districts: [{ district: '咸安区', weight: 2 }],
          siteTypes: [{ ...canteens, fromMinute: 0, toMinute: 1440, weight: 2 }],
        },
      },
    });
    const shown = counts(run.pages(400));
    expect(shown.get('camera-30')! / shown.get('camera-31')!).toBeGreaterThan(2.9);
    expect(shown.get('camera-6')! / shown.get('camera-31')!).toBeLessThan(2.5);
  });
});

describe('cameras that come and go', () => {
  it('an offline one is on no tile but tried in the background, and again after a while', () => {
    const offline = aCamera(0, { online: false });
    const run = new TourRun({
      cameras: [offline, ...cameras(2_000).slice(1)],
      settings: { dwellMs: 15_000, retryAfterMs: 60_000 },
    });
    const pages = run.pages(40);
    expect(pages.flatMap(shownOn)).not.toContain('camera-0');
    const tries = pages.filter((page) => page.retries.includes('camera-0')).map((page) => page.number);
    expect(tries).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
  });

  it('one that comes back is shown in the same round', () => {
    const run = new TourRun({ cameras: cameras(40, { online: false }) });
    run.send({
      type: 'camerasChanged',
      cameras: cameras(40).map((one, index) => ({ ...one, online: index !== 9 })),
    });
    run.pages(6);
    const { round } = run.state.page;
    run.send({ type: 'cameraChanged', camera: aCamera(9) });
    const shown: string[] = [];
    for (let page = run.turn(); page.round === round; page = run.turn()) shown.push(...shownOn(page));
    expect(shown).toContain('camera-9');
  });

  it('one that goes offline is taken off the next page', () => {
    const run = new TourRun({ cameras: cameras(40) });
    const next = shownOn(upcomingPages(run.state, 1)[0]!)[0]!;
    run.send({ type: 'cameraChanged', camera: { ...aCamera(0), cameraId: next, online: false } });
    expect(shownOn(run.turn())).not.toContain(next);
  });

  it('one that is removed leaves its tile to another at once', () => {
    const run = new TourRun({ cameras: cameras(40) });
    const [gone] = shownOn(run.state.page);
    run.send({ type: 'camerasChanged', cameras: cameras(40).filter(({ cameraId }) => cameraId !== gone) });
    expect(shownOn(run.state.page)).toHaveLength(4);
    expect(shownOn(run.state.page)).not.toContain(gone);
    const shown = shownOn(run.state.page);
    expect(shownOn(run.turn()).filter((cameraId) => shown.includes(cameraId))).toEqual([]);
  });

  it('a change elsewhere leaves the warmed next page as it is', () => {
    const run = new TourRun({ cameras: cameras(400) });
    const [next] = upcomingPages(run.state, 1);
    const busy = new Set([...shownOn(next!), ...shownOn(run.state.page)]);
    const elsewhere = cameras(400).find(({ cameraId }) => !busy.has(cameraId))!;
    run.send({ type: 'cameraChanged', camera: { ...elsewhere, online: false } });
    run.send({ type: 'camerasChanged', cameras: cameras(401) });
    expect(run.turn()).toEqual(next);
  });

  it('a new alert leaves the warmed next page as it is and comes on the one after it', () => {
    const run = new TourRun({
      cameras: cameras(400),
      settings: { boosts: { alert: { withinMs: 600_000, weight: 10 } } },
    });
    const [alerted] = shownOn(run.state.page);
    run.pages(30);
    const [next] = upcomingPages(run.state, 1);
    const camera = cameras(400).find(({ cameraId }) => cameraId === alerted)!;
    run.send({ type: 'cameraChanged', camera: { ...camera, lastAlertAtMs: run.nowMs } });
    expect(run.turn()).toEqual(next);
    expect(shownOn(run.turn())).toContain(alerted);
  });

  it('none at all makes an empty page that waits, and the first ones fill it at once', () => {
    const run = new TourRun({ cameras: [] });
    expect(run.state.page.tiles).toEqual(tilesOf('4').map(({ tileId }) => ({ tileId })));
    expect(nextTourDeadline(run.state)).toBeUndefined();
    expect(run.try({ type: 'stepped' }).ok).toBe(false);
    run.nowMs = 3_600_000;
    run.send({ type: 'camerasChanged', cameras: cameras(9) });
    expect(shownOn(run.state.page)).toHaveLength(4);
    expect(nextTourDeadline(run.state)).toBe(3_615_000);
  });

  it('all offline ones tour with their last pictures, each in its turn', () => {
    const pages = new TourRun({ cameras: cameras(10, { online: false }) }).pages(5);
    expect([...counts(pages).values()]).toEqual(Array(10).fill(2));
  });

  it('fewer than tiles stand still and leave the rest empty', () => {
    const pages = new TourRun({ cameras: cameras(3), tiles: tilesOf('9') }).pages(4);
    for (const page of pages) expect(page.tiles).toEqual(pages[0]!.tiles);
    expect(shownOn(pages[0]!)).toHaveLength(3);
  });
});

describe('continuous scroll', () => {
  it('moves every row up by one and fills the last', () => {
    const run = new TourRun({ cameras: cameras(100), tiles: gridOf(4, 3), settings: { mode: 'scroll' } });
    const before = shownOn(run.state.page);
    const page = run.turn();
    expect(page.turn).toBe('scroll');
    expect(shownOn(page).slice(0, 8)).toEqual(before.slice(4));
    expect(before).not.toEqual(expect.arrayContaining(shownOn(page).slice(8, 9)));
  });

  it('moves columns to the left when its direction is left', () => {
    const mode = { mode: 'scroll', scrollDirection: 'left' };
    const run = new TourRun({ cameras: cameras(100), tiles: gridOf(3, 2), settings: mode });
    const [, b, c, , e, f] = shownOn(run.state.page);
    const shown = shownOn(run.turn());
    expect([shown[0], shown[1], shown[3], shown[4]]).toEqual([b, c, e, f]);
  });

  it('flows around a pinned tile', () => {
    const run = new TourRun({
      cameras: cameras(100),
      tiles: gridOf(2, 3),
      settings: { mode: 'scroll', pins: { 'tile-0-1': 'camera-0' } },
    });
    const before = shownOn(run.state.page);
    const shown = shownOn(run.turn());
    expect([shown[0], shown[1], shown[2], shown[3]]).toEqual([before[4], before[3], 'camera-0', before[5]]);
  });
});

describe('another layout', () => {
  it('keeps what the tiles at the same place show and fills the new ones', () => {
    const run = new TourRun({ cameras: cameras(100), tiles: tilesOf('4') });
    const before = run.state.page.tiles;
    const page = run.send({ type: 'tilesChanged', tiles: tilesOf('9') });
    expect(page.tiles.filter(({ tileId }) => before.some((tile) => tile.tileId === tileId))).toEqual(before);
    expect(new Set(shownOn(page)).size).toBe(9);
    expect(shownOn(run.turn())).toHaveLength(9);
  });
});

describe('a restart of the hub', () => {
  const midway = (): TourRun => {
    const run = new TourRun({
      cameras: cameras(60),
      settings: { boosts: { districts: [{ district: '嘉鱼县', weight: 3 }] } },
    });
    run.pages(7);
    run.nowMs += 4_000;
    return run;
  };

  it('goes on where it was: same page, same time left, same pages to come', () => {
    const run = midway();
    const stored = storedTourSchema.parse(JSON.parse(JSON.stringify(storeTour(run.state))));
    const clock = { nowMs: run.nowMs, minutesOfDay: run.minutesOfDay };
    const restored = restoreTour(stored, cameras(60).reverse(), clock);
    expect(restored.page).toEqual(run.state.page);
    expect(nextTourDeadline(restored)).toBe(nextTourDeadline(run.state));
    expect(upcomingPages(restored, 3)).toEqual(upcomingPages(run.state, 3));
    expect(storeTour(restored)).toEqual(stored);
  });

  it('after a long pause turns once at once, and after a clock set back waits at most a dwell', () => {
    const stored = storeTour(midway().state);
    const late = restoreTour(stored, cameras(60), { nowMs: 9e9, minutesOfDay: 0 });
    expect(nextTourDeadline(late)).toBe(9e9);
    const early = restoreTour(stored, cameras(60), { nowMs: -9e9, minutesOfDay: 0 });
    expect(nextTourDeadline(early)).toBe(-9e9 + 15_000);
  });

  it('drops cameras that are gone from the page and from memory', () => {
    const run = midway();
    const gone = shownOn(run.state.page)[0]!;
    const left = cameras(60).filter(({ cameraId }) => cameraId !== gone);
    const restored = restoreTour(storeTour(run.state), left, { nowMs: run.nowMs, minutesOfDay: 480 });
    expect(JSON.stringify([restored.page, restored.progress, restored.planned])).not.toContain(`"${gone}"`);
  });

  it.each([undefined, 'junk', {}, { version: 2 }])('is not misled by a stored %j', (value) => {
    expect(storedTourSchema.safeParse(value).success).toBe(false);
  });
});

it('announces a bounded number of pages ahead', () => {
  const run = new TourRun({ cameras: cameras(100) });
  expect([0, 1, 2, 99].map((count) => upcomingPages(run.state, count).length)).toEqual([0, 1, 2, pagesAhead]);
});
