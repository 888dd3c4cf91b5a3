import type { District, SiteEntry } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { OrderPoint } from '../../../../src-shared/orders/orderRank.ts';
import { distanceM } from '../../../../src-shared/orders/straightLine.ts';
import type { DistrictShape } from '../../../features/map/districtShapes.ts';
import type { PlaceDistrict } from '../../../features/orders/ordersStore.ts';

/**
 * In which district a point of the map lies: by the operator's borders where the map has them (`borders`, WGS-84), otherwise it is that of
 * the nearest site, which may be wrong at a border; the form says which of the two it is. The sketch that every map has is no border. Undefined without both.
 */
export function districtOfPoint(
  point: OrderPoint,
  borders: readonly DistrictShape[] | undefined,
  sites: Iterable<SiteEntry>,
): PlaceDistrict | undefined {
  const within = borders?.find(({ polygons }) => polygons.some((rings) => isWithin(point, rings)));
  if (within !== undefined) return { district: within.district, by: 'border' };
  let nearest: { district: District; siteName: string; siteNameEn?: string; metres: number } | undefined;
  for (const { district, siteName, siteNameEn, latitude, longitude } of sites) {
    if (latitude === undefined || longitude === undefined) continue;
    const metres = distanceM(point, { latitude, longitude });
    if (nearest !== undefined && nearest.metres <= metres) continue;
    nearest = { district, siteName, ...(siteNameEn === undefined ? {} : { siteNameEn }), metres };
  }
  return nearest === undefined ? undefined : { ...nearest, by: 'nearest' };
}

/** Whether a point lies within a polygon and in none of its holes: a line from it crosses the rings an odd number of times. */
function isWithin({ latitude, longitude }: OrderPoint, rings: DistrictShape['polygons'][number]): boolean {
  let isInside = false;
  for (const ring of rings) {
    ring.forEach(([x, y], index) => {
      const [beforeX, beforeY] = ring.at(index - 1) ?? [x, y];
      const crosses = y > latitude !== beforeY > latitude;
      if (crosses && longitude < ((beforeX - x) * (latitude - y)) / (beforeY - y) + x) isInside = !isInside;
    });
  }
  return isInside;
}
