import { districts, siteTypes } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { arrangeLayout, type Layout, type TileRectangle } from '../../../../src-shared/wall/layouts.ts';
import {
  createTour,
  nextTourDeadline,
  transitionTour,
  type TourEvent,
  type TourState,
} from '../../../../src-shared/wall/tour.ts';
import {
  tourSettingsSchema,
  type TourCamera,
  type TourPage,
  type TourSettings,
} from '../../../../src-shared/wall/tourSettings.ts';

/** 08:00 local time; the test's clock begins there at 0 ms. */
const startMinute = 480;

type EventOf<Type extends TourEvent['type']> = Extract<TourEvent, { type: Type }>;
/** An event without its time of day, which the builder fills in. */
export type BareEvent = {
  [Type in TourEvent['type']]: Omit<EventOf<Type>, 'minutesOfDay'>;
}[TourEvent['type']];

export function aCamera(index: number, changes: Partial<TourCamera> = {}): TourCamera {
  return {
    cameraId: `camera-${index}`,
    siteType: siteTypes[index % siteTypes.length]!,
    district: districts[index % districts.length]!,
    online: true,
    ...changes,
  };
}

export function cameras(count: number, changes: Partial<TourCamera> = {}): TourCamera[] {
  return Array.from({ length: count }, (_, index) => aCamera(index, changes));
}

export function tilesOf(layout: Layout): TileRectangle[] {
  const result = arrangeLayout(layout);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.layout.tiles;
}

/** A row of so many tiles. */
export function rowOf(count: number): TileRectangle[] {
  return gridOf(count, 1);
}

export function gridOf(columns: number, rows: number): TileRectangle[] {
  const tiles = Array.from({ length: columns * rows }, (_, index) => ({
    column: index % columns,
    row: Math.floor(index / columns),
    columnSpan: 1,
    rowSpan: 1,
  }));
  return tilesOf({ columns, rows, tiles });
}

export function settings(changes: unknown = {}): TourSettings {
  return tourSettingsSchema.parse(changes);
}

/** A tour with its own clock, driven as the hub does it. */
export class TourRun {
  state: TourState;
  nowMs = 0;

  constructor(options: {
    cameras: TourCamera[];
    tiles?: TileRectangle[];
    settings?: unknown;
    seed?: number;
    minutesOfDay?: number;
  }) {
    const minutesOfDay = options.minutesOfDay ?? startMinute;
    this.nowMs = (minutesOfDay - startMinute) * 60_000;
    this.state = createTour(
      {
        seed: options.seed ?? 1,
        settings: settings(options.settings),
        tiles: options.tiles ?? tilesOf('4'),
        cameras: options.cameras,
        minutesOfDay,
      },
      this.nowMs,
    );
  }

  get minutesOfDay(): number {
    return (startMinute + this.nowMs / 60_000) % 1440;
  }

  /** Does what must be possible. */
  send(event: BareEvent): TourPage {
    const result = this.try(event);
    if (!result.ok) throw new Error(result.reason);
    this.state = result.state;
    return this.state.page;
  }

  try(event: BareEvent): ReturnType<typeof transitionTour> {
    return transitionTour(this.state, { ...event, minutesOfDay: this.minutesOfDay } as TourEvent, this.nowMs);
  }

  /** Waits for the next turn and gives the page it brings. */
  turn(): TourPage {
    const deadline = nextTourDeadline(this.state);
    if (deadline === undefined) throw new Error('The tour waits for nothing.');
    this.nowMs = Math.max(this.nowMs, deadline);
    return this.send({ type: 'deadlineReached' });
  }

  /** The page that is shown and so many that follow it. */
  pages(count: number): TourPage[] {
    return Array.from({ length: count }, (_, index) => (index === 0 ? this.state.page : this.turn()));
  }
}

export function shownOn(page: TourPage): string[] {
  return page.tiles.flatMap(({ cameraId }) => (cameraId === undefined ? [] : [cameraId]));
}

/** How often each camera was shown on these pages. */
export function counts(pages: readonly TourPage[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const cameraId of pages.flatMap(shownOn)) result.set(cameraId, (result.get(cameraId) ?? 0) + 1);
  return result;
}
