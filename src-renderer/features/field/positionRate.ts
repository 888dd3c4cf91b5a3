import type { InputOf } from '../../../src-shared/protocol/index.ts';

/** A place as it is reported. */
export type Place = Omit<InputOf<'squads:reportPositions'>['positions'][number], 'ageMs'>;

/** Faster than a stroll counts as moving; phones that lie still report up to half a metre a second. */
const movingMps = 0.8;
const movedM = 12;
/** How often a position is reported: in a vehicle, on foot, and standing. Milliseconds. */
const drivingMs = 2_000;
const walkingMs = 4_000;
export const standingMs = 30_000;
const drivingMps = 5;

/** Whether a position is worth reporting after the one reported last, `sinceMs` ago. */
export function isWorthTelling(last: Place | undefined, place: Place, sinceMs: number): boolean {
  if (last === undefined || sinceMs >= standingMs) return true;
  const speed = place.speedMps ?? 0;
  // A jump within the accuracy of the measurement is no movement.
  const isMoving = speed >= movingMps || metresBetween(last, place) > Math.max(movedM, place.accuracyM ?? 0);
  if (!isMoving) return false;
  return sinceMs >= (speed >= drivingMps ? drivingMs : walkingMs);
}

/** A browser's measurement as the wire has it: what it does not know is left out. */
export function placeOf(coordinates: GeolocationCoordinates): Place {
  const { latitude, longitude, accuracy, heading, speed } = coordinates;
  return {
    latitude,
    longitude,
    ...(Number.isFinite(accuracy) && accuracy <= 100_000 ? { accuracyM: Math.max(accuracy, 0) } : {}),
    ...(heading === null || !Number.isFinite(heading) ? {} : { headingDeg: ((heading % 360) + 360) % 360 }),
    ...(speed === null || !Number.isFinite(speed) ? {} : { speedMps: Math.min(Math.max(speed, 0), 200) }),
  };
}

const earthRadiusM = 6_371_000;

function metresBetween(one: Place, other: Place): number {
  const radians = Math.PI / 180;
  const x =
    (other.longitude - one.longitude) * radians * Math.cos(((one.latitude + other.latitude) / 2) * radians);
  const y = (other.latitude - one.latitude) * radians;
  return Math.hypot(x, y) * earthRadiusM;
}
