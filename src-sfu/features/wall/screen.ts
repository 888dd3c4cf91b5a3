/** One screen as the hub keeps it: its content, its spotlight, and its latest changes. Nothing here is sent as it is. */
import { squareGrid } from '../../../src-shared/wall/grid.ts';
import {
  arrangeLayout,
  layoutNames,
  tileIdAt,
  type ArrangedLayout,
  type Layout,
} from '../../../src-shared/wall/layouts.ts';
import {
  freeSpotlight,
  nextSpotlightDeadline,
  transitionSpotlight,
  type SpotlightEvent,
  type SpotlightState,
} from '../../../src-shared/wall/spotlight.ts';
import {
  createTour,
  nextTourDeadline,
  transitionTour,
  type TourEvent,
  type TourState,
} from '../../../src-shared/wall/tour.ts';
import type { TourClock, TourSettings } from '../../../src-shared/wall/tourSettings.ts';
import { joinRhythm, type TurnRhythm } from '../../../src-shared/wall/turnRhythm.ts';
import type { CaseSources } from '../../../src-shared/wall/wallCase.ts';
import type { NamedContent, ScreenContent } from '../../../src-shared/wall/wall.protocol.ts';
import { coveredTileIds } from '../../../src-shared/wall/wallScene.ts';
import type { DoneCommand } from './doneCommands.ts';
import type { ScreenHold } from './screenHolds.ts';
import { tourCameras, type WallCameras } from './wall.ports.ts';
import type { WallRefusal } from '../../../src-shared/wall/wall.refusals.ts';

/** The content of a screen: a fixed page, or a tour. */
export type Fill =
  | { kind: 'page'; layout: Layout; arranged: ArrangedLayout; cameras: ReadonlyMap<string, string> }
  | { kind: 'tour'; layout: Layout; arranged: ArrangedLayout; tour: TourState };

/** The preset that the content came from. */
export interface Chosen {
  type: 'programme' | 'scene';
  id: string;
  name: string;
}

/** A description of a change, for an operator whose own change is refused because it came later. */
export interface Change {
  /** The revision it led to. */
  revision: number;
  what: string;
}

/** One screen. */
export interface Screen {
  /** 0 until somebody chose the content; from then on it counts every change of the content. */
  revision: number;
  /** With `map` the fill is kept unchanged until the tiles are shown again. */
  content: ScreenContent;
  /** With `case`: the order and its pictures, and what the screen showed before. */
  caseOf?: (CaseSources & { before: NamedContent }) | undefined;
  fill: Fill;
  spotlight: SpotlightState;
  /** The newest last. */
  changes: readonly Change[];
  chosen?: Chosen | undefined;
  /** Whether the schedule put the fill there. */
  scheduled: boolean;
  /** The rule of the schedule that was applied last (`ruleKey`): it is not applied again. */
  rule?: string | undefined;
  hold?: ScreenHold | undefined;
  /** The commands that were carried out last, the newest last. */
  done?: readonly DoneCommand[] | undefined;
}

/** The number of changes that are remembered for such refusals. */
const maxChanges = 20;

/** A screen for which nobody chose anything. */
export function newScreen(fill: Fill): Screen {
  return { revision: 0, content: 'tiles', fill, spotlight: freeSpotlight, changes: [], scheduled: false };
}

/** A page of cameras in reading order, in the smallest square grid that holds them. */
export function squarePage(cameraIds: readonly string[]): Fill {
  const { columns, rows } = squareGrid(cameraIds.length);
  const named = columns === rows && columns * rows === cameraIds.length ? String(cameraIds.length) : '';
  const cells = cameraIds.map((_cameraId, index) => ({
    column: index % columns,
    row: Math.floor(index / columns),
    columnSpan: 1,
    rowSpan: 1,
  }));
  const layout = layoutNames.find((name) => name === named) ?? { columns, rows, tiles: cells };
  const tiles = cells.map((cell) => ({ ...cell, tileId: tileIdAt(cell.column, cell.row) }));
  return {
    kind: 'page',
    layout,
    arranged: { columns, rows, tiles, spotlightTileId: tileIdAt(0, 0) },
    cameras: new Map(tiles.map(({ tileId }, index) => [tileId, cameraIds[index] ?? ''])),
  };
}

/** A page of a layout that can be arranged. */
export function pageFill(
  layout: Layout,
  arranged: ArrangedLayout,
  cameras: Readonly<Record<string, string>>,
): Fill {
  return { kind: 'page', layout, arranged, cameras: new Map(Object.entries(cameras)) };
}

/** A tour at its first page, in a layout that can be arranged. */
export function tourFill(
  options: { layout: Layout; arranged: ArrangedLayout; settings: TourSettings; seed: number },
  cameras: WallCameras,
  { nowMs, minutesOfDay }: TourClock,
): Fill {
  const { layout, arranged, settings, seed } = options;
  const tour = createTour(
    { seed, settings, tiles: arranged.tiles, cameras: tourCameras(cameras), minutesOfDay },
    nowMs,
  );
  return { kind: 'tour', layout, arranged, tour };
}

/** The screen with another fill, as its next revision, and the tiles shown. A spotlight stays over it. */
export function refilled(
  screen: Screen,
  fill: Fill,
  how: { what: string; chosen?: Chosen | undefined; scheduled?: boolean },
  clock: TourClock,
): Screen {
  const { what, chosen, scheduled = false } = how;
  return changed(
    holdCovered({ ...screen, content: 'tiles', caseOf: undefined, fill, chosen, scheduled }, clock),
    what,
  );
}

/** The screen showing its tiles, the map or the board, as its next revision. What these cover comes back as it was. */
export function showingContent(screen: Screen, content: NamedContent, clock: TourClock): Screen {
  const what = {
    tiles: 'its tiles were shown again',
    map: 'it was given the city map',
    board: 'it was given the board',
  }[content];
  return changed(holdCovered({ ...screen, content, caseOf: undefined, scheduled: false }, clock), what);
}

/** The screen showing a case, as its next revision. What the case covers comes back as it was. */
export function showingCase(screen: Screen, sources: CaseSources, number: string, clock: TourClock): Screen {
  const before = screen.content === 'case' ? (screen.caseOf?.before ?? 'tiles') : screen.content;
  const shown: Screen = { ...screen, content: 'case', caseOf: { ...sources, before } };
  return changed(holdCovered(shown, clock), `it was given the case of order ${number}`);
}

/** The screen showing what its case covered, as its next revision; the same screen where it shows no case. */
export function withoutCase(screen: Screen, clock: TourClock): Screen {
  if (screen.content !== 'case') return screen;
  const content = screen.caseOf?.before ?? 'tiles';
  return changed(holdCovered({ ...screen, content, caseOf: undefined }, clock), 'its case was taken back');
}

/** The screen as its next revision, remembering what was changed. */
export function changed(screen: Screen, what: string): Screen {
  const revision = screen.revision + 1;
  return { ...screen, revision, changes: [...screen.changes, { revision, what }].slice(-maxChanges) };
}

/** The screen after an event of its tour, or the reason why the event was refused. */
export function steerScreen(
  screen: Screen,
  event: TourEvent,
  nowMs: number,
): { ok: true; screen: Screen } | WallRefusal {
  const { fill } = screen;
  if (fill.kind !== 'tour') {
    return {
      ok: false,
      reason: 'No tour runs on this screen. Start one first.',
      cause: { reason: 'wall.no_tour' },
    };
  }
  const result = transitionTour(fill.tour, event, nowMs);
  return result.ok ? { ok: true, screen: { ...screen, fill: { ...fill, tour: result.state } } } : result;
}

/** The screen with another pin or without one. A spotlight moves aside, because it never covers a pinned tile. */
export function repinned(
  screen: Screen,
  settings: TourSettings,
  clock: TourClock,
): { ok: true; screen: Screen } | WallRefusal {
  const { nowMs, minutesOfDay } = clock;
  const result = steerScreen(screen, { type: 'settingsChanged', settings, minutesOfDay }, nowMs);
  return result.ok ? { ok: true, screen: holdCovered(result.screen, clock) } : result;
}

/** Which tiles of a screen keep a camera of their own: tile id → camera id. The map and the board cover them all. */
export function pinsOf({ fill, content }: Screen): Readonly<Record<string, string>> {
  return fill.kind === 'tour' && content === 'tiles' ? fill.tour.settings.pins : {};
}

/** The screen after an event of its spotlight, or the reason why the event was refused. The tour pauses on covered tiles. */
export function lightScreen(
  screen: Screen,
  event: SpotlightEvent,
  clock: TourClock,
): { ok: true; screen: Screen } | WallRefusal {
  const result = transitionSpotlight(screen.spotlight, event, clock.nowMs);
  if (!result.ok) return result;
  return { ok: true, screen: holdCovered({ ...screen, spotlight: result.state }, clock) };
}

/** The layout as it is drawn: a screen without tiles gets one when an event wants it. */
export function drawnLayout({ fill, spotlight }: Screen): ArrangedLayout {
  if (fill.arranged.tiles.length > 0 || spotlight.shown === undefined) return fill.arranged;
  const single = arrangeLayout('1');
  return single.ok ? single.layout : fill.arranged;
}

/** When the screen's tour wants to turn or its spotlight to end, whichever comes first. */
export function nextScreenDeadline({ fill, spotlight }: Screen): number | undefined {
  const turn = fill.kind === 'tour' ? nextTourDeadline(fill.tour) : undefined;
  const ends = nextSpotlightDeadline(spotlight);
  if (turn === undefined || ends === undefined) return turn ?? ends;
  return Math.min(turn, ends);
}

/** When the screen's tour turns and how long its pages stay; undefined while none runs. */
export function turnRhythmOf({ fill }: Screen): TurnRhythm | undefined {
  if (fill.kind !== 'tour') return undefined;
  const turnAtMs = nextTourDeadline(fill.tour);
  return turnAtMs === undefined ? undefined : { turnAtMs, dwellMs: fill.tour.settings.dwellMs };
}

/** The screen with its tour in the rhythm of the other screens' tours. */
export function inRhythm(screen: Screen, others: readonly TurnRhythm[], nowMs: number): Screen {
  const own = turnRhythmOf(screen);
  const { fill } = screen;
  if (own === undefined || fill.kind !== 'tour') return screen;
  const timer = { name: 'running' as const, turnAtMs: joinRhythm(own, others, nowMs) };
  return { ...screen, fill: { ...fill, tour: { ...fill.tour, timer } } };
}

/** What was changed after a revision, in one sentence; undefined when that is no longer remembered. */
export function changesSince(changes: readonly Change[], baseRevision: number): string | undefined {
  const later = changes.filter(({ revision }) => revision > baseRevision);
  if (later.length === 0) return undefined;
  const named = later.slice(-5).map(({ what }) => what);
  const unnamed = later.length - named.length;
  return `${unnamed > 0 ? `${unnamed} earlier changes; ` : ''}${named.join('; ')}`;
}

function holdCovered(screen: Screen, { nowMs, minutesOfDay }: TourClock): Screen {
  const { arranged } = screen.fill;
  const tileIds =
    screen.content !== 'tiles'
      ? arranged.tiles.map(({ tileId }) => tileId)
      : coveredTileIds(arranged, screen.spotlight.shown, pinsOf(screen));
  const held = steerScreen(screen, { type: 'tilesHeld', tileIds, minutesOfDay }, nowMs);
  // Refused when exactly these are held already, or when no tour runs.
  return held.ok ? held.screen : screen;
}
