import { useTranslation } from 'react-i18next';

/** How long the present step may still take, or for how long it is overdue: `4:07`. Nothing where nobody waits. */
export function OrderTimer({ dueAtMs, nowMs }: { dueAtMs: number | undefined; nowMs: number }) {
  const { t } = useTranslation();
  if (dueAtMs === undefined) return <span />;
  const left = dueAtMs - nowMs;
  const seconds = Math.floor(Math.abs(left) / 1_000);
  const clock = [
    ...(seconds >= 3_600 ? [Math.floor(seconds / 3_600)] : []),
    seconds >= 3_600 ? String(Math.floor(seconds / 60) % 60).padStart(2, '0') : Math.floor(seconds / 60),
    String(seconds % 60).padStart(2, '0'),
  ].join(':');
  return (
    <span className={left < 0 ? 'order-timer order-timer--over' : 'order-timer'} role="timer">
      {t(left < 0 ? 'orders.overdueFor' : 'orders.left', { clock })}
    </span>
  );
}
