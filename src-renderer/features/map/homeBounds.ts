import { cityBounds, type Bounds } from '../../../src-shared/map/city.ts';
import type { MapState } from './mapStore.ts';

/** Room around the outermost sites of a part of the city. Degrees, about 2 km. */
const marginDegrees = 0.02;

/**
 * The first view of a map: the whole city; for somebody who works for some districts, all sites of those districts. WGS-84.
 * Districts without a site that has a position give the whole city.
 */
export function homeBounds({ districts, sites }: Pick<MapState, 'districts' | 'sites'>): Bounds {
  if (districts === 'all') return cityBounds;
  const placed = [...sites.values()].flatMap(({ longitude, latitude, district }) =>
    longitude === undefined || latitude === undefined || !districts.includes(district)
      ? []
      : [{ longitude, latitude }],
  );
  if (placed.length === 0) return cityBounds;
  const longitudes = placed.map(({ longitude }) => longitude);
  const latitudes = placed.map(({ latitude }) => latitude);
  return {
    west: least(longitudes) - marginDegrees,
    south: least(latitudes) - marginDegrees,
    east: -least(longitudes.map((degrees) => -degrees)) + marginDegrees,
    north: -least(latitudes.map((degrees) => -degrees)) + marginDegrees,
  };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((smallest, number) => Math.min(smallest, number), Infinity);
}
