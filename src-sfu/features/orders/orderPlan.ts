import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OrderEvent } from '../../../src-shared/orders/order.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { OrderDeed, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';

type MemberOf = (memberId: string) => Member | undefined;

/** Who goes with an order, and which squad that is. */
export interface OrderCrew {
  squadId: string;
  memberIds: string[];
  inChargeId: string;
}

/** What an officer's deed does to an order: the event, and the line of its history. A note is only a line. */
export interface OrderPlan {
  event: OrderEvent | undefined;
  step: Omit<OrderStep, 'atMs' | 'happenedAtMs' | 'actor'>;
}

/** Who goes: members that exist, all of one squad. */
export function crewOf(
  crew: Extract<OrderDeed, { type: 'dispatch' }>['crew'],
  member: MemberOf,
): Ack<OrderCrew> {
  const memberIds = [...new Set([crew.inChargeId, ...crew.memberIds])];
  const members = memberIds.map(member);
  if (members.some((one) => one === undefined)) {
    return refuse('not_found', 'One of these members was removed. Choose again who goes.', {
      reason: 'orders.no_such_member',
    });
  }
  const squads = new Set(members.map((one) => one?.squadId));
  const [squadId] = squads;
  if (squads.size !== 1 || squadId === undefined) {
    return refuse('bad_request', 'All who go must be of one squad. Write a second order for the other.', {
      reason: 'orders.members_of_several_squads',
    });
  }
  return ok({ squadId, memberIds, inChargeId: crew.inChargeId });
}

/** What is to be written for a deed. */
export function planDeed(deed: OrderDeed, actor: string, member: MemberOf): Ack<OrderPlan> {
  switch (deed.type) {
    case 'dispatch':
    case 'reassign': {
      const going = crewOf(deed.crew, member);
      if (!going.ok) return going;
      const { squadId, inChargeId } = going.data;
      const type = deed.type === 'dispatch' ? 'dispatched' : 'reassigned';
      const reason = deed.type === 'reassign' ? { reason: deed.reason } : {};
      return ok({
        event: { type, by: actor, ...going.data },
        step: { action: type, squadId, memberId: inChargeId, ...reason },
      });
    }
    case 'close': {
      const note = deed.note === undefined ? {} : { note: deed.note };
      return ok({ event: { type: 'closed', by: actor, ...note }, step: { action: 'closed', ...note } });
    }
    case 'cancel':
      return ok({
        event: { type: 'cancelled', by: actor, reason: deed.reason },
        step: { action: 'cancelled', reason: deed.reason },
      });
    case 'note':
      return ok({ event: undefined, step: { action: 'noted', note: deed.note } });
  }
}

/** What is to be written when a supervisor takes a step that the squad did not take. */
export function planOverride(
  { to, reason, disposition }: Pick<InputOf<'orders:override'>, 'to' | 'reason' | 'disposition'>,
  actor: string,
): OrderPlan {
  return {
    event: { type: 'overridden', by: actor, to, disposition, reason },
    step: { action: 'overridden', to, reason, ...(disposition === undefined ? {} : { note: disposition }) },
  };
}
