import fc from '../../../support/properties.ts';
import { describe, expect, it, vi } from 'vitest';
import { districts, siteTypes } from '../../../../src-shared/cameras/cameras.protocol.ts';
import {
  nextTourDeadline,
  restoreTour,
  storeTour,
  upcomingPages,
  type TourState,
} from '../../../../src-shared/wall/tour.ts';
import {
  storedTourSchema,
  type TourCamera,
  type TourPage,
} from '../../../../src-shared/wall/tourSettings.ts';
import {
  aCamera,
  cameras,
  counts,
  gridOf,
  settings,
  shownOn,
  TourRun,
  type BareEvent,
} from './tourBuilders.ts';

vi.setConfig({ testTimeout: 60_000 });

const anyBoosts = fc.record({
  siteTypes: fc.array(
    fc.record({
      siteType: fc.constantFrom(...siteTypes),
      fromMinute: fc.integer({ min: 0, max: 1440 }),
      toMinute: fc.integer({ min: 0, max: 1440 }),
      weight: fc.integer({ min: 1, max: 10 }),
    }),
    { maxLength: 5 },
  ),
  districts: fc.array(
    fc.record({ district: fc.constantFrom(...districts), weight: fc.integer({ min: 1, max: 10 }) }),
    { maxLength: 5 },
  ),
  alert: fc.record({
    withinMs: fc.integer({ min: 1, max: 3_600_000 }),
    weight: fc.integer({ min: 1, max: 10 }),
  }),
});
const anyTiles = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
const anyMode = fc.constantFrom('page', 'scroll');
const anyTour = fc.record({
  count: fc.integer({ min: 0, max: 60 }),
  offlineEvery: fc.integer({ min: 1, max: 9 }),
  grid: anyTiles,
  mode: anyMode,
  scrollDirection: fc.constantFrom('up', 'left'),
  boosts: anyBoosts,
  seed: fc.integer(),
  pinned: fc.array(fc.nat({ max: 15 }), { maxLength: 3 }),
});
type AnyTour = typeof anyTour extends fc.Arbitrary<infer Value> ? Value : never;

function runOf(tour: AnyTour): TourRun {
  const tiles = gridOf(...tour.grid);
  const pins = tour.pinned.flatMap((place, index) =>
    place < tiles.length ? [[tiles[place]!.tileId, `camera-${index}`]] : [],
  );
  const { mode, scrollDirection, boosts, seed } = tour;
  return new TourRun({
    cameras: cameras(tour.count).map((camera, index) => ({
      ...camera,
      online: index % tour.offlineEvery !== 1,
      ...(index % 4 === 0 ? { lastAlertAtMs: index * 60_000 } : {}),
    })),
    tiles,
    settings: { dwellMs: 5_000, mode, scrollDirection, boosts, pins: Object.fromEntries(pins) },
    seed,
  });
}

/** Pages by round, with those that held the first cameras of the round, as the page before them may. */
function roundsOf(pages: readonly TourPage[]): TourPage[][] {
  const first = pages[0]!.round;
  const last = pages.at(-1)!.round;
  const rounds: TourPage[][] = [];
  for (let round = first; round < last; round += 1) {
    const start = pages.findIndex((page) => page.round === round);
    rounds.push(pages.slice(Math.max(0, start - 1)).filter((page) => page.round <= round));
  }
  return rounds;
}

describe('whatever the boosts, pins, order and way of turning', () => {
  it('a round shows every online camera and offers every offline one', () => {
    let checked = 0;
    fc.assert(
      fc.property(anyTour, (tour) => {
        const run = runOf(tour);
        const cameraCount = run.state.cameras.length;
        if (nextTourDeadline(run.state) === undefined) return;
        const pages = run.pages(1 + 5 * Math.max(4, cameraCount));
        const rounds = roundsOf(pages);
        expect(rounds.length).toBeGreaterThan(0);
        for (const round of rounds) {
          const shown = new Set(round.flatMap(shownOn));
          const offered = new Set([...shown, ...round.flatMap((page) => page.retries)]);
          const missed = run.state.cameras.filter(
            ({ online, cameraId }) => !(online ? shown : offered).has(cameraId),
          );
          expect(missed).toEqual([]);
          checked += 1;
        }
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(checked).toBeGreaterThan(300);
  });

  it('no camera is twice on a page, none offline while an online one is on no tile, no tile empty without need', () => {
    fc.assert(
      fc.property(anyTour, (tour) => {
        const run = runOf(tour);
        if (nextTourDeadline(run.state) === undefined) return;
        const online = new Set(
          run.state.cameras.filter((camera) => camera.online).map((one) => one.cameraId),
        );
        const pins = run.state.settings.pins;
        for (const page of run.pages(30)) {
          const shown = shownOn(page);
          expect(new Set(shown).size).toBe(shown.length);
          expect(shown.length).toBe(Math.min(page.tiles.length, run.state.cameras.length));
          const dark = page.tiles.filter(
            ({ tileId, cameraId }) => cameraId && !(tileId in pins) && !online.has(cameraId),
          );
          if (dark.length > 0)
            expect([...online].filter((cameraId) => !shown.includes(cameraId))).toEqual([]);
          for (const [tileId, cameraId] of Object.entries(pins)) {
            if (!run.state.cameras.some((camera) => camera.cameraId === cameraId)) continue;
            expect(page.tiles.find((tile) => tile.tileId === tileId)?.cameraId).toBe(cameraId);
          }
        }
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  it('the announced pages are the pages shown', () => {
    fc.assert(
      fc.property(anyTour, fc.nat({ max: 20 }), (tour, turns) => {
        const run = runOf(tour);
        if (nextTourDeadline(run.state) === undefined) return;
        run.pages(turns + 1);
        const notified = upcomingPages(run.state, 3);
        run.nowMs += 1_234;
        expect([run.turn(), run.turn(), run.turn()]).toEqual(notified);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('the same inputs give the same pages, whatever order the cameras came in', () => {
    fc.assert(
      fc.property(anyTour, (tour) => {
        const [run, again] = [runOf(tour), runOf(tour)];
        if (nextTourDeadline(run.state) === undefined) return;
        again.send({
          type: 'camerasChanged',
          cameras: cameras(tour.count).map((_, i) => stripped(run.state, tour.count - 1 - i)),
        });
        expect(again.pages(20)).toEqual(run.pages(20));
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

describe('boosted cameras', () => {
  it('each come more often than any plain one', () => {
    const anyCity = fc.record({
      count: fc.integer({ min: 20, max: 80 }),
      boosted: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 8 }),
      weight: fc.integer({ min: 2, max: 10 }),
      mode: anyMode,
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(anyCity, ({ count, boosted, columns, weight, mode, seed }) => {
        const run = new TourRun({
          cameras: cameras(count).map((camera, index) => ({
            ...camera,
            district: index < boosted ? '赤壁市' : '咸安区',
          })),
          tiles: gridOf(columns, 1),
          settings: { dwellMs: 5_000, mode, boosts: { districts: [{ district: '赤壁市', weight }] } },
          seed,
        });
        const shown = counts(run.pages(Math.ceil((count / columns) * 10)));
        const times = (index: number): number => shown.get(`camera-${index}`) ?? 0;
        const indexes = Array.from({ length: count }, (_, index) => index);
        const leastBoosted = Math.min(...indexes.slice(0, boosted).map(times));
        const mostPlain = Math.max(...indexes.slice(boosted).map(times));
        expect(leastBoosted).toBeGreaterThan(mostPlain);
        expect(Math.min(...indexes.slice(boosted).map(times))).toBeGreaterThanOrEqual(mostPlain - 1);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('never make a round more than about twice as long, even when nearly all are boosted', () => {
    const boosts = { districts: districts.slice(0, 5).map((district) => ({ district, weight: 10 })) };
    const roundLength = (changes: object): number => {
      const pages = new TourRun({ cameras: cameras(160), settings: changes }).pages(400);
      return pages.findIndex((page) => page.round === 3) / 3;
    };
    expect(roundLength({})).toBeCloseTo(40, 0);
    expect(roundLength({ boosts })).toBeLessThanOrEqual(81);
  });
});

describe('a city that changes while the tour runs', () => {
  const anyChange = fc.oneof(
    fc.record({ what: fc.constant('turn' as const), times: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      what: fc.constantFrom('add', 'remove', 'toggle', 'pin', 'alert'),
      index: fc.nat({ max: 50 }),
    }),
    fc.record({
      what: fc.constantFrom('back', 'hold', 'letGo', 'pause', 'resume', 'restart', 'step', 'layout'),
    }),
  );

  it('loses nobody: who stays online for two rounds has been shown', () => {
    let checked = 0;
    fc.assert(
      fc.property(anyTour, fc.array(anyChange, { minLength: 5, maxLength: 40 }), (tour, changes) => {
        const run = runOf({ ...tour, count: 30 + (tour.count % 20) });
        const stable = run.state.cameras.filter(
          ({ cameraId, online }) => online && Number(cameraId.slice('camera-'.length)) > 12,
        );
        const pages: TourPage[] = [run.state.page];
        for (const change of changes) pages.push(...apply(run, change));
        apply(run, { what: 'resume' });
        apply(run, { what: 'letGo' });
        if (nextTourDeadline(run.state) === undefined) return;
        const { round } = run.state.page;
        for (let turns = 0; run.state.page.round < round + 2 && turns < 2_000; turns += 1)
          pages.push(run.turn());
        expect(run.state.page.round).toBe(round + 2);
        for (const pagesOfRound of roundsOf(asShown(pages))) {
          const shown = new Set(pagesOfRound.flatMap(shownOn));
          expect(stable.filter(({ cameraId }) => !shown.has(cameraId))).toEqual([]);
          checked += 1;
        }
      }),
      { numRuns: 150, seed: 6 },
    );
    expect(checked).toBeGreaterThan(200);
  });

  it('always leaves plain JSON that can be stored and read again', () => {
    fc.assert(
      fc.property(anyTour, fc.array(anyChange, { maxLength: 15 }), (tour, changes) => {
        const run = runOf(tour);
        for (const change of changes) apply(run, change);
        const stored = storeTour(run.state);
        expect(storedTourSchema.parse(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
      }),
      { numRuns: 60, seed: 8 },
    );
  });

  /** Does one change as a hub would, and gives the pages that were on the screen because of it. */
  function apply(
    run: TourRun,
    change: typeof anyChange extends fc.Arbitrary<infer Value> ? Value : never,
  ): TourPage[] {
    const known: TourCamera[] = run.state.cameras.map(({ place: _place, ...camera }) => camera);
    const pages: TourPage[] = [];
    const send = (event: BareEvent): void => {
      if (run.try(event).ok) pages.push(run.send(event));
    };
    switch (change.what) {
      case 'turn':
        for (let times = 0; times < change.times; times += 1) {
          if (nextTourDeadline(run.state) !== undefined) pages.push(run.turn());
        }
        break;
      case 'add':
        send({ type: 'camerasChanged', cameras: [...known, aCamera(1_000 + pages.length + known.length)] });
        break;
      case 'remove':
        send({
          type: 'camerasChanged',
          cameras: known.filter(({ cameraId }) => cameraId !== `camera-${change.index % 13}`),
        });
        break;
      case 'toggle': {
        const camera = known.find(({ cameraId }) => cameraId === `camera-${change.index % 13}`);
        if (camera) send({ type: 'cameraChanged', camera: { ...camera, online: !camera.online } });
        break;
      }
      case 'alert': {
        const camera = known.find(({ cameraId }) => cameraId === `camera-${change.index}`);
        if (camera) send({ type: 'cameraChanged', camera: { ...camera, lastAlertAtMs: run.nowMs } });
        break;
      }
      case 'pin': {
        const tile = run.state.tiles[change.index % run.state.tiles.length]!;
        const pins = { [tile.tileId]: `camera-${change.index % 13}` };
        send({ type: 'settingsChanged', settings: { ...run.state.settings, pins } });
        break;
      }
      case 'back':
        send({ type: 'wentBack' });
        break;
      case 'step':
        send({ type: 'stepped' });
        break;
      case 'hold':
        send({ type: 'tilesHeld', tileIds: [run.state.tiles[0]!.tileId] });
        break;
      case 'letGo':
        send({ type: 'tilesHeld', tileIds: [] });
        break;
      case 'pause':
        send({ type: 'paused' });
        break;
      case 'resume':
        send({ type: 'resumed' });
        break;
      case 'layout':
        send({ type: 'tilesChanged', tiles: gridOf(1 + (run.state.tiles.length % 3), 2) });
        break;
      case 'restart':
        run.state = restoreTour(storeTour(run.state), known, {
          nowMs: run.nowMs,
          minutesOfDay: run.minutesOfDay,
        });
        pages.push(run.state.page);
        break;
    }
    return pages;
  }

  /** The pages with the round that was under way when they were shown, for a page gone back to keeps its own. */
  function asShown(pages: readonly TourPage[]): TourPage[] {
    let round = 0;
    return pages.map((page) => ({ ...page, round: (round = Math.max(round, page.round)) }));
  }
});

describe('at city scale', () => {
  it('needs less than 5 ms for a page of 64 tiles out of 2,200 cameras with every boost in force', () => {
    const run = new TourRun({
      cameras: cameras(2_200).map((camera, index) => ({
        ...camera,
        online: index % 20 !== 0,
        lastAlertAtMs: 0,
      })),
      tiles: gridOf(8, 8),
      settings: settings({
        dwellMs: 5_000,
        boosts: {
          siteTypes: [{ siteType: 'school_canteen', fromMinute: 0, toMinute: 1440, weight: 3 }],
          districts: [{ district: '咸安区', weight: 2 }],
          alert: { withinMs: 3_600_000, weight: 2 },
        },
      }),
    });
    run.pages(50);
    const times = Array.from({ length: 100 }, () => {
      const startedAt = performance.now();
      run.turn();
      return performance.now() - startedAt;
    }).sort((left, right) => left - right);
    /* A busy machine makes most of them slower, so the quickest quarter tells what the planning takes. */
    expect(times[25]).toBeLessThan(5);
  });
});

function stripped(state: TourState, index: number): TourCamera {
  const { place: _place, ...camera } = state.cameras.find(({ cameraId }) => cameraId === `camera-${index}`)!;
  return camera;
}
