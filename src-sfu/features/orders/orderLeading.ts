import { joinedFromOthers } from '../../../src-shared/orders/orderJoining.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Member, MemberPosition } from '../../../src-shared/squads/squads.protocol.ts';
import type { OrderBook } from './orderBook.ts';
import { changeOrder } from './orderDirecting.ts';
import { crewOf, type OrderPlan } from './orderPlan.ts';

type Input = InputOf<'orders:lead'>;
type MemberOf = (memberId: string) => Member | undefined;

/** Carries out what the leader of a squad decided about an order that the squad has, once however often the command comes. */
export async function leadOrder(
  book: OrderBook,
  input: Input,
  leaderId: string,
  member: MemberOf,
  lastPosition: MemberPosition | undefined,
): Promise<Ack<{ order: Order }>> {
  const { place } = input;
  return changeOrder(
    book,
    input,
    { id: leaderId, name: leaderId },
    {
      action: 'orders:lead',
      position: place === undefined ? lastPosition : { ...place, atMs: book.nowMs() },
      from: 'leader',
      isFree: false,
      alert: undefined,
      nameOf: (actor) => member(actor)?.name ?? actor,
      plan: (order) =>
        order.squadId !== undefined && order.squadId === member(leaderId)?.squadId
          ? planLead(input.deed, leaderId, { ...order, squadId: order.squadId }, member)
          : refuse('forbidden', 'Your squad does not have this order any more.', {
              reason: 'orders.not_of_your_squad',
            }),
    },
  );
}

function planLead(
  deed: Input['deed'],
  by: string,
  order: Order & { squadId: string },
  member: MemberOf,
): Ack<OrderPlan> {
  const { squadId } = order;
  switch (deed.type) {
    case 'accept':
      return ok({
        event: { type: 'accepted', by, forSquad: true },
        step: { action: 'accepted', memberId: by },
      });
    case 'reject': {
      const { reason, note } = deed;
      const noted = note === undefined ? {} : { note };
      const stayIds = joinedFromOthers(order);
      const leavingIds = order.memberIds.filter((memberId) => !stayIds.includes(memberId));
      return ok({
        event: { type: 'rejected', by, reason, ...noted, forSquad: true },
        step: { action: 'rejected', memberId: by, memberIds: leavingIds, reason, ...noted },
      });
    }
    case 'reassign': {
      const going = crewOf(deed.crew, member);
      if (!going.ok) return going;
      if (going.data.squadId !== squadId) {
        return refuse('forbidden', 'A squad leader gives orders to the own squad alone.', {
          reason: 'orders.not_of_your_squad',
        });
      }
      const { inChargeId, memberIds } = going.data;
      // A leader disposes of the own squad: members whom the desk added from others stay.
      const stayIds = joinedFromOthers(order);
      return ok({
        event: { type: 'reassigned', by, ...going.data, stayIds },
        step: {
          action: 'reassigned',
          squadId,
          memberId: inChargeId,
          memberIds: [...new Set([...memberIds, ...stayIds])],
          reason: deed.reason,
        },
      });
    }
  }
}
