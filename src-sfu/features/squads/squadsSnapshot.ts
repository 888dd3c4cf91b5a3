import type { Member, Squad, SquadsSnapshot } from '../../../src-shared/squads/squads.protocol.ts';
import { worksForSquad, type Scope } from '../../../src-shared/session/principal.ts';
import type { Emergencies } from './emergencies.ts';
import type { Roster } from './roster.ts';

/**
 * The part of squads that a surface may see: a phone only its own squad, of others no positions unless it is the leader's, and no trails, because it draws no map; a desk or
 * a screen its `scope`. From where phones are connected is shown to those alone who manage squads (`seesAddresses`).
 */
export function squadsSnapshot(
  roster: Pick<Roster, 'squads' | 'members' | 'membersOf' | 'member' | 'trail'>,
  emergencies: Pick<Emergencies, 'open'>,
  memberId: string | undefined,
  { scope, seesAddresses }: { scope: Scope; seesAddresses: boolean },
): SquadsSnapshot {
  const self = memberId === undefined ? undefined : roster.member(memberId);
  if (self !== undefined) {
    return {
      squads: roster.squads().map(withoutHome),
      members: roster
        .membersOf(self.squadId)
        .map((member) => (self.isLeader === true || member === self ? member : withoutPosition(member)))
        .map(withoutAddress),
      emergencies: emergencies
        .open()
        .filter(({ memberId: whose, squadId }) => squadId === self.squadId || whose === self.memberId),
      self: { memberId: self.memberId, squadId: self.squadId },
    };
  }
  const isSeen = ({ squadId }: { squadId: string }): boolean => worksForSquad(scope, squadId);
  const seen = roster.members().filter(isSeen);
  const members = seesAddresses ? seen : seen.map(withoutAddress);
  return {
    squads: roster.squads().filter(isSeen),
    members,
    trails: members
      .map(({ memberId: id }) => ({ memberId: id, points: [...roster.trail(id)] }))
      .filter(({ points }) => points.length > 1),
    emergencies: emergencies.open().filter(isSeen),
  };
}

/** A member as the phones of others see it who do not lead the squad. */
export function withoutPosition({ position: _theirs, ...member }: Member): Member {
  return member;
}

/** A member as phones, screens and whoever does not manage squads see it: from where a phone is connected is for those who sign it out. */
export function withoutAddress(member: Member): Member {
  if (member.phone?.address === undefined) return member;
  const { address: _theirs, ...phone } = member.phone;
  return { ...member, phone };
}

/** A squad as phones see it: which districts others work in is for the command centre, which ranks by it. */
export function withoutHome({ homeDistricts: _home, ...squad }: Squad): Squad {
  return squad;
}
