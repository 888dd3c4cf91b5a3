import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import { orderForAlert } from '../../../features/orders/ordersStore.ts';
import { chosenScreen, type DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import type { WallActions } from '../../../features/wall/wallActions.ts';
import type { DeskStore } from '../DeskState.ts';
import { mapView } from '../map/mapView.ts';
import type { DeskOrders } from './DeskOrders.ts';

interface CaseParts {
  wall: DeskWallStore;
  wallActions: Pick<WallActions, 'showCase' | 'endCase'>;
}

/** Puts the case of an order on the chosen screen; where it is there, the screen gets back what it showed before. */
export function toggleCase(
  { wall, wallActions }: CaseParts,
  order: { orderId: string; number: string },
): void {
  const screen = chosenScreen(wall.getState());
  if (screen === undefined) return;
  void (screen.caseOf === order.orderId ? wallActions.endCase(screen) : wallActions.showCase(screen, order));
}

/**
 * The keys of orders: g sends the order of a chosen alert, or a chosen order that nobody has, to whom the hub puts first; w puts the
 * case on the wall.
 */
export function createOrderKeys({
  alerts,
  orders,
  rights,
  connected,
  desk,
  ...parts
}: CaseParts & {
  desk: Pick<DeskStore, 'getState'>;
  alerts: AlertsStore;
  orders: DeskOrders;
  rights: Pick<DeskRights, 'allow'>;
  connected(): boolean;
}): DeskFeatureKeys {
  return {
    plain(key) {
      const { chosenId, ask } = alerts.getState();
      const { orders: open, chosenId: orderId } = orders.store.getState();
      const isListed = desk.getState().view === 'orders' || desk.getState().view === mapView;
      const listed = isListed ? open.get(orderId ?? '') : undefined;
      if (key === 'w' && ask === undefined) {
        const order = orderForAlert(open, chosenId) ?? listed;
        if (order === undefined) return false;
        const isShown = chosenScreen(parts.wall.getState())?.caseOf === order.orderId;
        const isAllowed = isShown ? rights.allow('wall:endCase') : rights.allow('wall:showCase');
        if (connected() && isAllowed) toggleCase(parts, order);
        return true;
      }
      if (key !== 'g' || ask !== undefined) return false;
      const order = chosenId === undefined ? listed : orderForAlert(open, chosenId);
      if (order?.state === 'created') {
        if (connected() && rights.allow('orders:direct')) void orders.sendToFirst(order.orderId);
        return true;
      }
      if (chosenId === undefined) return false;
      if (connected() && rights.allow('orders:create')) void orders.sendForAlert(chosenId);
      return true;
    },
    help: (t) => [
      {
        title: t('alerts.title'),
        keys: [
          { keys: ['g'], text: t('orders.keys.send') },
          { keys: ['w'], text: t('orders.keys.case') },
        ],
      },
    ],
  };
}
