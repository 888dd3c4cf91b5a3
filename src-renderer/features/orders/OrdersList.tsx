import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { needsSomebody, orderDueAtMs } from '../../../src-shared/orders/order.ts';
import { placeName, type Order } from '../../../src-shared/orders/orders.protocol.ts';
import { useVirtualRows } from '../../ui/desk/useVirtualRows.ts';
import { OrderDue, OrderTimer } from './OrderTimer.tsx';
import { deliveryText, memberOf, needText, squadOf } from './orderWords.ts';
import type { OrdersPanelProps } from './ordersPanelProps.ts';

/** Orders as rows; only those that can be seen are drawn, so that five hundred are as fast as five. */
export function OrdersList({
  orders,
  chosenId,
  onEnd,
  ...props
}: OrdersPanelProps & {
  orders: readonly Order[];
  chosenId: string | undefined;
  /** The last row was drawn. */
  onEnd?(): void;
}) {
  const listRef = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows({
    count: orders.length,
    getScrollElement: () => listRef.current,
    estimateSize: () => 76,
    overscan: 4,
    getItemKey: (index) => orders[index]?.orderId ?? index,
    onChange(list) {
      if (orders.length > 0 && list.getVirtualItems().at(-1)?.index === orders.length - 1) onEnd?.();
    },
  });
  return (
    <div ref={listRef} className="orders-rows" role="list" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => {
          const order = orders[row.index];
          if (order === undefined) return null;
          return (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="orders-row-place"
              role="listitem"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <OrderRow {...props} order={order} isChosen={order.orderId === chosenId} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function OrderRow({
  order,
  isChosen,
  actions,
  people,
  times,
  nowMs,
}: OrdersPanelProps & { order: Order; isChosen: boolean }) {
  const { t, i18n } = useTranslation();
  const { squadId, inChargeId } = order;
  const others = order.memberIds.length - 1;
  const who =
    squadId === undefined
      ? t('orders.nobody')
      : [
          squadOf(squadId, people, t, i18n.language),
          inChargeId === undefined ? '' : memberOf(inChargeId, people, t),
          others > 0 ? t('orders.andOthers', { count: others }) : '',
        ]
          .filter((part) => part !== '')
          .join(' · ');
  const delivery = deliveryText(order, t);
  const isEnded = order.state === 'closed' || order.state === 'cancelled';
  return (
    <button
      type="button"
      className="order-row"
      aria-pressed={isChosen}
      data-order-id={order.orderId}
      data-order-state={order.state}
      data-needs-somebody={needsSomebody(order) || undefined}
      data-overdue={order.isOverdue || order.dueMissedAtMs !== undefined || undefined}
      onClick={() => actions.choose(order.orderId)}
    >
      <strong className="order-number">{order.number}</strong>
      <span className="order-place">{placeName(order.place, i18n.language)}</span>
      <span className="order-state">{t(`orders.state.${order.state}`)}</span>
      <span className="desk-dim">
        {t(`orders.kind.${order.kind}`)} · {t(`orders.priority.${order.priority}`)}
      </span>
      <span className="desk-dim order-who">
        {needsSomebody(order) && <strong className="order-needs">{needText(order, t)} · </strong>}
        {who}
        {delivery !== undefined && ` · ${delivery}`}
      </span>
      {isEnded ? (
        <span className="desk-dim">{times.timeOfDay(order.sinceMs)}</span>
      ) : (
        <span className="order-timers">
          <OrderTimer dueAtMs={orderDueAtMs(order)} nowMs={nowMs} />
          <OrderDue order={order} nowMs={nowMs} />
        </span>
      )}
    </button>
  );
}
