import { createListeners } from '../../../src-shared/listeners.ts';

/** Something that moves over the map, such as a squad. Positions are WGS-84 degrees. */
export interface MovingPoint {
  id: string;
  longitude: number;
  latitude: number;
  /** Where it came from, the oldest place first. */
  trail?: readonly { longitude: number; latitude: number }[];
  /** Clockwise from north; left out when it is not known. */
  headingDeg?: number;
  label: string;
  /** When it was there, by the hub's clock. */
  atMs: number;
  /** It has not been heard of for longer than is usual. */
  stale: boolean;
  /** Drawn as a class 1 is. */
  isUrgent?: boolean;
}

/** Where a point is drawn at one moment. */
export interface DrawnPoint {
  point: MovingPoint;
  longitude: number;
  latitude: number;
}

interface Track {
  point: MovingPoint;
  fromLongitude: number;
  fromLatitude: number;
  /** By the clock of `take`. */
  startMs: number;
  endMs: number;
}

/** A point glides to its new place in the time that lay between its last two reports, and never longer than this: a map is not to be behind. */
const longestGlideMs = 250;
/** From a jump of more than about 2 km nothing is to be learnt by gliding: it stands there at once. */
const longestGlideDegrees = 0.02;

/**
 * The moving points of a map. They are kept apart from React and from the map's sources: two hundred of them moving once
 * a second are drawn on a sheet of their own. A point never runs ahead of its last report.
 */
export class MovingPoints {
  #tracks = new Map<string, Track>();
  readonly #taken = createListeners();

  /** Takes all points there are now; those not among them go. `nowMs` is any steady clock, the same as for `drawnAt`. */
  take(points: readonly MovingPoint[], nowMs: number): void {
    const tracks = new Map<string, Track>();
    for (const point of points) {
      const before = this.#tracks.get(point.id);
      tracks.set(point.id, before === undefined ? standing(point, nowMs) : moved(before, point, nowMs));
    }
    this.#tracks = tracks;
    this.#taken.notify();
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** Whether any point is on its way at that moment. */
  isMoving(nowMs: number): boolean {
    for (const { endMs } of this.#tracks.values()) if (endMs > nowMs) return true;
    return false;
  }

  /** Where each point is at that moment. */
  *drawnAt(nowMs: number): Generator<DrawnPoint> {
    for (const track of this.#tracks.values()) yield { point: track.point, ...placeOf(track, nowMs) };
  }

  /** Called at each `take`; the answer ends it. */
  onTaken(listener: () => void): () => void {
    return this.#taken.add(listener);
  }
}

function standing(point: MovingPoint, nowMs: number): Track {
  const { longitude, latitude } = point;
  return { point, fromLongitude: longitude, fromLatitude: latitude, startMs: nowMs, endMs: nowMs };
}

function moved(before: Track, point: MovingPoint, nowMs: number): Track {
  if (point.longitude === before.point.longitude && point.latitude === before.point.latitude) {
    return { ...before, point };
  }
  const { longitude, latitude } = placeOf(before, nowMs);
  const far = Math.max(Math.abs(point.longitude - longitude), Math.abs(point.latitude - latitude));
  if (far > longestGlideDegrees) return standing(point, nowMs);
  const glideMs = Math.min(longestGlideMs, Math.max(0, point.atMs - before.point.atMs));
  return { point, fromLongitude: longitude, fromLatitude: latitude, startMs: nowMs, endMs: nowMs + glideMs };
}

function placeOf(track: Track, nowMs: number): { longitude: number; latitude: number } {
  const { point, fromLongitude, fromLatitude, startMs, endMs } = track;
  if (nowMs >= endMs) return { longitude: point.longitude, latitude: point.latitude };
  const share = Math.max(0, (nowMs - startMs) / (endMs - startMs));
  return {
    longitude: fromLongitude + (point.longitude - fromLongitude) * share,
    latitude: fromLatitude + (point.latitude - fromLatitude) * share,
  };
}
