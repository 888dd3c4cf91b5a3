import { refuse } from '../../src-shared/protocol/define.ts';
import { deskName } from '../base/deskName.ts';
import type { WallService } from '../features/wall/wall.service.ts';
import { createWallCases } from '../features/wall/wallCases.service.ts';
import type { SurfaceContext } from '../signaling/handlers.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';

interface Parts {
  wall: Pick<WallService, 'showCase' | 'followCase' | 'snapshot' | 'screens' | 'onScreenChanged'>;
  orders: Pick<OrdersFeature, 'openOrder' | 'stepsOf' | 'roadsOf' | 'onRoadChanged' | 'onOrderChanged'>;
}

/** The case of an order on a screen of the wall: put up, kept as the order is, and taken back when the order is ended. */
export function createWallCaseFeature(
  { logger }: Pick<Drivers, 'logger'>,
  { wall, orders }: Parts,
): HubFeature<'wall:showCase'> {
  /** Surfaces that show a screen of the wall. */
  const surfaces = new Map<string, SurfaceContext>();
  const cases = createWallCases({
    wall,
    orders,
    notify: (connectionId, wallCase) => surfaces.get(connectionId)?.notify('wall:caseChanged', { wallCase }),
    onFault: (error) => logger.error({ err: error }, 'the case of an order could not be kept on the wall'),
  });
  wall.onScreenChanged((screenId, { caseOf }) => cases.screenChanged(screenId, caseOf));
  orders.onOrderChanged((order) => cases.orderChanged(order));
  orders.onRoadChanged(({ orderId }) => cases.roadChanged(orderId));

  return {
    handlers: {
      'wall:showCase': async (context, input) => {
        const found = cases.sourcesOf(input.orderId);
        if (found === undefined) {
          return refuse('not_found', `There is no open order ${input.orderId}.`, {
            reason: 'orders.no_such_order',
          });
        }
        return wall.showCase({ ...input, ...found }, deskName(context), context.identity?.principal);
      },
    },
    joined(context) {
      const { identity, connectionId } = context;
      const screenId = identity?.surface === 'wall' ? identity.screenId : undefined;
      if (screenId === undefined) surfaces.delete(connectionId);
      else surfaces.set(connectionId, context);
      cases.joined(connectionId, screenId);
    },
    left({ connectionId }) {
      surfaces.delete(connectionId);
      cases.left(connectionId);
    },
    snapshotFor({ connectionId }) {
      const wallCase = cases.caseOf(connectionId);
      return wallCase === undefined ? {} : { wallCase };
    },
    open: cases.open,
  };
}
