import { can } from '../src-shared/session/roles.ts';
import type { Emergencies } from './features/squads/emergencies.ts';
import type { Roster } from './features/squads/roster.ts';
import type { SurfaceContext } from './signaling/handlers.ts';
import type { Signaling } from './signaling/signaling.ts';

/** Tells desks and screens what happens to all squads, and each phone what happens in its own. */
export function announceSquads(options: {
  surfaces: Signaling;
  roster: Roster;
  emergencies: Emergencies;
}): void {
  const { surfaces, roster, emergencies } = options;
  const seesAll = ({ identity }: SurfaceContext): boolean =>
    identity !== undefined && can(identity.role, 'squads:see');
  const squadOf = ({ identity }: SurfaceContext): string | undefined =>
    identity?.member === undefined ? undefined : roster.member(identity.member.memberId)?.squadId;

  roster.onNews(({ squads, members, removed, positions }) => {
    for (const surface of surfaces.surfaces()) {
      const squadId = squadOf(surface);
      const all = seesAll(surface);
      if (!all && squadId === undefined) continue;
      if (squads !== undefined) surface.notify('squads:squadsChanged', { squads });
      const its = members.filter((member) => all || member.squadId === squadId);
      const shown = new Set(its.map(({ memberId }) => memberId));
      const removedMemberIds = removed
        .filter((member) => (all || member.squadId === squadId) && !shown.has(member.memberId))
        .map(({ memberId }) => memberId);
      if (its.length > 0 || removedMemberIds.length > 0) {
        surface.notify('squads:membersChanged', { members: its, removedMemberIds });
      }
      const moved = positions.filter(({ memberId }) => all || roster.member(memberId)?.squadId === squadId);
      if (moved.length > 0) surface.notify('squads:positionsChanged', { positions: moved });
    }
  });
  emergencies.onChanged((emergency) => {
    surfaces.broadcast(
      'squads:emergencyChanged',
      { emergency },
      (surface) =>
        seesAll(surface) ||
        squadOf(surface) === emergency.squadId ||
        surface.identity?.member?.memberId === emergency.memberId,
    );
  });
}
