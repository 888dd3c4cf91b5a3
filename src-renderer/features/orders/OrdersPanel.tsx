import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { orderDueAtMs } from '../../../src-shared/orders/order.ts';
import { placeName, type Order } from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import { NewOrderForm } from './NewOrderForm.tsx';
import { OrderDetail } from './OrderDetail.tsx';
import { OrderTimer } from './OrderTimer.tsx';
import { deliveryText, memberOf, squadOf } from './orderWords.ts';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { sortedOrders } from './ordersStore.ts';
import './orders.css';

/** Open orders on the left: who has them and what they wait for. The chosen one on the right with its history. */
export function OrdersPanel(props: OrdersPanelProps) {
  const { store, actions, enabled } = props;
  const { t } = useTranslation();
  const orders = useStore(store, (state) => state.orders);
  const chosenId = useStore(store, (state) => state.chosenId);
  const isWriting = useStore(store, (state) => state.isWriting);
  const sorted = sortedOrders(orders);
  return (
    <div className="desk-page orders-page">
      <div className="orders-list">
        <header>
          <h1>{t('orders.title', { count: orders.size })}</h1>
          <May asks="orders:create">
            <Button size="compact-sm" disabled={!enabled} onClick={() => actions.write(true)}>
              {t('orders.new')}
            </Button>
          </May>
        </header>
        {sorted.length === 0 && <p className="desk-dim">{t('orders.none')}</p>}
        <ul>
          {sorted.map((order) => (
            <li key={order.orderId}>
              <OrderRow {...props} order={order} isChosen={order.orderId === chosenId} />
            </li>
          ))}
        </ul>
      </div>
      <div className="orders-chosen">
        {isWriting ? (
          <NewOrderForm {...props} />
        ) : chosenId === undefined ? (
          <p className="desk-dim">{t('orders.choose')}</p>
        ) : (
          <OrderDetail key={chosenId} {...props} orderId={chosenId} />
        )}
      </div>
    </div>
  );
}

function OrderRow({
  order,
  isChosen,
  actions,
  people,
  nowMs,
}: OrdersPanelProps & { order: Order; isChosen: boolean }) {
  const { t, i18n } = useTranslation();
  const { squadId, inChargeId } = order;
  const who =
    squadId === undefined
      ? t('orders.nobody')
      : [
          squadOf(squadId, people, i18n.language),
          inChargeId === undefined ? '' : memberOf(inChargeId, people),
        ]
          .filter((part) => part !== '')
          .join(' · ');
  const delivery = deliveryText(order, t);
  return (
    <button
      type="button"
      className="order-row"
      aria-pressed={isChosen}
      data-order-id={order.orderId}
      data-order-state={order.state}
      data-overdue={order.isOverdue || undefined}
      onClick={() => actions.choose(order.orderId)}
    >
      <strong className="order-number">{order.number}</strong>
      <span className="order-place">{placeName(order.place, i18n.language)}</span>
      <span className="order-state">{t(`orders.state.${order.state}`)}</span>
      <span className="desk-dim">
        {t(`orders.kind.${order.kind}`)} · {t(`orders.priority.${order.priority}`)}
      </span>
      <span className="desk-dim order-who">
        {who}
        {delivery !== undefined && ` · ${delivery}`}
      </span>
      <OrderTimer dueAtMs={orderDueAtMs(order)} nowMs={nowMs} />
    </button>
  );
}
