import type { TFunction } from 'i18next';
import type { MovingPoints } from '../../features/map/movingPoints.ts';
import type { SquadsStore } from '../../features/squads/squadsStore.ts';
import { agoText } from '../../features/squads/squadWords.ts';

/** A phone that moves reports at least every 5 s, and one that stands still every 30 s. A position older than this is stale. */
const staleMs = 75_000;
/** How often the ages on the map are written again. */
const agesMs = 5_000;

/** Draws the members who share their position on a map, with the age of a position that is stale. */
export function followSquads(parts: {
  squads: SquadsStore;
  points: MovingPoints;
  /** The hub's clock. */
  nowMs(): number;
  t: TFunction;
}): void {
  const { squads, points, nowMs, t } = parts;
  const draw = (): void => {
    const { members, positions, trails, emergencies } = squads.getState();
    const now = nowMs();
    const moving = [...positions].flatMap(([memberId, position]) => {
      const member = members.get(memberId);
      if (member === undefined) return [];
      const { longitude, latitude, headingDeg, atMs } = position;
      const stale = now - atMs > staleMs;
      const isInEmergency = emergencies.some((emergency) => emergency.memberId === memberId);
      const name = isInEmergency ? `SOS ${member.name}` : member.name;
      return {
        id: memberId,
        longitude,
        latitude,
        ...(headingDeg === undefined ? {} : { headingDeg }),
        // The trail of a stale position does not lead to where the member is now.
        ...(stale ? {} : { trail: trails.get(memberId) ?? [] }),
        label: stale ? `${name} · ${agoText(now - atMs, t)}` : name,
        atMs,
        stale,
        isUrgent: isInEmergency,
      };
    });
    points.take(moving, performance.now());
  };
  squads.subscribe(draw);
  setInterval(draw, agesMs);
}
