/** An order that is given to a squad. Pure. */
import type { OrderEvent } from './orderEvents.ts';
import { maxOrderMembers } from './orderJoining.ts';
import type { OrderProgress } from './orderProgress.ts';

/** The order with the squad that has it from now on; nothing of the squad before is shown as its own. */
export function giveOrder(
  state: OrderProgress,
  event: Extract<OrderEvent, { type: 'dispatched' | 'reassigned' | 'passedOn' }>,
  nowMs: number,
): OrderProgress | 'no_members' {
  const { by, squadId, inChargeId } = event;
  const crewIds = [...new Set([inChargeId, ...event.memberIds])];
  const stayIds = event.type === 'dispatched' ? [] : (event.stayIds ?? []);
  const staying = state.deliveries.filter(
    ({ memberId, joined }) =>
      joined !== undefined && stayIds.includes(memberId) && !crewIds.includes(memberId),
  );
  const memberIds = [...crewIds, ...staying.map(({ memberId }) => memberId)];
  if (inChargeId === '' || memberIds.length > maxOrderMembers) return 'no_members';
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
    isOverdue: false,
    revision: state.revision + 1,
  };
}
