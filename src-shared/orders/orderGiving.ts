/** An order that is given to a squad, and that a squad gives back; members of other squads stay with it. Pure. */
import type { OrderEvent } from './orderEvents.ts';
import { joinedFromOthers, maxOrderMembers } from './orderJoining.ts';
import type { OrderProgress } from './orderProgress.ts';

/** The order with the squad that has it from now on; nothing of the squad before is shown as its own. */
export function giveOrder(
  state: OrderProgress,
  event: Extract<OrderEvent, { type: 'dispatched' | 'reassigned' | 'passedOn' }>,
  nowMs: number,
): OrderProgress | 'no_members' {
  const { by, squadId, inChargeId } = event;
  const crewIds = [...new Set([inChargeId, ...event.memberIds])];
  // After a rejection only members of other squads are left: they go with the next squad.
  const stayIds = event.type === 'dispatched' ? joinedFromOthers(state) : (event.stayIds ?? []);
  const staying = state.deliveries.filter(
    ({ memberId, joined }) =>
      joined !== undefined && stayIds.includes(memberId) && !crewIds.includes(memberId),
  );
  const memberIds = [...crewIds, ...staying.map(({ memberId }) => memberId)];
  if (inChargeId === '' || memberIds.length > maxOrderMembers) return 'no_members';
  // Another member of the squad that is late is not in time again: that stays to be seen until somebody takes the next step. The phone
  // rings and the desk is asked from the beginning, because this member was not called before.
  const staysLate = state.isOverdue && squadId === state.squadId;
  const { accepted: _accepted, enRoute: _enRoute, onScene: _onScene, declined: _declined, ...rest } = state;
  return {
    ...rest,
    squadId,
    memberIds,
    inChargeId,
    deliveries: [...crewIds.map((memberId) => ({ memberId })), ...staying],
    escalation: 0,
    dispatched: { by, atMs: nowMs },
    askedSquadIds: [...(state.askedSquadIds ?? []).filter((one) => one !== squadId), squadId].slice(-50),
    passedOn: event.type === 'passedOn' ? (state.passedOn ?? 0) + 1 : 0,
    state: 'dispatched',
    sinceMs: nowMs,
    isOverdue: staysLate,
    revision: state.revision + 1,
  };
}

/** The order without the squad that rejected it and its members; those whom the desk added from other squads wait for the next squad. */
export function giveBack(
  state: OrderProgress,
  event: Extract<OrderEvent, { type: 'rejected' }>,
  nowMs: number,
): OrderProgress | 'not_from_here' {
  if (state.state !== 'dispatched' || state.squadId === undefined) return 'not_from_here';
  const { squadId, inChargeId: _inCharge, dispatched: _dispatched, declined: _declined, ...rest } = state;
  const { by, reason, note } = event;
  const rejection = { squadId, by, atMs: nowMs, reason, ...(note === undefined ? {} : { note }) };
  const memberIds = joinedFromOthers(state);
  return {
    ...rest,
    memberIds,
    deliveries: state.deliveries.filter(({ memberId }) => memberIds.includes(memberId)),
    rejections: [...state.rejections, rejection].slice(-20),
    state: 'created',
    sinceMs: nowMs,
    revision: state.revision + 1,
  };
}
