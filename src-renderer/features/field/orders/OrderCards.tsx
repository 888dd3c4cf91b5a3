import { useTranslation } from 'react-i18next';
import { memberNext } from '../../../../src-shared/orders/order.ts';
import { placeName, type Order, type OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import { OrderHead, OrderTimer } from './OrderParts.tsx';
import { stepWords } from './orderWords.ts';
import { waitingDeeds } from './ordersStore.ts';
import type { WaitingReport } from './reportOutbox.ts';

export interface OrderCardsProps {
  memberId: string;
  orders: readonly Order[];
  waiting: readonly WaitingReport[];
  nowMs: number;
  onReport(order: Order, report: OrderReport): void;
  onOpen(orderId: string): void;
}

/** The member's orders, each with its next step as one large key. */
export function OrderCards({ memberId, orders, waiting, nowMs, onReport, onOpen }: OrderCardsProps) {
  const { t, i18n } = useTranslation();
  return (
    <div className="field-orders">
      {orders.map((order) => (
        <section
          key={order.orderId}
          className="field-order"
          data-order={order.number}
          data-state={order.state}
        >
          <button
            type="button"
            className="field-order-open"
            aria-label={t('field.orders.open', { number: order.number })}
            onClick={() => onOpen(order.orderId)}
          >
            <OrderHead order={order} />
            <span className="field-order-place">{placeName(order.place, i18n.language)}</span>
            <OrderTimer
              order={order}
              memberId={memberId}
              nowMs={nowMs}
              isWaiting={waitingDeeds(waiting, order.orderId).length > 0}
            />
          </button>
          <NextKey
            order={order}
            memberId={memberId}
            onReport={(report) => onReport(order, report)}
            onClear={() => onOpen(order.orderId)}
          />
        </section>
      ))}
    </div>
  );
}

/** The next step; clearing asks for more first. */
export function NextKey({
  order,
  memberId,
  onReport,
  onClear,
}: {
  order: Order;
  memberId: string;
  onReport(report: OrderReport): void;
  onClear(): void;
}) {
  const { t } = useTranslation();
  const next = memberNext(order, memberId);
  if (next === undefined) return null;
  return (
    <button
      type="button"
      className="field-key field-key--first field-order-next"
      data-step={next}
      onClick={() => (next === 'cleared' ? onClear() : onReport({ type: next }))}
    >
      {stepWords(t)[next]}
    </button>
  );
}

/** Orders that the member cannot go to, as long as the hub does not know it. */
export function WaitingRejections({ waiting }: { waiting: readonly WaitingReport[] }) {
  const { t } = useTranslation();
  return waiting
    .filter(({ report }) => report.type === 'rejected')
    .map(({ reportId, number }) => (
      <p key={reportId} className="field-strip" role="status">
        {t('field.orders.rejectionWaits', { number })}
      </p>
    ));
}
