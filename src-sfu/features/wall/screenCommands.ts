/** The commands of operators to a screen. Each returns the screen after the command, or the refusal. */
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Layout } from '../../../src-shared/wall/layouts.ts';
import type { SpotlightRequest } from '../../../src-shared/wall/spotlight.ts';
import type { CaseSources } from '../../../src-shared/wall/wallCase.ts';
import type { TourClock, TourSettings } from '../../../src-shared/wall/tourSettings.ts';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import { arrange, unknownCamera, unknownSaved, unknownTile } from './commandRefusals.ts';
import {
  changed,
  lightScreen,
  pageFill,
  refilled,
  repinned,
  showingCase,
  showingContent,
  squarePage,
  steerScreen,
  tourFill,
  withoutCase,
  type Screen,
} from './screen.ts';
import type { WallCameras } from './wall.ports.ts';

/** The data that decides about a command. */
export interface CommandContext {
  cameras: WallCameras;
  library: WallLibrary;
  clock: TourClock;
  newSeed(): number;
  /** Whether it is the command of a supervisor. */
  isOverriding?: boolean;
}

/** The screen after the command, or the refusal. */
export type Outcome = Screen | Ack<never>;

const tourEvents = { pause: 'paused', resume: 'resumed', step: 'stepped', back: 'wentBack' } as const;

/** After this time, an event that stays until it is ended lets others of the same urgency have their turn. */
const turnsMs = 10_000;

/** Whether an outcome is a refusal. */
export function isRefused(outcome: Outcome): outcome is Ack<never> {
  return 'ok' in outcome;
}

export function showContent(
  screen: Screen,
  { content }: InputOf<'wall:showContent'>,
  { clock }: CommandContext,
): Outcome {
  return content === screen.content ? screen : showingContent(screen, content, clock);
}

export function showCase(
  screen: Screen,
  { sources, number }: { sources: CaseSources; number: string },
  { clock }: CommandContext,
): Outcome {
  const isShown = screen.content === 'case' && screen.caseOf?.orderId === sources.orderId;
  return isShown ? screen : showingCase(screen, sources, number, clock);
}

export function endCase(
  screen: Screen,
  { screenId }: { screenId: string },
  { clock }: Pick<CommandContext, 'clock'>,
): Outcome {
  if (screen.content === 'case') return withoutCase(screen, clock);
  return refuse('conflict', `Screen ${screenId} shows no case.`, {
    reason: 'wall.shows_no_case',
    screen: screenId,
  });
}

/** The order of a case changed: other people go, or it is ended, and the screen gets back what was there. */
export function followCase(
  screen: Screen,
  { orderId, sources }: { orderId: string; sources: CaseSources | undefined },
  { clock }: Pick<CommandContext, 'clock'>,
): Screen {
  if (screen.content !== 'case' || screen.caseOf?.orderId !== orderId) return screen;
  if (sources === undefined) return withoutCase(screen, clock);
  return { ...screen, caseOf: { ...sources, before: screen.caseOf.before } };
}

export function showCameras(
  screen: Screen,
  { cameraIds }: InputOf<'wall:showCameras'>,
  { cameras, clock }: CommandContext,
): Outcome {
  const what = `it was given ${cameraIds.length} cameras`;
  return unknownCamera(cameraIds, cameras) ?? refilled(screen, squarePage(cameraIds), { what }, clock);
}

export function showPage(
  screen: Screen,
  { layout, cameras: page }: Pick<InputOf<'wall:showPage'>, 'layout' | 'cameras'>,
  { cameras, clock }: CommandContext,
): Outcome {
  const arranged = arrange(layout);
  if ('ok' in arranged) return arranged;
  return (
    unknownTile(Object.keys(page), arranged) ??
    unknownCamera(Object.values(page), cameras) ??
    refilled(screen, pageFill(layout, arranged, page), { what: 'it was given a fixed page' }, clock)
  );
}

export function startTour(
  screen: Screen,
  { layout, settings }: { layout: Layout; settings: TourSettings },
  { cameras, clock, newSeed }: CommandContext,
): Outcome {
  const arranged = arrange(layout);
  if ('ok' in arranged) return arranged;
  const unknown = unknownCamera(Object.values(settings.pins), cameras);
  if (unknown !== undefined) return unknown;
  const fill = tourFill({ layout, arranged, settings, seed: newSeed() }, cameras, clock);
  return refilled(screen, fill, { what: 'it was given a tour' }, clock);
}

/** Shows what was saved. Cameras that have gone from the registry since are left out. */
export function showSaved(
  screen: Screen,
  { type, id }: { type: 'programme' | 'scene'; id: string },
  { cameras, library, clock, newSeed }: CommandContext,
  scheduled = false,
): Outcome {
  const programme = type === 'programme' ? library.programmes.find((one) => one.id === id) : undefined;
  const scene = type === 'scene' ? library.scenes.find((one) => one.id === id) : undefined;
  const saved = programme ?? scene;
  if (saved === undefined) return unknownSaved(type, id);
  const { layout, name } = saved;
  const arranged = arrange(layout);
  if ('ok' in arranged) return arranged;
  const fill =
    programme === undefined
      ? pageFill(layout, arranged, scene?.cameras ?? {})
      : tourFill({ layout, arranged, settings: programme.settings, seed: newSeed() }, cameras, clock);
  const what = `${scheduled ? 'the schedule gave it' : 'it was given'} ${type} “${name}”`;
  return refilled(screen, fill, { what, chosen: { type, id, name }, scheduled }, clock);
}

/** Pauses, resumes and turns pages; it changes nothing that was chosen, so the revision stays. */
export function steerTour(
  screen: Screen,
  { action }: InputOf<'wall:steerTour'>,
  { clock }: CommandContext,
): Outcome {
  const event = { type: tourEvents[action], minutesOfDay: clock.minutesOfDay };
  const result = steerScreen(screen, event, clock.nowMs);
  return result.ok ? result.screen : refuse('conflict', result.reason, result.cause);
}

export function pinTile(
  screen: Screen,
  { tileId, cameraId }: Pick<InputOf<'wall:pinTile'>, 'tileId' | 'cameraId'>,
  { cameras, clock }: CommandContext,
): Outcome {
  const { fill } = screen;
  if (fill.kind !== 'tour') {
    return refuse('bad_request', 'No tour runs on this screen: there is nothing to pin a camera against.', {
      reason: 'wall.nothing_to_pin_against',
    });
  }
  const refused =
    unknownTile([tileId], fill.arranged) ?? unknownCamera(cameraId === undefined ? [] : [cameraId], cameras);
  if (refused !== undefined) return refused;
  const { [tileId]: _unpinned, ...others } = fill.tour.settings.pins;
  const pins = cameraId === undefined ? others : { ...others, [tileId]: cameraId };
  const settings = { ...fill.tour.settings, pins };
  const result = repinned(screen, settings, clock);
  if (!result.ok) return refuse('conflict', result.reason, result.cause);
  const what =
    cameraId === undefined ? `${tileId} tours again` : `${nameOf(cameraId, cameras)} was pinned to ${tileId}`;
  return changed(result.screen, what);
}

export function placeCamera(
  screen: Screen,
  { tileId, cameraId }: InputOf<'wall:placeCamera'>,
  context: CommandContext,
): Outcome {
  const { fill } = screen;
  if (fill.kind === 'tour') return pinTile(screen, { tileId, cameraId }, context);
  const refused = unknownTile([tileId], fill.arranged) ?? unknownCamera([cameraId], context.cameras);
  if (refused !== undefined) return refused;
  const placed = { ...fill, cameras: new Map(fill.cameras).set(tileId, cameraId) };
  const what = `${nameOf(cameraId, context.cameras)} was put on ${tileId}`;
  return changed({ ...screen, fill: placed, chosen: undefined, scheduled: false }, what);
}

export function spotlightCamera(
  screen: Screen,
  command: InputOf<'wall:spotlightCamera'>,
  context: CommandContext,
): Outcome {
  const { eventId, cameraId, target, showMs, priority } = command;
  const unknown = unknownCamera([cameraId], context.cameras);
  if (unknown !== undefined) return unknown;
  const request: SpotlightRequest = {
    eventId,
    source: { type: 'camera', cameraId },
    kind: 'manual',
    priority,
    target,
    minShowMs: showMs ?? turnsMs,
    untilHandled: showMs === undefined,
    ...(context.isOverriding === true ? { isSupervisors: true as const } : {}),
  };
  const cleared = context.isOverriding === true ? withoutOfficersSpotlights(screen, context) : screen;
  return requestSpotlight(cleared, request, context);
}

/** The screen without the spotlights of duty officers, which would otherwise replace the supervisor's in turn. */
function withoutOfficersSpotlights(screen: Screen, { clock }: CommandContext): Screen {
  const { shown, waiting } = screen.spotlight;
  const officers = [...(shown === undefined ? [] : [shown]), ...waiting].filter(
    ({ kind, isSupervisors }) => kind === 'manual' && isSupervisors !== true,
  );
  return officers.reduce((left, { eventId }) => {
    const ended = lightScreen(left, { type: 'handled', eventId }, clock);
    return ended.ok ? ended.screen : left;
  }, screen);
}

export function requestSpotlight(
  screen: Screen,
  request: SpotlightRequest,
  { clock }: Pick<CommandContext, 'clock'>,
): Outcome {
  const result = lightScreen(screen, { type: 'requested', request }, clock);
  return result.ok ? result.screen : refuse('conflict', result.reason, result.cause);
}

export function endSpotlight(
  screen: Screen,
  { eventId }: Pick<InputOf<'wall:endSpotlight'>, 'eventId'>,
  { clock }: Pick<CommandContext, 'clock'>,
): Outcome {
  const result = lightScreen(screen, { type: 'handled', eventId }, clock);
  return result.ok ? result.screen : refuse('not_found', result.reason, result.cause);
}

/** The event waits without being shown. Unlike an event that has ended, it may request the spotlight again. */
export function withdrawSpotlight(
  screen: Screen,
  { eventId }: { eventId: string },
  { clock }: Pick<CommandContext, 'clock'>,
): Outcome {
  const result = lightScreen(screen, { type: 'withdrawn', eventId }, clock);
  return result.ok ? result.screen : refuse('not_found', result.reason, result.cause);
}

function nameOf(cameraId: string, cameras: WallCameras): string {
  const camera = cameras.findCamera(cameraId);
  return camera === undefined ? cameraId : `${camera.siteName} · ${camera.cameraName}`;
}
