/** A place on the ground, WGS-84 degrees. The public's page loads this: nothing is imported here. */
interface GroundPoint {
  latitude: number;
  longitude: number;
}

const earthRadiusM = 6_371_000;

/** The length of the straight line over the ground, metres (haversine). */
export function distanceM(from: GroundPoint, to: GroundPoint): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (degrees: number): number => Math.sin(radians(degrees) / 2) ** 2;
  const h =
    half(to.latitude - from.latitude) +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * half(to.longitude - from.longitude);
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}
