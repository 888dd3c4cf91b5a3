import type { Emergencies } from '../features/squads/emergencies.ts';
import type { Roster, RosterNews } from '../features/squads/roster.ts';
import type { Signaling } from '../signaling/signaling.ts';

/** Notifies desks and screens of what happens to all squads, and each phone of what happens in its own squad. */
export function announceSquads(options: {
  surfaces: Pick<Signaling, 'broadcast' | 'broadcastToOwn'>;
  roster: Pick<Roster, 'onNews' | 'member' | 'squads'>;
  emergencies: Pick<Emergencies, 'onChanged'>;
}): void {
  const { surfaces, roster, emergencies } = options;

  /** Sends what concerns the members for whom `isOf` holds, through `send`. */
  const sendNews = (
    { members, removed, positions }: RosterNews,
    send: Pick<Signaling, 'broadcast'>['broadcast'],
    isOf: (squadId: string | undefined) => boolean,
  ): void => {
    const its = members.filter(({ squadId }) => isOf(squadId));
    const shown = new Set(its.map(({ memberId }) => memberId));
    const removedMemberIds = removed
      .filter(({ memberId, squadId }) => isOf(squadId) && !shown.has(memberId))
      .map(({ memberId }) => memberId);
    if (its.length > 0 || removedMemberIds.length > 0)
      send('squads:membersChanged', { members: its, removedMemberIds });
    const moved = positions.filter(({ memberId }) => isOf(roster.member(memberId)?.squadId));
    if (moved.length > 0) send('squads:positionsChanged', { positions: moved });
  };

  roster.onNews((news) => {
    const { squads } = news;
    if (squads !== undefined) surfaces.broadcast('squads:squadsChanged', { squads });
    sendNews(news, surfaces.broadcast, () => true);
    for (const { squadId } of roster.squads()) {
      // A phone shows the name of its squad, and calls the others by theirs.
      if (squads !== undefined) surfaces.broadcastToOwn('squads:squadsChanged', { squads }, { squadId });
      sendNews(
        news,
        (name, payload) => surfaces.broadcastToOwn(name, payload, { squadId }),
        (whose) => whose === squadId,
      );
    }
  });
  emergencies.onChanged((emergency) => {
    const { squadId, memberId } = emergency;
    surfaces.broadcast('squads:emergencyChanged', { emergency }, { squadId, memberId });
  });
}
