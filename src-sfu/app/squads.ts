import type { District } from '../../src-shared/cameras/cameras.protocol.ts';
import { isEmergencyEnded } from '../../src-shared/squads/emergency.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import type { Member } from '../../src-shared/squads/squads.protocol.ts';
import { deviceOf, type Visit } from '../base/doors.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createTurns } from '../base/turns.ts';
import { createDuties, type Duties } from '../features/squads/duties.ts';
import { createEmergencies, type Emergencies } from '../features/squads/emergencies.ts';
import {
  createMemberConnections,
  type MemberConnections,
} from '../features/squads/memberConnections.service.ts';
import { createPhones, type Phones } from '../features/squads/phones.ts';
import { createPositions } from '../features/squads/positions.ts';
import { createSquadRegistry } from '../features/squads/registry.ts';
import { createRoster, type Roster } from '../features/squads/roster.ts';
import { createSquadHandlers } from '../features/squads/squads.handlers.ts';
import { squadsSnapshot } from '../features/squads/squadsSnapshot.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { readEndedEmergencies } from '../storage/endedEmergencies.sql.ts';
import { createSquadsRepository } from '../storage/squads.sql.ts';
import type { HubFeature } from './contract.ts';
import type { DenialLog } from './denials.ts';
import type { Drivers } from './drivers.ts';
import { announceSquads } from './squadsAnnouncer.ts';

/** Squads, members, their phones, statuses, positions and emergencies. */
export interface SquadsFeature extends HubFeature<Extract<keyof RequestHandlers, `squads:${string}`>> {
  roster: Roster;
  duties: Duties;
  emergencies: Emergencies;
  phones: Phones;
  connections: MemberConnections;
  /** The squad in which a member is now. */
  squadOfMember(memberId: string): string | undefined;
  /** The squad of an emergency that is not ended. */
  squadOfEmergency(emergencyId: string): string | undefined;
  /** Where a squad works as a rule. */
  homeDistrictsOf(squadId: string): readonly District[];
}

/** How often the last use of phones is written, and unused ones are signed out. Milliseconds. */
const tidyEveryMs = 60_000;

/** A member has one phone: what ends when it is signed out is named after the member. */
function phoneSessionId(memberId: string): string {
  return `phone:${memberId}`;
}

function phonePrincipal(visit: Visit, memberId: string, member: Member | undefined): Principal {
  return {
    kind: 'phone',
    accountId: memberId,
    name: member?.name ?? memberId,
    role: member?.isLeader === true ? 'squad_leader' : 'squad_member',
    scope: { districts: [], squads: member === undefined ? [] : [member.squadId] },
    sessionId: phoneSessionId(memberId),
    device: member?.phone?.name ?? deviceOf(visit),
    address: visit.address,
  };
}

/** Composes squads and loads their stored content. */
export async function createSquadsFeature(
  { store, urgentStore, spool, logger, nowMs }: Drivers,
  { denied }: Pick<DenialLog, 'denied'>,
): Promise<SquadsFeature> {
  const repository = createSquadsRepository(store);
  const content = await repository.load(nowMs());
  const roster = createRoster(content);
  const inTurn = createTurns();
  const shared = { repository, roster, inTurn, nowMs };
  const phones = createPhones({ ...shared, content });
  const duties = createDuties(shared);
  const emergencies = createEmergencies({
    ...shared,
    repository: createSquadsRepository(urgentStore),
    spool,
    content,
    logger,
  });
  const positions = createPositions({ ...shared, logger });
  const squadOfMember = (memberId: string): string | undefined => roster.member(memberId)?.squadId;
  const connections = createMemberConnections({
    member: roster.member,
    changed(memberId, isConnected) {
      phones.used(memberId);
      const phone = phones.phoneOf(memberId);
      // One that is being signed out stays in the roster until that is stored.
      const known = phone === undefined ? {} : { phone };
      roster.change(memberId, { isConnected, connectionSinceMs: nowMs(), ...known });
    },
  });
  let timer: Timer | undefined;
  const tidy = (): void => {
    phones
      .tidy((memberId) => connections.of(memberId) !== undefined)
      .catch((error: unknown) => logger.error({ err: error }, 'the last use of phones could not be stored'))
      .finally(() => (timer = startTimer(tidy, tidyEveryMs)));
  };
  roster.onNews(({ members }) => connections.membersChanged(members));
  phones.onSignedOut((memberId, reason) => {
    const connection = connections.of(memberId);
    connection?.notify('squads:signedOut', { reason: reason === 'unused' ? 'revoked' : reason });
    connection?.disconnect();
  });

  return {
    roster,
    duties,
    emergencies,
    phones,
    connections,
    squadOfMember,
    homeDistrictsOf: (squadId) => roster.squad(squadId)?.homeDistricts ?? [],
    squadOfEmergency: (emergencyId) =>
      emergencies.open().find((emergency) => emergency.emergencyId === emergencyId)?.squadId,
    door: {
      principalOf(visit) {
        // Over HTTP a phone shows it as `Authorization: Bearer`, as everything else that is no browser with a cookie.
        const { key, memberToken = key } = visit.credentials;
        const memberId = memberToken === undefined ? undefined : phones.memberOf(memberToken);
        if (memberId === undefined) return undefined;
        phones.used(memberId, visit.address);
        return phonePrincipal(visit, memberId, roster.member(memberId));
      },
      onRevoked: (listener) => phones.onSignedOut((memberId) => listener(phoneSessionId(memberId))),
    },
    metrics: [
      {
        name: 'mingchu_members',
        help: 'Squad members, by whether their phone is connected',
        label: 'phone',
        read() {
          const members = roster.members();
          const connected = members.filter(({ memberId }) => connections.of(memberId) !== undefined).length;
          return { connected, away: members.length - connected };
        },
      },
      {
        name: 'mingchu_emergencies_open',
        help: 'Emergencies that are not ended',
        read: () => emergencies.open().filter(({ progress }) => !isEmergencyEnded(progress)).length,
      },
    ],
    handlers: createSquadHandlers({
      roster,
      phones,
      duties,
      positions,
      emergencies,
      endedEmergencies: (question) => readEndedEmergencies(store, question, logger),
      registry: createSquadRegistry(shared),
      nowMs,
      denied,
    }),
    joined: (context) => connections.joined(context, context.identity?.member?.memberId),
    left(context) {
      phones.senderGone(context.connectionId);
      connections.left(context, context.identity?.member?.memberId);
    },
    snapshotFor({ identity }) {
      if (identity === undefined) return {};
      const memberId = identity.member?.memberId;
      const isKnownMember = memberId !== undefined && roster.member(memberId) !== undefined;
      const { principal } = identity;
      const asker = { scope: principal.scope, seesAddresses: may(principal, 'squads:manage') };
      if (isKnownMember || may(principal, 'squads:view')) {
        return { squads: squadsSnapshot(roster, emergencies, memberId, asker) };
      }
      if (!may(principal, 'squads:viewEmergencies')) return {};
      const { squads, emergencies: open } = squadsSnapshot(roster, emergencies, undefined, asker);
      return { squads: { squads, members: [], emergencies: open } };
    },
    announceTo: (surfaces) => announceSquads({ surfaces, roster, emergencies }),
    start: () => void (timer = startTimer(tidy, tidyEveryMs)),
    async close() {
      timer?.cancel();
      roster.close();
      await Promise.all([positions.close(), emergencies.close()]);
    },
  };
}
