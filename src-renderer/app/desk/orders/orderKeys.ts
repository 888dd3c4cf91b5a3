import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import type { DeskOrders } from './DeskOrders.ts';

/** The key of orders: beside a chosen alert, g sends the order to whom the hub puts first. */
export function createOrderKeys({
  alerts,
  orders,
  rights,
  connected,
}: {
  alerts: AlertsStore;
  orders: DeskOrders;
  rights: Pick<DeskRights, 'allow'>;
  connected(): boolean;
}): DeskFeatureKeys {
  return {
    plain(key) {
      const { chosenId, ask } = alerts.getState();
      if (key !== 'g' || chosenId === undefined || ask !== undefined) return false;
      if (connected() && rights.allow('orders:create')) void orders.sendForAlert(chosenId);
      return true;
    },
    help: (t) => [{ title: t('alerts.title'), keys: [{ keys: ['g'], text: t('orders.keys.send') }] }],
  };
}
