import type { TimelineEvent } from './timeline.protocol.ts';

/** A point of a map, in its own units from the top left. */
export interface MapPoint {
  x: number;
  y: number;
}

/** A small map of positions: north is up, distances are true at its middle. */
export interface TrackMap {
  width: number;
  height: number;
  /** The place that the timeline is about. */
  place?: MapPoint | undefined;
  /** One for each member, the oldest point first. */
  tracks: { memberId: string; points: (MapPoint & { atMs: number })[] }[];
  /** A bar of this length for a round number of metres. */
  scale: { metres: number; width: number };
  /** Where a position is on the map; it may lie outside. */
  pointOf(place: { latitude: number; longitude: number }): MapPoint;
}

const metresPerDegree = 111_320;
/** A map shows at least so much, so that who stands still is not drawn as running about. Metres. */
const leastSpanM = 400;
/** The part of each side that stays free. */
const margin = 0.08;

/** Lays positions out on a map of this size; undefined where there is neither a position nor a place. */
export function trackMap(
  events: readonly Pick<TimelineEvent, 'lane' | 'actor' | 'place' | 'atMs'>[],
  place: { latitude: number; longitude: number } | undefined,
  { width, height }: { width: number; height: number },
): TrackMap | undefined {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  const include = ({ latitude, longitude }: { latitude: number; longitude: number }): void => {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  };
  if (place !== undefined) include(place);
  const byMember = new Map<string, { latitude: number; longitude: number; atMs: number }[]>();
  for (const { lane, actor = '', place: at, atMs } of events) {
    if (lane !== 'position' || at === undefined) continue;
    include(at);
    const samples = byMember.get(actor) ?? [];
    samples.push({ ...at, atMs });
    byMember.set(actor, samples);
  }
  if (west === Infinity) return undefined;
  const middle = { latitude: (south + north) / 2, longitude: (west + east) / 2 };
  const metresPerLongitude = metresPerDegree * Math.cos((middle.latitude * Math.PI) / 180);
  const widthM = Math.max(leastSpanM, (east - west) * metresPerLongitude);
  const heightM = Math.max(leastSpanM, (north - south) * metresPerDegree);
  const free = 1 - 2 * margin;
  const unitsPerMetre = Math.min((width * free) / widthM, (height * free) / heightM);
  const pointOf = ({ latitude, longitude }: { latitude: number; longitude: number }): MapPoint => ({
    x: width / 2 + (longitude - middle.longitude) * metresPerLongitude * unitsPerMetre,
    y: height / 2 - (latitude - middle.latitude) * metresPerDegree * unitsPerMetre,
  });
  const metres = roundMetres(width / 4 / unitsPerMetre);
  return {
    width,
    height,
    ...(place === undefined ? {} : { place: pointOf(place) }),
    tracks: [...byMember].map(([memberId, samples]) => ({
      memberId,
      points: samples.map((sample) => ({ ...pointOf(sample), atMs: sample.atMs })),
    })),
    scale: { metres, width: metres * unitsPerMetre },
    pointOf,
  };
}

/** The path of points for SVG, with a tenth of a unit: `M1,2L3,4`. */
export function svgPath(points: readonly MapPoint[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`)
    .join('');
}

/** The largest of 1, 2, 5, 10, 20… that is not more. */
function roundMetres(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  return ([5, 2].find((step) => step * power <= metres) ?? 1) * power;
}
