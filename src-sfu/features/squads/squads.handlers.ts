import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { holds, type Scope } from '../../../src-shared/session/principal.ts';
import {
  endedEmergencyDays,
  maxEndedEmergencies,
  type EndedEmergency,
} from '../../../src-shared/squads/squads.protocol.ts';
import type { Denial } from '../../base/denial.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { Duties } from './duties.ts';
import type { Emergencies } from './emergencies.ts';
import type { Phones } from './phones.ts';
import type { Positions } from './positions.ts';
import type { SquadRegistry } from './registry.ts';
import type { Roster } from './roster.ts';
import { withoutAddress } from './squadsSnapshot.ts';

type SquadRequestName = Extract<keyof RequestHandlers, `squads:${string}`>;

const dayMs = 86_400_000;

/** Which SOS that ended are listed, the newest first. */
export interface EndedEmergenciesQuestion {
  fromMs: number;
  squads: Scope['squads'];
  limit: number;
}

export interface SquadHandlersOptions {
  roster: Roster;
  registry: SquadRegistry;
  phones: Phones;
  duties: Duties;
  positions: Positions;
  emergencies: Emergencies;
  /** SOS that ended since a moment, of these squads. */
  endedEmergencies(question: EndedEmergenciesQuestion): Promise<EndedEmergency[]>;
  nowMs(): number;
  /** A phone showed a code that is wrong, used or too old. */
  denied(denial: Denial): void;
}

/** Requests of desks and phones about squads. Which member a phone belongs to was decided when it joined, not by its messages. */
export function createSquadHandlers(options: SquadHandlersOptions): RequestHandlers<SquadRequestName> {
  const { roster, registry, phones, duties, positions, emergencies } = options;
  const asMember = async <T>(
    { identity }: SurfaceContext,
    work: (memberId: string) => Ack<T> | Promise<Ack<T>>,
  ): Promise<Ack<T>> => {
    const memberId = identity?.member?.memberId;
    if (memberId === undefined || roster.member(memberId) === undefined) {
      return refuse('not_joined', 'This phone is not signed in. Sign in with a code of the desk.', {
        reason: 'squads.not_signed_in',
      });
    }
    return work(memberId);
  };
  return {
    'squads:saveSquad': (context, { squad }) => registry.saveSquad(squad, deskName(context)),
    'squads:removeSquad': (context, { squadId }) => registry.removeSquad(squadId, deskName(context)),
    'squads:saveMember': (context, { member }) => registry.saveMember(member, deskName(context)),
    'squads:setLeader': (context, { memberId, isLeader }) =>
      registry.setLeader(memberId, isLeader, deskName(context)),
    'squads:leadDuty': (context, input) =>
      asMember(context, async (leaderId) => {
        const squad = roster.membersOf(roster.member(leaderId)?.squadId ?? '');
        const led = squad.filter(({ memberId }) => (input.memberId ?? memberId) === memberId);
        return ok(
          await duties.lead(
            input,
            led.map(({ memberId }) => memberId),
            leaderId,
          ),
        );
      }),
    'squads:removeMember': async (context, { memberId }) => {
      await phones.signOut(memberId, 'removed', deskName(context));
      return registry.removeMember(memberId, deskName(context));
    },
    'squads:makeSignInCode': (context, { memberId }) => phones.makeCode(memberId, deskName(context)),
    'squads:revokePhone': async (context, { memberId }) => {
      await phones.signOut(memberId, 'revoked', deskName(context));
      return ok({});
    },
    'squads:setStatus': async (context, input) => {
      const answer = await duties.setByCentre(input, deskName(context));
      const principal = context.identity?.principal;
      if (!answer.ok || (principal !== undefined && holds(principal, 'squads:manage'))) return answer;
      return ok({ member: withoutAddress(answer.data.member) });
    },

    'squads:signIn': async ({ address, connectionId }, input) => {
      const answer = await phones.signIn(input, address, connectionId);
      if (!answer.ok) {
        const code = answer.reason.replace('squads.', '');
        options.denied({ actor: '', subject: 'squads:signIn', code, address });
      }
      return answer;
    },
    'squads:signOut': (context) =>
      asMember(context, async (memberId) => {
        await phones.signOut(memberId, 'by_phone', memberId);
        return ok({});
      }),
    'squads:reportStatuses': (context, { changes }) =>
      asMember(context, (memberId) => duties.report(memberId, changes)),
    'squads:checkIn': (context) =>
      asMember(context, async (memberId) => {
        const duty = await duties.checkIn(memberId);
        return duty === undefined
          ? refuse('not_found', 'This member was removed.', { reason: 'squads.no_such_member' })
          : ok({ duty });
      }),
    'squads:reportPositions': (context, input) =>
      asMember(context, (memberId) => {
        positions.report(memberId, input.positions);
        return ok({});
      }),
    'squads:stopSharingPosition': (context) =>
      asMember(context, async (memberId) => {
        await positions.stopSharing(memberId);
        return ok({});
      }),
    'squads:reportPhone': (context, { phoneState }) =>
      asMember(context, (memberId) => {
        roster.change(memberId, { phoneState });
        return ok({});
      }),
    'squads:raiseEmergency': (context, input) =>
      asMember(context, (memberId) => emergencies.raise(memberId, input)),
    'squads:confirmEmergencyShown': (context, { emergencyId }) =>
      emergencies.work(emergencyId, { type: 'shown', by: deskName(context) }, deskName(context)),
    'squads:acknowledgeEmergency': (context, { emergencyId }) =>
      emergencies.work(emergencyId, { type: 'acknowledged', by: deskName(context) }, deskName(context)),
    'squads:listEmergencies': async ({ identity }) =>
      ok({
        emergencies: await options.endedEmergencies({
          fromMs: options.nowMs() - endedEmergencyDays * dayMs,
          squads: identity?.principal.scope.squads ?? [],
          limit: maxEndedEmergencies,
        }),
      }),
    'squads:endEmergency': (context, { emergencyId, outcome, reason }) =>
      emergencies.work(
        emergencyId,
        { type: 'ended', outcome, reason, by: deskName(context) },
        deskName(context),
      ),
  };
}
