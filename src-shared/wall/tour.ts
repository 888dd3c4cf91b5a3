/**
 * The tour of one screen: which camera each tile shows, page after page, through the whole city. Pure: the caller keeps
 * the clock, the timer and the streams. The next pages are composed ahead and shown exactly so, unless cameras, settings,
 * tiles or holds change; then the pages that are no longer right are composed again and no camera loses its turn, because
 * progress counts only what was shown.
 */
import type { TileRectangle } from './layouts.ts';
import type { OrderedCamera, PlannedPage } from './tourFill.ts';
import {
  fixedTiles,
  isStillRight,
  mendPage,
  noProgress,
  orderCameras,
  planNextPage,
  touringCameras,
} from './tourPlan.ts';
import type {
  StoredTour,
  TourCamera,
  TourClock,
  TourPage,
  TourProgress,
  TourSettings,
} from './tourSettings.ts';
import { turnMoment } from './turnRhythm.ts';
import type { WallRefusal } from './wall.refusals.ts';

/** How many pages are composed ahead of the one that is shown. */
export const pagesAhead = 3;
/** How many pages the operator can go back. */
export const maxHistory = 20;

/** A running or paused tour; plain JSON. */
export interface TourState extends StoredTour {
  cameras: OrderedCamera[];
  planned: PlannedPage[];
}

/** What happens to a tour. Every event says the local time of day, for boosts that hold in a part of the day. */
export type TourEvent = { minutesOfDay: number } & (
  | { type: 'deadlineReached' }
  | { type: 'stepped' }
  | { type: 'wentBack' }
  | { type: 'paused' }
  | { type: 'resumed' }
  /** The registry or many cameras' states changed: the whole list. */
  | { type: 'camerasChanged'; cameras: readonly TourCamera[] }
  /** One camera went online or offline, had an alert, or is new. */
  | { type: 'cameraChanged'; camera: TourCamera }
  | { type: 'settingsChanged'; settings: TourSettings }
  | { type: 'tilesChanged'; tiles: readonly TileRectangle[] }
  /** Something covers these tiles and no others: they keep their camera until they are released. */
  | { type: 'tilesHeld'; tileIds: readonly string[] }
);

type TourRefusal =
  | 'wall.not_due'
  | 'wall.tour_has_one_page'
  | 'wall.tour_has_no_earlier_page'
  | 'wall.tour_is_paused'
  | 'wall.tour_is_running';

export type TourTransition = { ok: true; state: TourState } | WallRefusal<TourRefusal>;

/** A tour at its first page. `seed` is any whole number; each makes another order of the cameras. */
export function createTour(
  options: {
    seed: number;
    settings: TourSettings;
    tiles: readonly TileRectangle[];
    cameras: readonly TourCamera[];
    minutesOfDay: number;
  },
  nowMs: number,
): TourState {
  const { seed, settings, tiles, minutesOfDay } = options;
  const context = {
    version: 1 as const,
    seed,
    settings,
    tiles: [...tiles],
    held: [],
    cameras: orderCameras(options.cameras, seed),
    history: [],
    timer: { name: 'running' as const, turnAtMs: nowMs + settings.dwellMs },
  };
  const empty: TourPage = { number: 0, round: 0, turn: settings.mode, tiles: [], retries: [] };
  const first = planNextPage(context, noProgress, empty, { nowMs, minutesOfDay });
  const state = { ...context, page: first.page, progress: first.after, planned: [] };
  return planAhead(state, { nowMs, minutesOfDay });
}

/** The next state, or why the event means nothing here, in a sentence. */
export function transitionTour(state: TourState, event: TourEvent, nowMs: number): TourTransition {
  const clock: TourClock = { nowMs, minutesOfDay: event.minutesOfDay };
  switch (event.type) {
    case 'deadlineReached': {
      const deadline = nextTourDeadline(state);
      if (deadline === undefined) return refused('The tour is not waiting to turn the page.', 'wall.not_due');
      if (nowMs < deadline) return refused('The page stays a little longer.', 'wall.not_due');
      return moveTo(turn(state, clock, turnMoment(deadline, nowMs)));
    }
    case 'stepped':
      if (!canTurn(state))
        return refused(
          'There is no other page: no camera may tour on a free tile.',
          'wall.tour_has_one_page',
        );
      return moveTo(turn(state, clock));
    case 'wentBack':
      return goBack(state, clock);
    case 'paused': {
      if (state.timer.name === 'paused') return refused('The tour is paused already.', 'wall.tour_is_paused');
      const remainingMs = Math.min(Math.max(0, state.timer.turnAtMs - nowMs), state.settings.dwellMs);
      return moveTo({ ...state, timer: { name: 'paused', remainingMs } });
    }
    case 'resumed':
      if (state.timer.name === 'running')
        return refused('The tour is running already.', 'wall.tour_is_running');
      return moveTo({ ...state, timer: { name: 'running', turnAtMs: nowMs + state.timer.remainingMs } });
    case 'camerasChanged':
      return moveTo(withCameras(state, event.cameras, clock));
    case 'cameraChanged': {
      const { camera } = event;
      const known = state.cameras.find(({ cameraId }) => cameraId === camera.cameraId);
      if (known === undefined) return moveTo(withCameras(state, [...state.cameras, camera], clock));
      const changed = { ...camera, place: known.place };
      const cameras = state.cameras.map((one) => (one === known ? changed : one));
      return moveTo(adapt(state, { ...state, cameras }, clock));
    }
    case 'settingsChanged':
      return moveTo(withSettings(state, event.settings, clock));
    case 'tilesChanged':
      return moveTo(adapt(state, { ...state, tiles: [...event.tiles], history: [], planned: [] }, clock));
    case 'tilesHeld': {
      const held = [...event.tileIds];
      if (held.length === state.held.length && held.every((tileId) => state.held.includes(tileId))) {
        return refused('Exactly these tiles are held already.', 'wall.not_due');
      }
      return moveTo(adapt(state, { ...state, held, planned: [] }, clock));
    }
  }
}

/** When the tour wants `deadlineReached`, in the clock of `nowMs`; never while paused or with nothing to turn. */
export function nextTourDeadline(state: TourState): number | undefined {
  return state.timer.name === 'running' && canTurn(state) ? state.timer.turnAtMs : undefined;
}

/** The next pages, nearest first, at most `pagesAhead` unless the tour went back: so that streams can be warmed. */
export function upcomingPages(state: TourState, count: number): TourPage[] {
  if (!canTurn(state)) return [];
  return state.planned.slice(0, Math.max(0, count)).map(({ page }) => page);
}

/** What to keep over a restart: plain JSON for `storedTourSchema`. */
export function storeTour(state: TourState): StoredTour {
  const { version, seed, settings, tiles, held, page, progress, history, timer } = state;
  return { version, seed, settings, tiles, held, page, progress, history, timer };
}

/** The tour where it was, with the cameras of today. A turn that fell into the pause comes at once, and only one. */
export function restoreTour(stored: StoredTour, cameras: readonly TourCamera[], clock: TourClock): TourState {
  const { timer, settings } = stored;
  const turnAtMs =
    timer.name === 'running'
      ? Math.min(Math.max(timer.turnAtMs, clock.nowMs), clock.nowMs + settings.dwellMs)
      : 0;
  const restored: TourState = {
    ...stored,
    timer: timer.name === 'running' ? { name: 'running', turnAtMs } : timer,
    cameras: orderCameras(cameras, stored.seed),
    planned: [],
  };
  return adapt(restored, { ...restored, progress: pruned(restored) }, clock);
}

function canTurn(state: TourState): boolean {
  return fixedTiles(state, state.page).size < state.tiles.length && touringCameras(state).length > 0;
}

function turn(state: TourState, clock: TourClock, shownSinceMs = clock.nowMs): TourState {
  const planned = state.planned.length > 0 ? state : planAhead(state, clock);
  const [next, ...later] = planned.planned;
  if (next === undefined) return state;
  const { settings, timer } = state;
  return planAhead(
    {
      ...state,
      page: next.page,
      progress: next.after,
      planned: later,
      history: [...state.history, state.page].slice(-maxHistory),
      timer: restarted(timer, settings, shownSinceMs),
    },
    clock,
  );
}

function goBack(state: TourState, clock: TourClock): TourTransition {
  const earlier = state.history.at(-1);
  if (earlier === undefined)
    return refused('There is no earlier page to go back to.', 'wall.tour_has_no_earlier_page');
  const mended = mendPage(state, state.progress, asShownOn(earlier, state), clock);
  const current = { page: state.page, after: mended.after };
  return moveTo(
    planAhead(
      {
        ...state,
        page: mended.page,
        progress: mended.after,
        planned: mended.after === state.progress ? [current, ...state.planned] : [current],
        history: state.history.slice(0, -1),
        timer: restarted(state.timer, state.settings, clock.nowMs),
      },
      clock,
    ),
  );
}

/** An earlier page as it would look now: held tiles keep what they show. */
function asShownOn(earlier: TourPage, state: TourState): TourPage {
  const fixed = fixedTiles(state, state.page);
  const tiles = earlier.tiles.map((tile) => {
    const cameraId = fixed.get(tile.tileId);
    return cameraId === undefined ? tile : { ...tile, cameraId };
  });
  return { ...earlier, tiles };
}

function withCameras(state: TourState, cameras: readonly TourCamera[], clock: TourClock): TourState {
  const next = { ...state, cameras: orderCameras(cameras, state.seed) };
  return adapt(state, { ...next, progress: pruned(next) }, clock);
}

function withSettings(state: TourState, settings: TourSettings, clock: TourClock): TourState {
  const sameDwell = settings.dwellMs === state.settings.dwellMs;
  const timer = sameDwell ? state.timer : restarted(state.timer, settings, clock.nowMs);
  return adapt(state, { ...state, settings, timer }, clock);
}

/** Corrects the page that is shown and composes the planned pages again, keeping the prepared next page when it is still right. */
function adapt(before: TourState, state: TourState, clock: TourClock): TourState {
  const { page, after } = mendPage(state, state.progress, state.page, clock);
  const [next] = state.planned;
  const keepsNext = next !== undefined && after === state.progress && isStillRight(state, next.page, page);
  const adapted = { ...state, page, progress: after, planned: keepsNext ? [next] : [] };
  const wakes = adapted.timer.name === 'running' && !canTurn(before) && canTurn(adapted);
  const timer = wakes ? restarted(adapted.timer, adapted.settings, clock.nowMs) : adapted.timer;
  return planAhead({ ...adapted, timer }, clock);
}

function planAhead(state: TourState, clock: TourClock): TourState {
  const planned = [...state.planned];
  const firstTurnMs =
    state.timer.name === 'running' ? Math.max(state.timer.turnAtMs, clock.nowMs) : clock.nowMs;
  while (planned.length < pagesAhead) {
    const last = planned.at(-1) ?? { page: state.page, after: state.progress };
    const shownAtMs = firstTurnMs + planned.length * state.settings.dwellMs;
    planned.push(planNextPage(state, last.after, last.page, clockAt(clock, shownAtMs)));
  }
  return { ...state, planned };
}

/** The clock at a later moment, for boosts that hold in a part of the day. */
function clockAt(clock: TourClock, nowMs: number): TourClock {
  const minutesOfDay = (clock.minutesOfDay + (nowMs - clock.nowMs) / 60_000) % 1440;
  return { nowMs, minutesOfDay };
}

function restarted(timer: TourState['timer'], settings: TourSettings, nowMs: number): TourState['timer'] {
  return timer.name === 'running'
    ? { name: 'running', turnAtMs: nowMs + settings.dwellMs }
    : { name: 'paused', remainingMs: settings.dwellMs };
}

/** The progress without cameras that are gone, so that it does not grow with the years. */
function pruned(state: TourState): TourProgress {
  const { progress } = state;
  const known = new Set(state.cameras.map(({ cameraId }) => cameraId));
  const isKnown = (entry: readonly [string, ...number[]]): boolean => known.has(entry[0]);
  return {
    ...progress,
    swept: progress.swept.filter(isKnown),
    extras: progress.extras.filter(isKnown),
    tried: progress.tried.filter(isKnown),
  };
}

function moveTo(state: TourState): TourTransition {
  return { ok: true, state };
}

function refused(reason: string, cause: TourRefusal): TourTransition {
  return { ok: false, reason, cause: { reason: cause } };
}
