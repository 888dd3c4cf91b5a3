import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { newDuty } from '../../../src-shared/squads/memberStatus.ts';
import { maxSquadMembers, type Member, type Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { newMember, type Roster } from './roster.ts';
import type { SquadsRepository } from './squads.repository.ts';

/** Which squads there are and who is in them, as desks keep it. */
export interface SquadRegistry {
  /** Without `homeDistricts` those before stay. */
  saveSquad(squad: Squad, actor: string): Promise<Ack<{ squad: Squad }>>;
  removeSquad(squadId: string, actor: string): Promise<Ack<Record<string, never>>>;
  saveMember(
    member: Pick<Member, 'memberId' | 'squadId' | 'name' | 'skills'>,
    actor: string,
  ): Promise<Ack<{ member: Member }>>;
  setLeader(memberId: string, isLeader: boolean, actor: string): Promise<Ack<{ member: Member }>>;
  /** The phone must have been signed out before. */
  removeMember(memberId: string, actor: string): Promise<Ack<Record<string, never>>>;
}

export interface SquadRegistryOptions {
  repository: SquadsRepository;
  roster: Roster;
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
  nowMs(): number;
}

const maxSquads = 500;
/** Changes of squads and of who is in them go one after the other. */
const registryTurn = ' registry';

export function createSquadRegistry(options: SquadRegistryOptions): SquadRegistry {
  const { repository, roster, inTurn, nowMs } = options;
  return {
    saveSquad: (wanted, actor) =>
      inTurn(registryTurn, async () => {
        const squad = withHome(wanted, roster.squad(wanted.squadId)?.homeDistricts);
        const others = roster.squads().filter(({ squadId }) => squadId !== squad.squadId);
        if (others.length >= maxSquads)
          return refuse('too_many', `There are ${maxSquads} squads already.`, {
            reason: 'squads.too_many_squads',
            limit: maxSquads,
          });
        if (others.some(({ name }) => name === squad.name)) {
          return refuse('conflict', `There is a squad ${squad.name} already. Choose another name.`, {
            reason: 'squads.name_is_taken',
            name: squad.name,
          });
        }
        await repository.saveSquad(squad, actor, nowMs());
        roster.putSquad(squad);
        return ok({ squad });
      }),
    removeSquad: (squadId, actor) =>
      inTurn(registryTurn, async () => {
        if (roster.squad(squadId) === undefined) return ok({});
        if (roster.membersOf(squadId).length > 0) {
          return refuse('conflict', 'The squad has members. Move or remove them first.', {
            reason: 'squads.squad_has_members',
          });
        }
        await repository.removeSquad(squadId, actor, nowMs());
        roster.dropSquad(squadId);
        return ok({});
      }),
    saveMember: ({ memberId, squadId, name, skills }, actor) =>
      inTurn(registryTurn, () =>
        inTurn(memberId, async () => {
          if (roster.squad(squadId) === undefined) {
            return refuse('not_found', `There is no squad ${squadId}. Add it first.`, {
              reason: 'squads.no_such_squad',
            });
          }
          const before = roster.member(memberId);
          if (before?.squadId !== squadId && roster.membersOf(squadId).length >= maxSquadMembers) {
            return refuse('too_many', `A squad takes ${maxSquadMembers} members.`, {
              reason: 'squads.squad_is_full',
              limit: maxSquadMembers,
            });
          }
          const member =
            before === undefined
              ? newMember({ memberId, squadId, name, skills, duty: newDuty(nowMs()) })
              : changedTo(before, { squadId, name, skills });
          await repository.saveMember(member, actor, nowMs());
          // Positions may arrive during the write, so only the saved fields are changed.
          const now = roster.member(memberId);
          const saved = now === undefined ? member : changedTo(now, { squadId, name, skills });
          roster.putMember(saved);
          return ok({ member: saved });
        }),
      ),
    setLeader: (memberId, isLeader, actor) =>
      inTurn(registryTurn, () =>
        inTurn(memberId, async () => {
          const member = roster.member(memberId);
          if (member === undefined) {
            return refuse('not_found', `There is no member ${memberId}.`, {
              reason: 'squads.no_such_member',
            });
          }
          if ((member.isLeader === true) === isLeader) return ok({ member });
          await repository.setLeader(member, isLeader, actor, nowMs());
          roster.change(memberId, { isLeader: isLeader ? true : undefined });
          return ok({ member: roster.member(memberId) ?? member });
        }),
      ),
    removeMember: (memberId, actor) =>
      inTurn(registryTurn, () =>
        inTurn(memberId, async () => {
          if (roster.member(memberId) === undefined) return ok({});
          await repository.removeMember(memberId, actor, nowMs());
          roster.dropMember(memberId);
          return ok({});
        }),
      ),
  };
}

/** The squad with the home districts that are wanted, or those `before`; the field is left out where there is none. */
function withHome({ homeDistricts: wanted, ...squad }: Squad, before: Squad['homeDistricts']): Squad {
  const homeDistricts = wanted ?? before ?? [];
  return homeDistricts.length === 0 ? squad : { ...squad, homeDistricts };
}

/** A member under this name in this squad; a leader leads only the squad of the appointment. Without `skills` those before stay. */
function changedTo(
  member: Member,
  { squadId, name, skills: wanted }: Pick<Member, 'squadId' | 'name' | 'skills'>,
): Member {
  const { isLeader, skills: before, ...others } = member;
  const leads = isLeader === true && member.squadId === squadId;
  const skills = wanted ?? before ?? [];
  return {
    ...others,
    squadId,
    name,
    ...(leads ? { isLeader } : {}),
    ...(skills.length === 0 ? {} : { skills }),
  };
}
