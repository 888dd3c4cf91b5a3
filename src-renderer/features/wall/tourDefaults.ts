import type { TourSettings } from '../../../src-shared/wall/tourSettings.ts';
import { arrangeLayout, type Layout } from '../../../src-shared/wall/layouts.ts';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import { inReadingOrder } from './tileChoice.ts';

/** A tour through all cameras, a page for 15 s. */
export const plainTourSettings: TourSettings = {
  dwellMs: 15_000,
  mode: 'page',
  scrollDirection: 'up',
  boosts: { siteTypes: [], districts: [] },
  pins: {},
  filter: {},
  retryAfterMs: 300_000,
};

/** The settings of the tour on a screen: those of its programme, else the plain ones. */
export function settingsOfTour(wall: WallSnapshot, library: WallLibrary | undefined): TourSettings {
  const { chosen } = wall;
  if (chosen?.type !== 'programme') return plainTourSettings;
  const programme = library?.programmes.find(({ id }) => id === chosen.id);
  return programme?.settings ?? plainTourSettings;
}

/** The cameras shown now, in reading order, on the tiles of another layout; those beyond its last tile are left out. */
export function camerasOnLayout(wall: WallSnapshot, layout: Layout): Record<string, string> {
  const arranged = arrangeLayout(layout);
  if (!arranged.ok) return {};
  const shown = inReadingOrder(wall.tiles).flatMap(({ camera }) => camera?.cameraId ?? []);
  return Object.fromEntries(
    arranged.layout.tiles.flatMap(({ tileId }, index) => {
      const cameraId = shown[index];
      return cameraId === undefined ? [] : [[tileId, cameraId]];
    }),
  );
}

/** The layout of what is shown now, also of a screen that was given cameras without one. */
export function layoutOfScreen(wall: WallSnapshot): Layout {
  const { layout, columns, rows, tiles } = wall;
  if (layout !== undefined) return layout;
  return {
    columns,
    rows,
    tiles: tiles.map(({ column, row, columnSpan, rowSpan }) => ({ column, row, columnSpan, rowSpan })),
  };
}
