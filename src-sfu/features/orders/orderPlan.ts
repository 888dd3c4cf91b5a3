import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OrderEvent } from '../../../src-shared/orders/order.ts';
import { joinedFromOthers, maxOrderMembers } from '../../../src-shared/orders/orderJoining.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Order, OrderDeed, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
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
  step: PlannedStep;
  /** The other lines, where members of several squads are added: one for each squad. */
  otherSteps?: readonly PlannedStep[];
}

type PlannedStep = Omit<OrderStep, 'atMs' | 'happenedAtMs' | 'actor'>;

/** Who goes: members that exist, all of one squad. */
export function crewOf(
  crew: Extract<OrderDeed, { type: 'dispatch' }>['crew'],
  member: MemberOf,
): Ack<OrderCrew> {
  const memberIds = [...new Set([crew.inChargeId, ...crew.memberIds])];
  const members = memberIds.map(member);
  if (members.some((one) => one === undefined)) return noSuchMember();
  const squads = new Set(members.map((one) => one?.squadId));
  const [squadId] = squads;
  if (squads.size !== 1 || squadId === undefined) {
    return refuse(
      'bad_request',
      'All who are sent at first must be of one squad. Add the others to the order that it has.',
      { reason: 'orders.members_of_several_squads' },
    );
  }
  return ok({ squadId, memberIds, inChargeId: crew.inChargeId });
}

/** Who is added to those who go: members that exist and do not go yet. */
function planJoining(
  order: Order,
  deed: Extract<OrderDeed, { type: 'add' }>,
  by: string,
  member: MemberOf,
): Ack<OrderPlan> {
  const { number } = order;
  const members: { memberId: string; squadId: string }[] = [];
  for (const memberId of new Set(deed.memberIds)) {
    const found = member(memberId);
    if (found === undefined) return noSuchMember();
    if (!order.memberIds.includes(memberId)) members.push({ memberId, squadId: found.squadId });
  }
  if (members.length === 0) {
    return refuse('conflict', `These members go for order ${number} already.`, {
      reason: 'orders.members_go_already',
      number,
    });
  }
  if (order.memberIds.length + members.length > maxOrderMembers) return tooManyMembers(number);
  const bySquad = Map.groupBy(members, ({ squadId }) => squadId);
  const [step, ...otherSteps] = [...bySquad].map(([squadId, ofSquad]) => ({
    action: 'joined' as const,
    squadId,
    memberIds: ofSquad.map(({ memberId }) => memberId),
  }));
  return ok({ event: { type: 'joined', by, members }, step: step ?? { action: 'joined' }, otherSteps });
}

/** Who is taken off: members who were added. Also one who is in the list of members no more. */
function planRemoving(
  { number, deliveries }: Order,
  deed: Extract<OrderDeed, { type: 'remove' }>,
  by: string,
): Ack<OrderPlan> {
  const memberIds = [...new Set(deed.memberIds)];
  const added = deliveries.filter(
    ({ memberId, joined }) => joined !== undefined && memberIds.includes(memberId),
  );
  if (added.length < memberIds.length) {
    return refuse('conflict', `Only members who were added are taken off order ${number}.`, {
      reason: 'orders.members_not_added',
      number,
    });
  }
  return ok({ event: { type: 'removed', by, memberIds }, step: { action: 'removed', memberIds } });
}

function tooManyMembers(number: string): Ack<never> {
  return refuse('too_many', `At most ${maxOrderMembers} members go for one order.`, {
    reason: 'orders.too_many_members',
    number,
    limit: maxOrderMembers,
  });
}

function noSuchMember(): Ack<never> {
  return refuse('not_found', 'One of these members was removed. Choose again who goes.', {
    reason: 'orders.no_such_member',
  });
}

/** What is to be written for a deed. */
export function planDeed(deed: OrderDeed, actor: string, member: MemberOf, order: Order): Ack<OrderPlan> {
  switch (deed.type) {
    case 'dispatch':
    case 'reassign': {
      const going = crewOf(deed.crew, member);
      if (!going.ok) return going;
      const { squadId, inChargeId } = going.data;
      const type = deed.type === 'dispatch' ? 'dispatched' : 'reassigned';
      // Whom the desk added before a squad rejected the order goes with the next one.
      const stayIds = deed.type === 'dispatch' ? joinedFromOthers(order) : [];
      const memberIds = [...new Set([...going.data.memberIds, ...stayIds])];
      if (memberIds.length > maxOrderMembers) return tooManyMembers(order.number);
      const reason = deed.type === 'reassign' ? { reason: deed.reason } : {};
      return ok({
        event: { type, by: actor, ...going.data },
        step: { action: type, squadId, memberId: inChargeId, memberIds, ...reason },
      });
    }
    case 'add':
      return planJoining(order, deed, actor, member);
    case 'remove':
      return planRemoving(order, deed, actor);
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
