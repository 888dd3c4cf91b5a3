import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lateJoiners } from '../../../../src-shared/orders/orderJoining.ts';
import { OrderCard } from '../../../features/orders/OrderCard.tsx';
import { wayText } from '../../../features/orders/orderWords.ts';
import { waysOf } from '../../shared/ordersOnMap.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskStore } from '../DeskState.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import type { DeskOrders } from './DeskOrders.ts';

export interface MapOrderParts {
  session: SessionStore;
  desk: DeskStore;
  squads: Pick<DeskSquads, 'store'>;
  orders: DeskOrders;
}

/** The chosen order's card over the map. */
export function MapOrder({ session, desk, squads, orders }: MapOrderParts) {
  const { t } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const order = useStore(orders.store, (state) => state.orders.get(state.chosenId ?? ''));
  const roads = useStore(orders.store, (state) => state.roads);
  const members = useStore(squads.store, (state) => state.members);
  const positions = useStore(squads.store, (state) => state.positions);
  const all = useStore(squads.store, (state) => state.squads);
  if (order === undefined) return null;
  const ways = waysOf({ ...order, lateIds: lateJoiners(order) }, { positions, roads }).map((way) => ({
    memberId: way.memberId,
    text: t('orders.way.arrival', {
      way: wayText(way, t),
      time: times.clock(nowMs + way.durationMs).slice(0, 5),
    }),
  }));
  return (
    <OrderCard
      order={order}
      people={{ members, squads: all }}
      ways={ways}
      nowMs={nowMs}
      onOpen={() => desk.show('orders')}
      onClose={() => orders.actions.choose(undefined)}
    />
  );
}
