import { useEffect } from 'react';
import { needsSomebody } from '../../../../src-shared/orders/order.ts';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { kindName } from '../../../features/alerts/alertWords.ts';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { OrderOffer } from '../../../features/orders/OrderOffer.tsx';
import { othersFor } from '../../../features/orders/needyOrders.ts';
import { OrdersPanel } from '../../../features/orders/OrdersPanel.tsx';
import { isOrderLate } from '../../../features/overdue/overdueStore.ts';
import { LateTab } from '../../../ui/desk/LateTab.tsx';
import { OrderFindings, type OrderFindingsParts } from '../findings/OrderFindings.tsx';
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
import { findPlaces } from './orderPlaces.ts';
import { DeskOrderLive, type DeskOrderLiveParts } from './DeskOrderLive.tsx';

export interface OrdersFeatureParts extends DeskOrderLiveParts, OrderFindingsParts {
  desk: DeskStore;
  session: SessionStore;
  squads: DeskSquads;
  alerts: AlertsStore;
  orders: DeskOrders;
  attachments: DeskAttachments;
  directory: DirectoryStore;
  rights: Pick<DeskRights, 'allow'>;
  /** Whether the hub takes commands. */
  connected(): boolean;
}

/** Orders: the view of all that are open, and the offer of who should go beside an alert. */
export function createOrdersFeature(
  parts: OrdersFeatureParts,
): DeskFeature<'orders:changed' | 'orders:roadsChanged' | 'orders:settingsChanged'> {
  const { orders } = parts;
  return {
    view: {
      name: 'orders',
      title: (t) => t('desk.view.orders'),
      Tab: () => <OrdersTab orders={orders} />,
      View: () => <OrdersView {...parts} />,
    },
    keys: createOrderKeys(parts),
    takeSnapshot({ snapshot }) {
      resetOrders(orders.store, snapshot.orders ?? [], snapshot.roads);
      if (snapshot.orderSettings !== undefined) orders.store.setState({ settings: snapshot.orderSettings });
      orders.actions.refresh();
    },
    takeNotice: {
      'orders:changed': (payload) => takeOrders(orders.store, payload.orders),
      'orders:roadsChanged': ({ roads }) => takeRoads(orders.store, roads),
      'orders:settingsChanged': (settings) => orders.store.setState({ settings }),
    },
  };
}

/** With how many are late, a step of theirs or their due date, or need somebody else. */
function OrdersTab({ orders }: Pick<OrdersFeatureParts, 'orders'>) {
  const { t } = useTranslation();
  const count = useStore(
    orders.store,
    (state) =>
      [...state.orders.values()].filter((order) => isOrderLate(order) || needsSomebody(order)).length,
  );
  return <LateTab title={t('desk.view.orders')} count={count} hint={t('orders.tab', { count })} />;
}

function OrdersView(parts: OrdersFeatureParts) {
  const { orders, squads, session, alerts, directory, attachments } = parts;
  const { i18n } = useTranslation();
  const kinds = useStore(alerts, (state) => state.kinds);
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
      findPlaces={(words, limit) => findPlaces(directory.getState().sites.values(), words, limit)}
      alertKinds={[...kinds.values()].map((kind) => ({
        kindId: kind.kindId,
        name: kindName(kind, kind.kindId, i18n.language),
      }))}
      live={(order) => (
        <>
          <DeskOrderLive {...parts} order={order} />
          <OrderFindings {...parts} order={order} />
        </>
      )}
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
  const isWanted = order === undefined || order.state === 'created' || needsSomebody(order);
  useEffect(() => {
    if (isWanted && enabled) orders.rankForAlert(alertId);
  }, [orders, alertId, isWanted, enabled]);
  const candidates = ranked?.forId === alertId ? ranked.candidates : undefined;
  return (
    <>
      <OrderOffer
        order={order}
        candidates={
          order === undefined || candidates === undefined ? candidates : othersFor(order, candidates)
        }
        people={{ members, squads: all }}
        enabled={enabled}
        onSend={(crew) => void orders.sendForAlert(alertId, crew)}
        onGive={(crew, reason) => void orders.giveTo(order?.orderId ?? '', crew, reason)}
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
