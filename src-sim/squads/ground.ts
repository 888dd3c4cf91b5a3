/** A place on the ground, WGS-84 degrees. */
export interface GroundPoint {
  latitude: number;
  longitude: number;
}

const metresPerDegree = 111_320;

/** Where a point lies from another one, in metres to the east and to the north; good for a district. */
export function metresFrom(origin: GroundPoint, point: GroundPoint): { east: number; north: number } {
  const shrink = Math.cos((origin.latitude * Math.PI) / 180);
  return {
    east: (point.longitude - origin.longitude) * metresPerDegree * shrink,
    north: (point.latitude - origin.latitude) * metresPerDegree,
  };
}

/** The point that lies so many metres to the east and to the north of another one. */
export function pointAt(origin: GroundPoint, east: number, north: number): GroundPoint {
  const shrink = Math.cos((origin.latitude * Math.PI) / 180);
  return {
    latitude: origin.latitude + north / metresPerDegree,
    longitude: origin.longitude + east / (metresPerDegree * shrink),
  };
}

export function metresBetween(one: GroundPoint, other: GroundPoint): number {
  const { east, north } = metresFrom(one, other);
  return Math.hypot(east, north);
}

/** The direction from one point to another, in degrees clockwise from north. */
export function headingBetween(one: GroundPoint, other: GroundPoint): number {
  const { east, north } = metresFrom(one, other);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}
