import { z } from 'zod';
import { districts, siteTypes, type District, type SiteType } from '../cameras/cameras.protocol.ts';

const identifier = z.string().min(1).max(64);
/** How many times as often as a plain camera: 2 is twice a round. Boosts that meet are multiplied. */
const weight = z.number().min(1).max(10);
/** Minutes since local midnight. */
const minuteOfDay = z.number().int().min(0).max(1440);

/** However many boosts meet, a camera comes at most so many times as often as a plain one. */
export const maxWeight = 10;

/** What an operator sets of a tour. A programme is a named one of these. */
export const tourSettingsSchema = z.object({
  /** How long a page stays; in `scroll` mode how long until the next row. Milliseconds. */
  dwellMs: z.number().int().min(5_000).max(600_000).default(15_000),
  /** `page` changes every tile at once, `scroll` moves all tiles by one and fills the row that came free. */
  mode: z.enum(['page', 'scroll']).default('page'),
  /** `up` fills the bottom row, `left` the last column. */
  scrollDirection: z.enum(['up', 'left']).default('up'),
  boosts: z
    .object({
      /** From `fromMinute` up to but not including `toMinute`; a window may go over midnight. */
      siteTypes: z
        .array(
          z.object({ siteType: z.enum(siteTypes), fromMinute: minuteOfDay, toMinute: minuteOfDay, weight }),
        )
        .max(40)
        .default([]),
      districts: z
        .array(z.object({ district: z.enum(districts), weight }))
        .max(40)
        .default([]),
      /** Cameras with an alert not older than this. */
      alert: z.object({ withinMs: z.number().int().positive(), weight }).optional(),
    })
    .default({ siteTypes: [], districts: [] }),
  /** Tiles that do not tour: tile id → camera id. */
  pins: z.record(identifier, identifier).default({}),
  /** Which cameras tour: those that match every list that is given. */
  filter: z
    .object({
      siteTypes: z.array(z.enum(siteTypes)).optional(),
      districts: z.array(z.enum(districts)).optional(),
      cameraIds: z.array(identifier).max(50_000).optional(),
    })
    .default({}),
  /** An offline camera is offered again after this time, even in the middle of a long round. */
  retryAfterMs: z.number().int().min(10_000).default(300_000),
});
export type TourSettings = z.output<typeof tourSettingsSchema>;

/** A camera as the tour sees it. */
export interface TourCamera {
  cameraId: string;
  siteType: SiteType;
  district: District;
  /** Whether the camera is expected to show pictures. A camera that was never probed counts as online. */
  online: boolean;
  /** Unix milliseconds of the newest alert. */
  lastAlertAtMs?: number;
}

/** The hub's clock and, as a machine knows no time zone, the minutes since local midnight at that moment. */
export interface TourClock {
  nowMs: number;
  minutesOfDay: number;
}

const tourPageSchema = z.object({
  /** Counts up with every page of the tour; a page gone back to keeps its own. */
  number: z.number().int(),
  /** The round that was under way when the page began; it may hold the first cameras of the next one. */
  round: z.number().int(),
  /** How the page replaces the one before it. */
  turn: z.enum(['page', 'scroll']),
  /** Every tile of the layout in reading order; without a camera when there are not enough. */
  tiles: z.array(z.object({ tileId: identifier, cameraId: identifier.optional() })),
  /** Offline cameras to be tried in the background while this page is shown; they are on no tile. */
  retries: z.array(identifier),
});
/** What the tour shows between two turns. */
export type TourPage = z.output<typeof tourPageSchema>;

const tourProgressSchema = z.object({
  /** Rounds completed: every online camera shown, every offline one offered. */
  round: z.number().int(),
  /** Pages composed so far. */
  pages: z.number().int(),
  /** Tiles given by the sweep so far; the sweep passes every online camera once a lap. */
  slot: z.number().int(),
  /** The slot at which the lap under way began. */
  lapStartSlot: z.number().int(),
  /** Camera id and the slot of its last sweep. */
  swept: z.array(z.tuple([identifier, z.number()])),
  /** Camera id and the slot at which a boost last showed it besides. */
  extras: z.array(z.tuple([identifier, z.number()])),
  /** Tiles that boosts may still take. */
  credit: z.number(),
  /** Tiles given to offline cameras so far. */
  offers: z.number().int(),
  /** Offline camera id, the round of its last offer, the number of its last tile, the time of its last offer. */
  tried: z.array(z.tuple([identifier, z.number(), z.number(), z.number()])),
});
/** How far the tour has come. */
export type TourProgress = z.output<typeof tourProgressSchema>;

/** A tour as it is kept over a restart of the hub: all but the cameras, which the registry knows, and the plan. */
export const storedTourSchema = z.object({
  version: z.literal(1),
  seed: z.number().int(),
  settings: tourSettingsSchema,
  tiles: z
    .array(
      z.object({
        tileId: identifier,
        column: z.number().int().min(0),
        row: z.number().int().min(0),
        columnSpan: z.number().int().positive(),
        rowSpan: z.number().int().positive(),
      }),
    )
    .max(64),
  held: z.array(identifier),
  page: tourPageSchema,
  progress: tourProgressSchema,
  history: z.array(tourPageSchema),
  timer: z.discriminatedUnion('name', [
    z.object({ name: z.literal('running'), turnAtMs: z.number() }),
    z.object({ name: z.literal('paused'), remainingMs: z.number() }),
  ]),
});
export type StoredTour = z.output<typeof storedTourSchema>;

/** How many times as often as a plain camera this one is to be shown at this time: 1…`maxWeight`. */
export function tourWeight(camera: TourCamera, boosts: TourSettings['boosts'], clock: TourClock): number {
  let product = 1;
  for (const boost of boosts.siteTypes) {
    if (boost.siteType === camera.siteType && isWithin(clock.minutesOfDay, boost)) product *= boost.weight;
  }
  for (const boost of boosts.districts) {
    if (boost.district === camera.district) product *= boost.weight;
  }
  if (
    boosts.alert !== undefined &&
    camera.lastAlertAtMs !== undefined &&
    clock.nowMs - camera.lastAlertAtMs <= boosts.alert.withinMs
  ) {
    product *= boosts.alert.weight;
  }
  return Math.min(product, maxWeight);
}

/** Whether the tour of these settings may show the camera on a tile that is not pinned. */
export function tourFilter(filter: TourSettings['filter']): (camera: TourCamera) => boolean {
  const chosenIds = filter.cameraIds === undefined ? undefined : new Set(filter.cameraIds);
  return (camera) =>
    (filter.siteTypes?.includes(camera.siteType) ?? true) &&
    (filter.districts?.includes(camera.district) ?? true) &&
    (chosenIds?.has(camera.cameraId) ?? true);
}

function isWithin(minute: number, window: { fromMinute: number; toMinute: number }): boolean {
  const { fromMinute, toMinute } = window;
  return fromMinute <= toMinute
    ? fromMinute <= minute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}
