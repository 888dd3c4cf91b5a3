import { z } from 'zod';
import { districts, type District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CoordinateSystem } from '../../../src-shared/map/map.protocol.ts';
import { boundsText, showsCity, type Bounds } from '../../../src-shared/map/city.ts';
import { toWgs84 } from '../../base/coordinates.ts';
import { readHandWrittenJson } from '../../base/handWritten.ts';
import { faultOfRead, MapFault } from './mapFault.ts';

type Position = [longitude: number, latitude: number];

/** A district as maps draw it: its WGS-84 outline and the place of its name; nothing else from the file. */
export interface DistrictFeature {
  type: 'Feature';
  properties: { district: District; labelLongitude: number; labelLatitude: number };
  geometry: { type: 'MultiPolygon'; coordinates: Position[][][] };
}

/** More points than any map of six districts needs; drawing more would slow every surface. */
const mostPoints = 200_000;

const positionSchema = z.array(z.number()).min(2).max(4);
const ringSchema = z.array(positionSchema).min(4);
const fileSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z
    .array(
      z.object({
        type: z.literal('Feature'),
        properties: z.record(z.string(), z.unknown()).nullable(),
        geometry: z.discriminatedUnion('type', [
          z.object({ type: z.literal('Polygon'), coordinates: z.array(ringSchema).min(1) }),
          z.object({
            type: z.literal('MultiPolygon'),
            coordinates: z.array(z.array(ringSchema).min(1)).min(1),
          }),
        ]),
      }),
    )
    .min(1)
    .max(1_000),
});

/**
 * Reads an operator's districts and converts them from the system they were made in. Throws an error whose message
 * completes "The districts FILE …".
 */
export function readDistricts(
  bytes: Uint8Array,
  options: { coordinateSystem: CoordinateSystem; nameProperty: string },
): { type: 'FeatureCollection'; features: DistrictFeature[] } {
  const parsed = fileSchema.safeParse(parseJson(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `is not a FeatureCollection of polygons: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
    throw new MapFault('districtsBroken', '', message.trim());
  }
  const [{ geometry: sample } = { geometry: undefined }] = parsed.data.features;
  checkOrder(sample?.type === 'Polygon' ? sample.coordinates[0]?.[0] : sample?.coordinates[0]?.[0]?.[0]);
  const byDistrict = new Map<District, Position[][][]>();
  let points = 0;
  for (const { properties, geometry } of parsed.data.features) {
    const district = nameOf(properties ?? {}, options.nameProperty);
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    for (const polygon of polygons) for (const ring of polygon) points += ring.length;
    if (points > mostPoints) {
      const message = `has more than ${mostPoints} points: simplify it`;
      throw new MapFault('districtsTooLarge', '', message);
    }
    const converted = polygons.map((polygon) =>
      polygon.map((ring) => ring.map((position) => convert(position, options.coordinateSystem))),
    );
    byDistrict.set(district, [...(byDistrict.get(district) ?? []), ...converted]);
  }
  checkPlace(byDistrict.values());
  return {
    type: 'FeatureCollection',
    features: [...byDistrict].map(([district, coordinates]) => {
      const [labelLongitude, labelLatitude] = middleOf(coordinates);
      return {
        type: 'Feature',
        properties: { district, labelLongitude, labelLatitude },
        geometry: { type: 'MultiPolygon', coordinates },
      };
    }),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  const read = readHandWrittenJson(bytes);
  if (!read.ok) throw new MapFault(faultOfRead(read.message), 'GeoJSON', read.message);
  return read.value;
}

/** Districts outside the city would be drawn outside the visible map. */
function checkPlace(polygons: Iterable<Position[][][]>): void {
  const bounds: Bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [longitude, latitude] of [...polygons].flat(3)) {
    bounds.west = Math.min(bounds.west, longitude);
    bounds.east = Math.max(bounds.east, longitude);
    bounds.south = Math.min(bounds.south, latitude);
    bounds.north = Math.max(bounds.north, latitude);
  }
  if (!showsCity(bounds)) throw new MapFault('districtsElsewhere', boundsText(bounds));
}

/** Whether a file has latitude before longitude: its first position is in the city when it is read so. */
function checkOrder(position: readonly number[] | undefined): void {
  const [first = 0, second = 0] = position ?? [];
  const [one, other] = [first, second];
  const exchanged: Bounds = { west: other - 1, east: other + 1, south: one - 1, north: one + 1 };
  const asGiven: Bounds = { west: one - 1, east: one + 1, south: other - 1, north: other + 1 };
  if (showsCity(exchanged) && !showsCity(asGiven)) {
    throw new MapFault('districtsSwapped', `${first}, ${second}`);
  }
}

function nameOf(properties: Record<string, unknown>, nameProperty: string): District {
  const name = properties[nameProperty];
  const district = districts.find((known) => known === name);
  if (district !== undefined) return district;
  const value = JSON.stringify(name)?.slice(0, 60) ?? '—';
  throw new MapFault(
    'districtsUnknown',
    value,
    `has a feature whose "${nameProperty}" is ${JSON.stringify(name)?.slice(0, 60) ?? 'missing'}: it must be one of ${districts.join(', ')}. "nameProperty" in map.json names another property.`,
  );
}

function convert(position: number[], system: CoordinateSystem): Position {
  const [longitude = Number.NaN, latitude = Number.NaN] = position;
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
    throw new MapFault(
      'districtsNotDegrees',
      `${longitude}, ${latitude}`,
      `has the position ${longitude}, ${latitude}: positions must be degrees, longitude first. Convert it from its projection.`,
    );
  }
  const wgs84 = toWgs84({ longitude, latitude }, system);
  return [rounded(wgs84.longitude), rounded(wgs84.latitude)];
}

/** Where the name stands: the centre of gravity of the largest polygon's outer ring. */
function middleOf(polygons: Position[][][]): Position {
  let best: { area: number; middle: Position } | undefined;
  for (const [ring = []] of polygons) {
    let [area, x, y] = [0, 0, 0];
    // Counted from the first corner: far from zero the sums would lose their digits.
    const [originX, originY] = ring[0] ?? [0, 0];
    for (const [index, [endX, endY]] of ring.slice(1).entries()) {
      const [startX, startY] = ring[index] ?? [endX, endY];
      const [ax, ay, bx, by] = [startX - originX, startY - originY, endX - originX, endY - originY];
      const cross = ax * by - bx * ay;
      area += cross / 2;
      x += ((ax + bx) * cross) / 6;
      y += ((ay + by) * cross) / 6;
    }
    if (best !== undefined && Math.abs(area) <= best.area) continue;
    const middle: Position = area === 0 ? [originX, originY] : [originX + x / area, originY + y / area];
    best = { area: Math.abs(area), middle: [rounded(middle[0]), rounded(middle[1])] };
  }
  return best?.middle ?? [0, 0];
}

/** About 10 cm. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
