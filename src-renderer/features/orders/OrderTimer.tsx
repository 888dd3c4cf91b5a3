import { useTranslation } from 'react-i18next';
import { durationText } from '../../ui/times.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';

/** How long the present step may still take, or for how long it is overdue: `4:07`. Nothing where nobody waits. */
export function OrderTimer({ dueAtMs, nowMs }: { dueAtMs: number | undefined; nowMs: number }) {
  const { t } = useTranslation();
  if (dueAtMs === undefined) return <span />;
  const left = dueAtMs - nowMs;
  return (
    <span className={left < 0 ? 'order-timer order-timer--over' : 'order-timer'} role="timer">
      {t(left < 0 ? 'orders.overdueFor' : 'orders.left', { clock: durationText(Math.abs(left)) })}
    </span>
  );
}

/** The due date of an order: how long until then, or since when it has passed. Nothing once the work is done. */
export function OrderDue({ order, nowMs }: { order: Order; nowMs: number }) {
  const { t } = useTranslation();
  const { dueAtMs, state } = order;
  if (dueAtMs === undefined || state === 'cleared' || state === 'closed' || state === 'cancelled')
    return null;
  const left = dueAtMs - nowMs;
  return (
    <span className={left < 0 ? 'order-timer order-timer--over' : 'order-timer'} role="timer" data-due>
      {t(left < 0 ? 'orders.dueOver' : 'orders.dueIn', { clock: durationText(Math.abs(left)) })}
    </span>
  );
}
