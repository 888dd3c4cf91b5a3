import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OrderPoint } from '../../../src-shared/orders/orderRank.ts';
import { may, nowhere, worksForSquad } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { Officer } from './orderCreation.ts';
import { orderResource } from './orderScope.ts';
import type { OrderSettingsService } from './orderSettings.service.ts';
import type { OrdersRepository } from './orders.repository.ts';
import type { RoadTimes } from './roadTimes.ts';
import type { OrdersService } from './orders.service.ts';

type OrderRequestName = Extract<keyof RequestHandlers, `orders:${string}`>;

/** Requests about orders, of desks and of phones. */
export function createOrderHandlers({
  orders,
  repository,
  settings,
  roads,
}: {
  orders: OrdersService;
  repository: OrdersRepository;
  settings: Pick<OrderSettingsService, 'save'>;
  /** Where a router is configured: the roads from where members are. */
  roads?: { times: RoadTimes; positionOf(memberId: string): OrderPoint | undefined } | undefined;
}): RequestHandlers<OrderRequestName> {
  return {
    'orders:create': async (context, input) => {
      const known = await orders.find(input.orderId);
      const principal = context.identity?.principal;
      // A repeat is answered with the order: only to those who may see it.
      if (
        known !== undefined &&
        (principal === undefined || !may(principal, 'orders:view', orderResource(known)))
      ) {
        return refuse('forbidden', 'This id is of an order of another part of the city. Make a new one.', {
          reason: 'session.outside_scope',
        });
      }
      return orders.create(input, officerOf(context));
    },
    'orders:direct': (context, input) => orders.direct(input, officerOf(context)),
    'orders:lead': ({ identity }, input) => {
      const leaderId = identity?.member?.memberId;
      return leaderId === undefined ? Promise.resolve(notSignedIn()) : orders.lead(input, leaderId);
    },
    'orders:override': (context, input) => orders.override(input, officerOf(context)),
    'orders:saveSettings': (context, wanted) => settings.save(wanted, deskName(context)),
    'orders:rank': async ({ identity }, { place, skill, orderId }) => {
      const order = orderId === undefined ? undefined : await orders.find(orderId);
      const principal = identity?.principal;
      const scope = principal?.scope;
      // How far it is to an order of another part of the city would show where that is.
      const isSeen =
        order !== undefined && principal !== undefined && may(principal, 'orders:view', orderResource(order));
      const where = place ?? (isSeen ? order.place : undefined);
      const wanted = { place: where, skill: skill ?? (isSeen ? order.skill : undefined) };
      const mayGo = ({ squadId }: { squadId: string }): boolean =>
        scope !== undefined && worksForSquad(scope, squadId);
      const straight = orders.rank(wanted, mayGo);
      const { latitude, longitude } = where ?? {};
      if (roads === undefined || latitude === undefined || longitude === undefined) return ok(straight);
      const from = straight.candidates.flatMap(({ memberId }) => {
        const position = roads.positionOf(memberId);
        return position === undefined ? [] : [{ memberId, position }];
      });
      const times = await roads.times.within(from, { latitude, longitude });
      return ok(times.size === 0 ? straight : orders.rank(wanted, mayGo, (memberId) => times.get(memberId)));
    },
    'orders:read': async (_context, { orderId }) => {
      const order = await orders.find(orderId);
      if (order === undefined) {
        return refuse('not_found', `There is no order ${orderId}.`, { reason: 'orders.no_such_order' });
      }
      return ok({ order, steps: await repository.steps(orderId) });
    },
    'orders:search': async ({ identity }, { limit, cursor, ...filter }) =>
      ok(await repository.search({ filter, limit, cursor, scope: identity?.principal.scope ?? nowhere })),
    'orders:report': async ({ identity }, { reports }) => {
      const memberId = identity?.member?.memberId;
      if (memberId === undefined) return notSignedIn();
      return ok(await orders.report(memberId, reports));
    },
  };
}

function notSignedIn(): Ack<never> {
  return refuse('not_joined', 'This phone is not signed in. Sign in with a code of the desk.', {
    reason: 'squads.not_signed_in',
  });
}

function officerOf(context: SurfaceContext): Officer {
  const name = deskName(context);
  return { id: context.identity?.principal.accountId ?? name, name };
}
