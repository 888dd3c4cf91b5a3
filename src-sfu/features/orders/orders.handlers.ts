import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import type { OrderPoint } from '../../../src-shared/orders/orderRank.ts';
import { may, worksForSquad } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { OrdersRepository } from './orders.repository.ts';
import type { RoadTimes } from './roadTimes.ts';
import type { OrdersService } from './orders.service.ts';
import { orderResource } from './orderScope.ts';

type OrderRequestName = Extract<keyof RequestHandlers, `orders:${string}`>;

/** Requests about orders, of desks and of phones. */
export function createOrderHandlers({
  orders,
  repository,
  onCreated,
  roads,
}: {
  orders: OrdersService;
  repository: OrdersRepository;
  /** An order was written; its alert is marked as dispatched. */
  onCreated(
    order: { orderId: string; alertId?: string | undefined },
    actor: { id: string; name: string },
  ): void;
  /** Where a router is configured: the roads from where members are. */
  roads?: { times: RoadTimes; positionOf(memberId: string): OrderPoint | undefined } | undefined;
}): RequestHandlers<OrderRequestName> {
  return {
    'orders:create': async (context, input) => {
      const actor = deskName(context);
      const answer = await orders.create(input, actor);
      if (answer.ok)
        onCreated(answer.data.order, { id: context.identity?.principal.accountId ?? actor, name: actor });
      return answer;
    },
    'orders:direct': (context, input) => orders.direct(input, deskName(context)),
    'orders:rank': async ({ identity }, { place, orderId }) => {
      const order = orderId === undefined ? undefined : await orders.find(orderId);
      const scope = identity?.principal.scope;
      const where = place ?? order?.place;
      const mayGo = ({ squadId }: { squadId: string }): boolean =>
        scope !== undefined && worksForSquad(scope, squadId);
      const straight = orders.rank(where, mayGo);
      const { latitude, longitude } = where ?? {};
      if (roads === undefined || latitude === undefined || longitude === undefined) return ok(straight);
      const from = straight.candidates.flatMap(({ memberId }) => {
        const position = roads.positionOf(memberId);
        return position === undefined ? [] : [{ memberId, position }];
      });
      const times = await roads.times.within(from, { latitude, longitude });
      return ok(times.size === 0 ? straight : orders.rank(where, mayGo, (memberId) => times.get(memberId)));
    },
    'orders:read': async (_context, { orderId }) => {
      const order = await orders.find(orderId);
      if (order === undefined) {
        return refuse('not_found', `There is no order ${orderId}.`, { reason: 'orders.no_such_order' });
      }
      return ok({ order, steps: await repository.steps(orderId) });
    },
    'orders:search': async ({ identity }, filter) => {
      const found = await repository.search(filter);
      const principal = identity?.principal;
      return ok({
        orders: found.filter(
          (order) => principal !== undefined && may(principal, 'orders:view', orderResource(order)),
        ),
      });
    },
    'orders:report': async ({ identity }, { reports }) => {
      const memberId = identity?.member?.memberId;
      if (memberId === undefined) {
        return refuse('not_joined', 'This phone is not signed in. Sign in with a code of the desk.', {
          reason: 'squads.not_signed_in',
        });
      }
      return ok(await orders.report(memberId, reports));
    },
  };
}
