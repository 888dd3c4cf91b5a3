import type { SurfaceScale, WantedSurface } from '../hub/hubAddress.ts';
import { surfaceKey } from '../settings/shellOptions.ts';
import { displayName, orderDisplays, setOfDisplays, type DisplayArea, type Rectangle } from './displays.ts';

/** How a surface is put on a display. `kiosk` leaves no way out but a supervisor's code or ending the program. */
export type PlacementMode = 'window' | 'fullscreen' | 'kiosk';

/** One surface on one display. */
export interface Placement {
  /** `desk`, `wall:main`: stays the same when the surface moves to another display. */
  key: string;
  surface: WantedSurface;
  displayId: DisplayArea['id'];
  bounds: Rectangle;
  mode: PlacementMode;
}

/** A surface that was chosen for a display, as it is remembered. */
export interface RememberedSurface {
  surface: WantedSurface['surface'];
  screenId?: string | undefined;
  /** The display's lasting name. */
  display: string;
  /** Larger letters for those who stand further away. */
  scale?: SurfaceScale | undefined;
}

/** What was chosen for one set of displays. */
export interface Arrangement {
  /** The lasting names of all displays of the set, sorted. */
  displays: string[];
  surfaces: RememberedSurface[];
  /** When it was chosen, Unix milliseconds. */
  chosenAtMs: number;
}

/**
 * Which surface goes on which display. Displays that the command line names come first, then what was remembered for this very set
 * of displays, then for the set that is most like it. With nothing chosen: a lone display shows the wall in a window; on several the
 * desk takes the primary one and each other is a full screen of the wall (`main`, `screen-2`, …). A wall or showcase whose display is
 * gone is left out rather than laid over another one, unless nothing at all would be left to see; the desk always has a place.
 * `hasDeskToo`: a lone display shows the desk as well, in a window before that of the wall.
 */
export function planPlacements(
  displays: readonly DisplayArea[],
  primaryId: DisplayArea['id'],
  wanted: readonly WantedSurface[],
  kiosk: boolean,
  remembered: readonly Arrangement[] = [],
  hasDeskToo = false,
): Placement[] {
  const ordered = orderDisplays(displays);
  const primary = ordered.find(({ id }) => id === primaryId) ?? ordered[0];
  if (!primary) return [];
  const wallMode: PlacementMode = kiosk ? 'kiosk' : 'fullscreen';
  const place = (surface: WantedSurface, display: DisplayArea, mode: PlacementMode): Placement => ({
    key: surfaceKey(surface),
    surface,
    displayId: display.id,
    bounds: mode === 'window' ? windowBounds(display.workArea) : display.bounds,
    mode,
  });

  if (wanted.length === 0) {
    const arrangement = nearestArrangement(remembered, setOfDisplays(ordered));
    const chosen =
      arrangement === undefined
        ? chooseAlone(ordered, primary)
        : chooseAsRemembered(ordered, primary, arrangement);
    const isLone = arrangement === undefined && ordered.length === 1;
    if (isLone && hasDeskToo && !kiosk) {
      return [
        { ...place(wallScreen('main'), primary, 'window'), bounds: cornerBounds(primary.workArea, 'first') },
        { ...place({ surface: 'desk' }, primary, 'window'), bounds: cornerBounds(primary.workArea, 'last') },
      ];
    }
    return chosen.map(({ surface, display }) => {
      if (surface.surface === 'desk') return place(surface, display, 'window');
      return place(surface, display, isLone && !kiosk ? 'window' : wallMode);
    });
  }

  const modeOf = (surface: WantedSurface): PlacementMode => {
    if (surface.surface === 'desk') return 'window';
    // A wall that was given no display of its own, and is not a kiosk, must not take the only desktop there is.
    return surface.displayNumber === undefined && !kiosk ? 'window' : wallMode;
  };
  const placements = wanted.flatMap((surface) => {
    const display = surface.displayNumber === undefined ? primary : ordered[surface.displayNumber - 1];
    return display ? [place(surface, display, modeOf(surface))] : [];
  });
  const first = wanted[0];
  if (placements.length > 0 || !first) return placements;
  return [place(first, primary, modeOf(first))];
}

interface Choice {
  surface: WantedSurface;
  display: DisplayArea;
}

function chooseAlone(ordered: readonly DisplayArea[], primary: DisplayArea): Choice[] {
  const others = ordered.filter((display) => display !== primary);
  if (others.length === 0) return [{ surface: wallScreen('main'), display: primary }];
  return [
    { surface: { surface: 'desk' }, display: primary },
    ...others.map((display, index) => ({
      surface: wallScreen(index === 0 ? 'main' : `screen-${index + 1}`),
      display,
    })),
  ];
}

/** What stands on the displays now, to be remembered for as long as the shell runs. */
export function arrangementOf(
  displays: readonly DisplayArea[],
  placements: readonly Placement[],
): Arrangement {
  return {
    displays: setOfDisplays(displays),
    surfaces: placements.flatMap(({ surface, displayId }) => {
      const display = displays.find(({ id }) => id === displayId);
      const { scale, screenId } = surface;
      return display === undefined
        ? []
        : [{ surface: surface.surface, screenId, scale, display: displayName(display) }];
    }),
    chosenAtMs: 0,
  };
}

/** Whether a window that stands as `one` says need not be moved to stand as `other` says. */
export function isSamePlace(one: Placement, other: Placement): boolean {
  if (one.displayId !== other.displayId || one.mode !== other.mode) return false;
  // A window on its display stays where its user put it.
  if (other.mode === 'window' && one.bounds.width === other.bounds.width) return true;
  return JSON.stringify(one.bounds) === JSON.stringify(other.bounds);
}

/** What was chosen for this very set, else for the one that shares most displays with it, the latest of several. */
export function nearestArrangement(
  remembered: readonly Arrangement[],
  present: readonly string[],
): Arrangement | undefined {
  const sharedWith = (arrangement: Arrangement): number =>
    arrangement.displays.filter((name) => present.includes(name)).length;
  const isExact = (arrangement: Arrangement): boolean =>
    arrangement.displays.length === present.length && sharedWith(arrangement) === present.length;
  return remembered
    .filter((arrangement) => arrangement.surfaces.length > 0 && sharedWith(arrangement) > 0)
    .toSorted(
      (one, other) =>
        Number(isExact(other)) - Number(isExact(one)) ||
        sharedWith(other) - sharedWith(one) ||
        other.chosenAtMs - one.chosenAtMs,
    )[0];
}

function chooseAsRemembered(
  ordered: readonly DisplayArea[],
  primary: DisplayArea,
  { displays, surfaces }: Arrangement,
): Choice[] {
  const byName = new Map(ordered.map((display) => [displayName(display), display]));
  const placed: Choice[] = [];
  const waiting: WantedSurface[] = [];
  for (const { display, surface, screenId, scale } of surfaces) {
    const wanted: WantedSurface = {
      surface,
      ...(screenId === undefined ? {} : { screenId }),
      ...(scale === undefined ? {} : { scale }),
    };
    const present = byName.get(display);
    if (present) placed.push({ surface: wanted, display: present });
    else waiting.push(wanted);
  }
  const isFree = (display: DisplayArea): boolean => !placed.some((choice) => choice.display === display);
  // A display that was there when somebody chose, and was left empty, stays empty.
  const fresh = ordered.filter((display) => isFree(display) && !displays.includes(displayName(display)));

  const desk = waiting.find(({ surface }) => surface === 'desk');
  if (desk) {
    const display = fresh.shift() ?? ordered.find(isFree) ?? primary;
    // Work goes on at the desk; the wall that had this display waits for another.
    const others = placed.filter((choice) => choice.display !== display);
    placed.splice(0, placed.length, { surface: desk, display }, ...others);
  }
  const walls = waiting.filter(({ surface }) => surface === 'wall');
  for (const display of fresh) {
    const taken = [...surfaces, ...placed.map(({ surface }) => surface)];
    placed.push({ surface: walls.shift() ?? wallScreen(freeScreenId(taken)), display });
  }
  const first = waiting[0];
  if (placed.length === 0 && first) placed.push({ surface: first, display: primary });
  return placed;
}

function freeScreenId(surfaces: readonly { screenId?: string | undefined }[]): string {
  const taken = surfaces.flatMap(({ screenId }) => (screenId === undefined ? [] : [screenId]));
  if (!taken.includes('main')) return 'main';
  let number = 2;
  while (taken.includes(`screen-${number}`)) number += 1;
  return `screen-${number}`;
}

function wallScreen(screenId: string): WantedSurface {
  return { surface: 'wall', screenId };
}

/** Nine tenths of the work area, in its middle, so that a window looks like one. */
function windowBounds(area: Rectangle): Rectangle {
  const width = Math.round(area.width * 0.9);
  const height = Math.round(area.height * 0.9);
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
    width,
    height,
  };
}

/** Most of the work area from one of its corners, so that each of two windows leaves an edge of the other to click on. */
function cornerBounds(area: Rectangle, corner: 'first' | 'last'): Rectangle {
  const width = Math.round(area.width * 0.85);
  const height = Math.round(area.height * 0.85);
  if (corner === 'first') return { x: area.x, y: area.y, width, height };
  return { x: area.x + area.width - width, y: area.y + area.height - height, width, height };
}
