import type { TFunction } from 'i18next';
import type { MovingPoints } from '../../features/map/movingPoints.ts';
import type { SquadsStore } from '../../features/squads/squadsStore.ts';
import { agoText } from '../../features/squads/squadWords.ts';
import type { Notice } from '../../server/hubLink.ts';
import { takeEmergency, takeMembers, takePositions } from '../../features/squads/squadsStore.ts';

/** Phones on the move report at least every 5 s, those that stand still every 30 s; later than this one is not heard of. */
const staleMs = 75_000;
const agesMs = 5_000;

/** Draws the members who share their position on a map, with the age of those not heard of. */
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
        // Where somebody went who is not heard of says nothing of where they are.
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

/** Takes what the hub says of squads; answers false when the notice is about something else. */
export function takeSquadNotice(store: SquadsStore, notice: Notice): boolean {
  switch (notice.name) {
    case 'squads:squadsChanged':
      store.setState({ squads: notice.payload.squads });
      return true;
    case 'squads:membersChanged':
      takeMembers(store, notice.payload);
      return true;
    case 'squads:positionsChanged':
      takePositions(store, notice.payload);
      return true;
    case 'squads:emergencyChanged':
      takeEmergency(store, notice.payload.emergency);
      return true;
    case 'whip:devicesChanged':
      store.setState({ devices: notice.payload.devices });
      return true;
    default:
      return false;
  }
}
