import { Button, CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { orderDueAtMs } from '../../../src-shared/orders/order.ts';
import { placeName, type Order } from '../../../src-shared/orders/orders.protocol.ts';
import { OrderDue, OrderTimer } from './OrderTimer.tsx';
import { squadOf, type OrderPeople } from './orderWords.ts';

/** The chosen order over a map: what it is, who goes, and when they are expected. */
export function OrderCard({
  order,
  people,
  ways,
  nowMs,
  onOpen,
  onClose,
}: {
  order: Order;
  people: OrderPeople;
  /** Who is on the way, each with the expected arrival in words. */
  ways: readonly { memberId: string; text: string }[];
  nowMs: number;
  onOpen(): void;
  onClose(): void;
}) {
  const { t, i18n } = useTranslation();
  return (
    <aside className="map-card" aria-label={t('orders.card')} data-card-order-id={order.orderId}>
      <header>
        <h2>
          {order.number} {placeName(order.place, i18n.language)}
        </h2>
        <CloseButton aria-label={t('map.closeCard')} onClick={onClose} />
      </header>
      <p>
        <strong>{t(`orders.state.${order.state}`)}</strong>{' '}
        <OrderTimer dueAtMs={orderDueAtMs(order)} nowMs={nowMs} /> <OrderDue order={order} nowMs={nowMs} />
      </p>
      {order.squadId !== undefined && <p>{squadOf(order.squadId, people, t, i18n.language)}</p>}
      {ways.map(({ memberId, text }) => (
        <p key={memberId} data-way-of={memberId}>
          {people.members.get(memberId)?.name ?? memberId} · {text}
        </p>
      ))}
      <Button variant="default" onClick={onOpen}>
        {t('orders.open')}
      </Button>
    </aside>
  );
}
