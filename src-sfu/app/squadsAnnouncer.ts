import type { NoticeOf } from '../../src-shared/protocol/index.ts';
import { holds, worksForSquad, type Scope } from '../../src-shared/session/principal.ts';
import type { Emergencies } from '../features/squads/emergencies.ts';
import type { Roster, RosterNews } from '../features/squads/roster.ts';
import { withoutAddress, withoutHome, withoutPosition } from '../features/squads/squadsSnapshot.ts';
import type { Signaling } from '../signaling/signaling.ts';

/** Notifies desks and screens of what happens to all squads, and each phone of what happens in its own squad. */
export function announceSquads(options: {
  surfaces: Pick<Signaling, 'broadcast' | 'broadcastFor' | 'broadcastToOwn'>;
  roster: Pick<Roster, 'onNews' | 'member' | 'squads'>;
  emergencies: Pick<Emergencies, 'onChanged'>;
}): void {
  const { surfaces, roster, emergencies } = options;

  /** Of the news, what concerns the members for whom `isOf` holds. */
  const newsOf = (
    { members, removed, positions }: RosterNews,
    isOf: (squadId: string | undefined) => boolean,
  ): {
    changed: NoticeOf<'squads:membersChanged'> | undefined;
    moved: NoticeOf<'squads:positionsChanged'> | undefined;
  } => {
    const its = members.filter(({ squadId }) => isOf(squadId));
    const shown = new Set(its.map(({ memberId }) => memberId));
    const removedMemberIds = removed
      .filter(({ memberId, squadId }) => isOf(squadId) && !shown.has(memberId))
      .map(({ memberId }) => memberId);
    const moved = positions.filter(({ memberId }) => isOf(roster.member(memberId)?.squadId));
    return {
      changed: its.length > 0 || removedMemberIds.length > 0 ? { members: its, removedMemberIds } : undefined,
      moved: moved.length > 0 ? { positions: moved } : undefined,
    };
  };

  roster.onNews((news) => {
    const { squads } = news;
    // Who left the squads of a desk's scope is among the removed, by the former squad: nothing else is sent about members of other scopes.
    const seenBy = ({ scope }: { scope: Scope }): ReturnType<typeof newsOf> =>
      newsOf(news, (squadId) => scope.squads === 'all' || worksForSquad(scope, squadId));
    if (squads !== undefined) {
      surfaces.broadcastFor('squads:squadsChanged', ({ scope }) => ({
        squads: squads.filter(({ squadId }) => worksForSquad(scope, squadId)),
      }));
    }
    surfaces.broadcastFor('squads:membersChanged', (asker) => {
      const { changed } = seenBy(asker);
      if (changed === undefined || holds(asker, 'squads:manage')) return changed;
      return { ...changed, members: changed.members.map(withoutAddress) };
    });
    surfaces.broadcastFor('squads:positionsChanged', (asker) => seenBy(asker).moved);
    for (const { squadId } of roster.squads()) {
      const about = { squadId };
      // A phone shows the name of its squad, and calls the others by theirs.
      if (squads !== undefined) {
        surfaces.broadcastToOwn('squads:squadsChanged', { squads: squads.map(withoutHome) }, about);
      }
      const { changed, moved } = newsOf(news, (whose) => whose === squadId);
      if (changed !== undefined) {
        // Where members are comes to the leader as `squads:positionsChanged`, and to nobody else in the squad.
        const members = changed.members.map(withoutPosition).map(withoutAddress);
        surfaces.broadcastToOwn('squads:membersChanged', { ...changed, members }, about);
      }
      if (moved !== undefined) surfaces.broadcastToOwn('squads:positionsChanged', moved, about);
    }
  });
  emergencies.onChanged((emergency) => {
    const { squadId, memberId } = emergency;
    surfaces.broadcast('squads:emergencyChanged', { emergency }, { squadId, memberId });
  });
}
