import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rejectionReasons } from '../../../../src-shared/orders/order.ts';
import { deliveryOf, ringsOf } from '../../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import { ChoiceKeys, OrderHead, OrderTask, type OrderTimesShown } from './OrderParts.tsx';

export interface OrderArrivalProps {
  order: Order;
  memberId: string;
  /** How many more wait for an answer. */
  others: number;
  times: OrderTimesShown;
  onReport(report: OrderReport): void;
}

/** An order that came and that nobody has accepted, over the page; talk and SOS stay. */
export function OrderArrival({ order, memberId, others, times, onReport }: OrderArrivalProps) {
  const { t } = useTranslation();
  const [isRefusing, setRefusing] = useState(false);
  const joins = deliveryOf(order, memberId)?.joined !== undefined;
  const title = t(joins ? 'field.orders.joinArrived' : 'field.orders.arrived');
  return (
    <section className="field-order-over" aria-label={title} data-order-arrival>
      <div className="field-order-scroll">
        <p className="field-order-arrived" role="alert">
          {title}
          {ringsOf(order, memberId) > 0 && ` · ${t('field.orders.ringsAgain')}`}
          {others > 0 && ` · ${t('field.orders.others', { count: others })}`}
        </p>
        <OrderHead order={order} />
        {isRefusing ? (
          <ChoiceKeys
            title={t('field.orders.whyNot')}
            values={rejectionReasons}
            words={(reason) => t(`orders.rejection.${reason}`)}
            onChoose={(reason) => onReport({ type: 'rejected', reason })}
            onBack={() => setRefusing(false)}
          />
        ) : (
          <OrderTask order={order} times={times} />
        )}
      </div>
      {!isRefusing && (
        <div className="field-order-keys">
          <button type="button" className="field-key" data-step="rejected" onClick={() => setRefusing(true)}>
            {t('field.orders.step.rejected')}
          </button>
          <button
            type="button"
            className="field-key field-key--first field-order-next"
            data-step="accepted"
            onClick={() => onReport({ type: 'accepted' })}
          >
            {t('field.orders.step.accepted')}
          </button>
        </div>
      )}
    </section>
  );
}
