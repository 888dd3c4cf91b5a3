import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
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
): Promise<Ack<{ order: Order }>> {
  return changeOrder(
    book,
    input,
    { id: leaderId, name: leaderId },
    {
      action: 'orders:lead',
      from: 'leader',
      isFree: false,
      alert: undefined,
      plan: ({ squadId }) =>
        squadId !== undefined && squadId === member(leaderId)?.squadId
          ? planLead(input.deed, leaderId, squadId, member)
          : refuse('forbidden', 'Your squad does not have this order any more.', {
              reason: 'orders.not_of_your_squad',
            }),
    },
  );
}

function planLead(deed: Input['deed'], by: string, squadId: string, member: MemberOf): Ack<OrderPlan> {
  switch (deed.type) {
    case 'accept':
      return ok({ event: { type: 'accepted', by }, step: { action: 'accepted', memberId: by } });
    case 'reject': {
      const { reason, note } = deed;
      const noted = note === undefined ? {} : { note };
      return ok({
        event: { type: 'rejected', by, reason, ...noted },
        step: { action: 'rejected', memberId: by, reason, ...noted },
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
      const { inChargeId } = going.data;
      return ok({
        event: { type: 'reassigned', by, ...going.data },
        step: { action: 'reassigned', squadId, memberId: inChargeId, reason: deed.reason },
      });
    }
  }
}
