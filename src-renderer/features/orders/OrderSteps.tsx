import { useTranslation } from 'react-i18next';
import type { OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { stepDetail } from './orderWords.ts';

/** A step that was received this much later was sent later. Milliseconds. */
const lateMs = 5_000;

/** What happened: when by the clock of who did it and when the hub received it, who, where, and why. */
export function OrderSteps({
  steps,
  people,
  times,
}: Pick<OrdersPanelProps, 'people' | 'times'> & { steps: readonly OrderStep[] }) {
  const { t, i18n } = useTranslation();
  const nameOf = (actor: string): string =>
    actor === 'hub' ? t('orders.hub') : seatWords(people.members.get(actor)?.name ?? actor, t);
  return (
    <ol className="order-steps">
      {steps.map((step, index) => (
        <li key={index} data-step={step.action}>
          <span className="desk-dim">{times.timeOfDay(step.happenedAtMs)}</span>
          <span>
            <strong>{t(`orders.step.${step.action}`)}</strong> · {nameOf(step.actor)}
            {step.atMs - step.happenedAtMs > lateMs && (
              <span className="desk-dim">
                {' '}
                · {t('orders.receivedAt', { at: times.timeOfDay(step.atMs) })}
              </span>
            )}
            {step.position !== undefined && (
              <span className="desk-dim">
                {' '}
                ·{' '}
                {t('orders.form.position', {
                  latitude: step.position.latitude.toFixed(5),
                  longitude: step.position.longitude.toFixed(5),
                })}
              </span>
            )}
            <span className="order-step-detail">{stepDetail(step, t, people, i18n.language)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
