import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import {
  transitionDuty,
  type MemberDuty,
  type StatusRefusal,
} from '../../../src-shared/squads/memberStatus.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import type { Roster } from './roster.ts';
import type { SquadsRepository, StatusChange } from './squads.repository.ts';

/** Statuses of members: kept, and each change applied exactly once. */
export interface Duties {
  report(
    memberId: string,
    changes: InputOf<'squads:reportStatuses'>['changes'],
  ): Promise<Ack<OutputOf<'squads:reportStatuses'>>>;
  setByCentre(input: InputOf<'squads:setStatus'>, actor: string): Promise<Ack<{ member: Member }>>;
  /** A leader begins or ends the duty of these members. */
  lead(
    input: Pick<InputOf<'squads:leadDuty'>, 'commandId' | 'isOnDuty'>,
    memberIds: readonly string[],
    leaderId: string,
  ): Promise<OutputOf<'squads:leadDuty'>>;
  /** The member gave a sign of life. */
  checkIn(memberId: string): Promise<MemberDuty | undefined>;
}

export interface DutiesOptions {
  repository: SquadsRepository;
  roster: Roster;
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
  nowMs(): number;
}

export function createDuties({ repository, roster, inTurn, nowMs }: DutiesOptions): Duties {
  /** Members whose present status they set themselves, since this start. */
  const setByItself = new Set<string>();
  const gone = (memberId: string): Ack<never> =>
    refuse('not_found', `There is no member ${memberId}.`, { reason: 'squads.no_such_member' });
  return {
    report: (memberId, asked) =>
      inTurn(memberId, async () => {
        const member = roster.member(memberId);
        if (member === undefined) return gone(memberId);
        const known = new Map(
          (
            await repository.findChanges(
              memberId,
              asked.map(({ changeId }) => changeId),
            )
          ).map((change) => [change.changeId, change]),
        );
        let { duty } = member;
        const fresh: StatusChange[] = [];
        for (const { changeId, status, ageMs } of asked) {
          if (known.has(changeId)) continue;
          const receivedAtMs = nowMs();
          // The changes of a phone are in its own order: an older status of its own never replaces a newer one, however late it
          // arrives.
          const earliestMs = setByItself.has(memberId) ? duty.sinceMs : -Infinity;
          const happenedAtMs = Math.max(receivedAtMs - ageMs, earliestMs);
          const step = transitionDuty(
            duty,
            { type: 'changed', status, by: 'member', happenedAtMs },
            receivedAtMs,
          );
          if (step.ok) {
            duty = step.state;
            setByItself.add(memberId);
          }
          const change: StatusChange = {
            changeId,
            memberId,
            status,
            changedBy: 'member',
            happenedAtMs,
            receivedAtMs,
            ...(step.ok ? {} : { refusal: step.reason }),
          };
          known.set(changeId, change);
          fresh.push(change);
        }
        if (fresh.length > 0) {
          await repository.saveChanges(fresh, memberId, duty);
          roster.change(memberId, { duty });
        }
        const results = asked.map(({ changeId }) => {
          const refusal = known.get(changeId)?.refusal;
          return { changeId, applied: refusal === undefined, ...(refusal === undefined ? {} : { refusal }) };
        });
        return ok({ results, duty });
      }),
    setByCentre: ({ changeId, memberId, status }, actor) =>
      inTurn(memberId, async () => {
        const member = roster.member(memberId);
        if (member === undefined) return gone(memberId);
        const [known] = await repository.findChanges(memberId, [changeId]);
        if (known !== undefined) return ok({ member });
        const atMs = nowMs();
        const step = transitionDuty(
          member.duty,
          { type: 'changed', status, by: 'centre', happenedAtMs: atMs },
          atMs,
        );
        if (!step.ok) {
          return refuse(
            'conflict',
            `${member.name} is ${member.duty.status}; ${status} cannot follow. Choose another status.`,
            { reason: 'squads.status_cannot_follow', name: member.name },
          );
        }
        const change = {
          changeId,
          memberId,
          status,
          changedBy: actor,
          happenedAtMs: atMs,
          receivedAtMs: atMs,
        };
        await repository.saveChanges([change], memberId, step.state);
        setByItself.delete(memberId);
        roster.change(memberId, { duty: step.state });
        return ok({ member: roster.member(memberId) ?? member });
      }),
    async lead({ commandId, isOnDuty }, memberIds, leaderId) {
      const answers = await Promise.all(
        memberIds.map(async (memberId) => ({ memberId, refusal: await leadOne(memberId) })),
      );
      return {
        changedMemberIds: answers.flatMap(({ memberId, refusal }) => (refusal === undefined ? memberId : [])),
        refusals: answers.flatMap(({ memberId, refusal }) =>
          refusal === undefined || refusal === 'unchanged' ? [] : { memberId, refusal },
        ),
      };

      function leadOne(memberId: string): Promise<StatusRefusal | 'unchanged' | undefined> {
        return inTurn(memberId, async () => {
          const member = roster.member(memberId);
          if (member === undefined) return 'unchanged';
          const [known] = await repository.findChanges(memberId, [commandId]);
          if (known !== undefined) return known.refusal;
          const status = isOnDuty ? 'available' : 'off_duty';
          if (isOnDuty ? member.duty.status !== 'off_duty' : member.duty.status === 'off_duty') {
            return 'unchanged';
          }
          const atMs = nowMs();
          const step = transitionDuty(
            member.duty,
            { type: 'changed', status, by: 'member', happenedAtMs: atMs },
            atMs,
          );
          const change: StatusChange = {
            changeId: commandId,
            memberId,
            status,
            changedBy: leaderId,
            happenedAtMs: atMs,
            receivedAtMs: atMs,
            ...(step.ok ? {} : { refusal: step.reason }),
          };
          await repository.saveChanges([change], memberId, step.ok ? step.state : member.duty);
          if (!step.ok) return step.reason;
          setByItself.delete(memberId);
          roster.change(memberId, { duty: step.state });
          return undefined;
        });
      }
    },
    checkIn: (memberId) =>
      inTurn(memberId, async () => {
        const member = roster.member(memberId);
        if (member === undefined) return undefined;
        const step = transitionDuty(member.duty, { type: 'checkedIn' }, nowMs());
        if (!step.ok) return member.duty;
        await repository.saveDuty(memberId, step.state);
        roster.change(memberId, { duty: step.state });
        return step.state;
      }),
  };
}
