import { useEffect } from 'react';
import { useStore } from 'zustand';
import { OrderOffer } from '../../../features/orders/OrderOffer.tsx';
import { OrdersPanel } from '../../../features/orders/OrdersPanel.tsx';
import { createOrderKeys } from './orderKeys.ts';
import { orderForAlert, resetOrders, takeOrders, takeRoads } from '../../../features/orders/ordersStore.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { OwnAttachments, type DeskAttachments } from '../attachments/attachmentsFeature.tsx';
import type { DeskOrders } from './DeskOrders.ts';
import { DeskOrderLive, type DeskOrderLiveParts } from './DeskOrderLive.tsx';

export interface OrdersFeatureParts extends DeskOrderLiveParts {
  desk: DeskStore;
  session: SessionStore;
  squads: DeskSquads;
  alerts: AlertsStore;
  orders: DeskOrders;
  attachments: DeskAttachments;
  rights: Pick<DeskRights, 'allow'>;
  /** Whether the hub takes commands. */
  connected(): boolean;
}

/** Orders: the view of all that are open, and the offer of who should go beside an alert. */
export function createOrdersFeature(
  parts: OrdersFeatureParts,
): DeskFeature<'orders:changed' | 'orders:roadsChanged'> {
  const { orders } = parts;
  return {
    view: { name: 'orders', title: (t) => t('desk.view.orders'), View: () => <OrdersView {...parts} /> },
    keys: createOrderKeys(parts),
    takeSnapshot({ snapshot }) {
      resetOrders(orders.store, snapshot.orders ?? [], snapshot.roads);
      orders.actions.refresh();
    },
    takeNotice: {
      'orders:changed': (payload) => takeOrders(orders.store, payload.orders),
      'orders:roadsChanged': ({ roads }) => takeRoads(orders.store, roads),
    },
  };
}

function OrdersView(parts: OrdersFeatureParts) {
  const { orders, squads, session, attachments } = parts;
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const members = useStore(squads.store, (state) => state.members);
  const all = useStore(squads.store, (state) => state.squads);
  return (
    <OrdersPanel
      store={orders.store}
      actions={orders.actions}
      people={{ members, squads: all }}
      times={times}
      nowMs={nowMs}
      enabled={enabled}
      live={(order) => <DeskOrderLive {...parts} order={order} />}
      besides={(id) => <OwnAttachments attachments={attachments} session={session} kind="order" id={id} />}
    />
  );
}

/** Beside the chosen alert. */
export function AlertOrder({
  orders,
  squads,
  session,
  desk,
  alertId,
  ...rest
}: DeskOrderLiveParts &
  Pick<OrdersFeatureParts, 'orders' | 'squads' | 'session' | 'desk'> & { alertId: string }) {
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const members = useStore(squads.store, (state) => state.members);
  const all = useStore(squads.store, (state) => state.squads);
  const open = useStore(orders.store, (state) => state.orders);
  const ranked = useStore(orders.store, (state) => state.ranked);
  const order = orderForAlert(open, alertId);
  const isOpen = order === undefined;
  useEffect(() => {
    if (isOpen && enabled) orders.rankForAlert(alertId);
  }, [orders, alertId, isOpen, enabled]);
  return (
    <>
      <OrderOffer
        order={order}
        candidates={ranked?.forId === alertId ? ranked.candidates : undefined}
        people={{ members, squads: all }}
        enabled={enabled}
        onSend={(member) => void orders.sendForAlert(alertId, member)}
        onOpen={(orderId) => {
          orders.actions.choose(orderId);
          desk.show('orders');
        }}
      />
      {order !== undefined && (
        <DeskOrderLive
          {...rest}
          orders={orders}
          squads={squads}
          session={session}
          desk={desk}
          order={order}
        />
      )}
    </>
  );
}
