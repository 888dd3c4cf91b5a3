import type { i18n } from 'i18next';
import { lateJoiners } from '../../../../src-shared/orders/orderJoining.ts';
import type { OrdersStore } from '../../../features/orders/ordersStore.ts';
import type { MapStore } from '../../../features/map/mapStore.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import { ordersOnMap } from '../../shared/ordersOnMap.ts';

/** Draws the open orders on a map, whenever an order, a position or a road changed. What looks the same is not drawn again. */
export function followOrderMap(parts: {
  orders: OrdersStore;
  squads: SquadsStore;
  map: MapStore;
  i18n: Pick<i18n, 't' | 'on'>;
}): void {
  const { orders, squads, map, i18n } = parts;
  let drawn = '[]';
  const draw = (): void => {
    const { orders: open, roads } = orders.getState();
    const { members, positions } = squads.getState();
    const shown = [...open.values()].map((order) => ({ ...order, lateIds: lateJoiners(order) }));
    const next = ordersOnMap({ orders: shown, members, positions, roads, t: i18n.t });
    const text = JSON.stringify(next);
    if (text === drawn) return;
    drawn = text;
    map.setState({ orders: next });
  };
  orders.subscribe((state, before) => {
    if (state.orders !== before.orders || state.roads !== before.roads) draw();
    if (state.chosenId !== before.chosenId) map.setState({ focusedOrderId: state.chosenId });
  });
  squads.subscribe((state, before) => {
    // Without orders a position is nobody's.
    if (orders.getState().orders.size === 0) return;
    if (state.positions !== before.positions || state.members !== before.members) draw();
  });
  i18n.on('languageChanged', draw);
}
