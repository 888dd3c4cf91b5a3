import type { WantedSurface } from './hubAddress.ts';
import { surfaceKey } from './shellOptions.ts';

/** A rectangle on the desktop, in pixels that the display's scale has been taken off (device-independent). */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A display as Electron describes it; only what the placing needs. */
export interface DisplayArea {
  id: number;
  bounds: Rectangle;
  /** The part not covered by panels and docks. */
  workArea: Rectangle;
}

/** How a surface is put on a display. `kiosk` leaves no way out but ending the program. */
export type PlacementMode = 'window' | 'fullscreen' | 'kiosk';

/** One surface on one display. */
export interface Placement {
  /** `desk`, `wall:main`: stays the same when the surface moves to another display. */
  key: string;
  surface: WantedSurface;
  displayId: number;
  bounds: Rectangle;
  mode: PlacementMode;
}

/** Displays in the order a person counts them: from the left, and from the top where two stand above each other. */
export function orderDisplays<Display extends DisplayArea>(displays: readonly Display[]): Display[] {
  return displays.toSorted(
    (one, other) => one.bounds.x - other.bounds.x || one.bounds.y - other.bounds.y || one.id - other.id,
  );
}

/**
 * Which surface goes on which display. With nothing chosen: a lone display shows the wall in a window; on several the
 * desk takes the primary one and each other is a full screen of the wall (`main`, `screen-2`, …). A chosen surface whose
 * display is gone is left out rather than laid over another one, unless nothing at all would be left to see.
 */
export function planPlacements(
  displays: readonly DisplayArea[],
  primaryId: number,
  wanted: readonly WantedSurface[],
  kiosk: boolean,
): Placement[] {
  const ordered = orderDisplays(displays);
  const primary = ordered.find(({ id }) => id === primaryId) ?? ordered[0];
  if (!primary) return [];
  const place = (surface: WantedSurface, display: DisplayArea, mode: PlacementMode): Placement => ({
    key: surfaceKey(surface),
    surface,
    displayId: display.id,
    bounds: mode === 'window' ? windowBounds(display.workArea) : display.bounds,
    mode,
  });
  const wallMode: PlacementMode = kiosk ? 'kiosk' : 'fullscreen';

  if (wanted.length === 0) {
    const others = ordered.filter((display) => display !== primary);
    if (others.length === 0) {
      return [place({ surface: 'wall', screenId: 'main' }, primary, kiosk ? 'kiosk' : 'window')];
    }
    const walls = others.map((display, index) =>
      place({ surface: 'wall', screenId: index === 0 ? 'main' : `screen-${index + 1}` }, display, wallMode),
    );
    return [place({ surface: 'desk' }, primary, 'window'), ...walls];
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
