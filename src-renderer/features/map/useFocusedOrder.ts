import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { CityMap } from './cityMap.ts';
import type { MapStore } from './mapStore.ts';

/** Shows the chosen order with all who go for it, once when it is chosen and once more when the first way to it is known. */
export function useFocusedOrder(map: CityMap | undefined, store: MapStore, isFollowed: boolean): void {
  const chosen = useStore(store, (state) => {
    const order = state.orders.find(({ orderId }) => orderId === state.focusedOrderId);
    return order === undefined
      ? undefined
      : `${order.orderId} ${order.ways.map(({ memberId }) => memberId).join()}`;
  });
  useEffect(() => {
    if (map === undefined || !isFollowed || chosen === undefined) return;
    const { orders, focusedOrderId } = store.getState();
    const order = orders.find(({ orderId }) => orderId === focusedOrderId);
    if (order === undefined) return;
    const places = [order.position, ...order.ways.flatMap(({ line }) => line)];
    map.fitTo(places.map(([longitude, latitude]) => [longitude, latitude]));
  }, [map, store, isFollowed, chosen]);
}
