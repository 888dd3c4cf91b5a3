/** A screen as it is kept over a restart, and back again. */
import { z } from 'zod';
import {
  arrangeLayout,
  layoutSchema,
  type ArrangedLayout,
  type Layout,
} from '../../../src-shared/wall/layouts.ts';
import { freeSpotlight, spotlightSchema } from '../../../src-shared/wall/spotlight.ts';
import { restoreTour, storeTour } from '../../../src-shared/wall/tour.ts';
import { storedTourSchema, type TourClock } from '../../../src-shared/wall/tourSettings.ts';
import { caseSourcesSchema } from '../../../src-shared/wall/wallCase.ts';
import { namedContents, screenContents } from '../../../src-shared/wall/wall.protocol.ts';
import { doneCommandSchema } from './doneCommands.ts';
import { squarePage, type Fill, type Screen } from './screen.ts';
import { tourCameras, type WallCameras } from './wall.ports.ts';

const about = {
  revision: z.number().int(),
  content: z.enum(screenContents).default('tiles'),
  caseOf: caseSourcesSchema.extend({ before: z.enum(namedContents) }).optional(),
  spotlight: spotlightSchema.default(freeSpotlight),
  changes: z.array(z.object({ revision: z.number().int(), what: z.string() })).default([]),
  chosen: z.object({ type: z.enum(['programme', 'scene']), id: z.string(), name: z.string() }).optional(),
  scheduled: z.boolean().default(false),
  rule: z.string().optional(),
  hold: z.object({ by: z.string(), untilMs: z.number() }).optional(),
  done: z.array(doneCommandSchema).optional(),
};

const storedScreenSchema = z.discriminatedUnion('fill', [
  /** Cameras in a square grid. */
  z.object({ ...about, fill: z.literal('cameras'), cameraIds: z.array(z.string()).max(64) }),
  z.object({
    ...about,
    fill: z.literal('page'),
    layout: layoutSchema,
    cameras: z.record(z.string(), z.string()),
  }),
  z.object({ ...about, fill: z.literal('tour'), layout: layoutSchema, tour: storedTourSchema }),
]);
type StoredScreen = z.input<typeof storedScreenSchema>;

/** Plain JSON of a screen. */
export function storeScreen({ fill, ...rest }: Screen): StoredScreen {
  const kept = { ...rest, changes: [...rest.changes], done: rest.done && [...rest.done] };
  const { layout } = fill;
  if (fill.kind === 'tour') return { ...kept, fill: 'tour', layout, tour: storeTour(fill.tour) };
  if (fill.arranged.tiles.length === 0) return { ...kept, fill: 'cameras', cameraIds: [] };
  return { ...kept, fill: 'page', layout, cameras: Object.fromEntries(fill.cameras) };
}

/** The screen where it was; undefined for what cannot be read or arranged any more. */
export function restoreScreen(value: unknown, cameras: WallCameras, clock: TourClock): Screen | undefined {
  const parsed = storedScreenSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { revision, content, caseOf, spotlight, changes, chosen, scheduled, rule, hold, done } = parsed.data;
  const fill = restoreFill(parsed.data, cameras, clock);
  return fill === undefined
    ? undefined
    : { revision, content, caseOf, fill, spotlight, changes, chosen, scheduled, rule, hold, done };
}

function restoreFill(
  stored: z.output<typeof storedScreenSchema>,
  cameras: WallCameras,
  clock: TourClock,
): Fill | undefined {
  if (stored.fill === 'cameras') return squarePage(stored.cameraIds);
  const { layout } = stored;
  const arranged = arrangedOf(layout);
  if (arranged === undefined) return undefined;
  if (stored.fill === 'page') {
    return { kind: 'page', layout, arranged, cameras: new Map(Object.entries(stored.cameras)) };
  }
  return { kind: 'tour', layout, arranged, tour: restoreTour(stored.tour, tourCameras(cameras), clock) };
}

function arrangedOf(layout: Layout): ArrangedLayout | undefined {
  const arranged = arrangeLayout(layout);
  return arranged.ok ? arranged.layout : undefined;
}
