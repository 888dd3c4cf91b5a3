import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';
import { May } from '../../ui/May.tsx';
import { needsSomebody } from '../../../src-shared/orders/order.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { deliveryText, memberOf, needText, squadOf, type OrderPeople } from './orderWords.ts';
import { CrewChooser } from './CrewChooser.tsx';
import type { Crew } from './ordersActions.ts';
import type { RankedMember } from './ordersStore.ts';
import './orders.css';

/** Beside an alert: who should go, with one key for the first; or the order that it has already, and who could go instead. */
export function OrderOffer({
  order,
  candidates,
  people,
  enabled,
  onSend,
  onGive,
  onOpen,
}: {
  order: Order | undefined;
  candidates: readonly RankedMember[] | undefined;
  people: OrderPeople;
  enabled: boolean;
  onSend(crew: Crew): void;
  /** Gives the order that there is to others; `reason`: why, where a squad has it. */
  onGive(crew: Crew, reason: string): void;
  onOpen(orderId: string): void;
}) {
  const { t, i18n } = useTranslation();
  if (order !== undefined) {
    const delivery = deliveryText(order, t);
    return (
      <section className="order-offer" data-order-of-alert={order.orderId}>
        <h2>{t('orders.ofAlert', { number: order.number })}</h2>
        <p>
          <strong>{t(`orders.state.${order.state}`)}</strong>
          {order.squadId !== undefined && ` · ${squadOf(order.squadId, people, t, i18n.language)}`}
          {order.inChargeId !== undefined && ` · ${memberOf(order.inChargeId, people, t)}`}
          {delivery !== undefined && ` · ${delivery}`}
        </p>
        {needsSomebody(order) && (
          <p className="desk-not-normal" role="status" data-needs-somebody>
            {needText(order, t)}
          </p>
        )}
        {(order.state === 'created' || needsSomebody(order)) && (
          <May asks="orders:direct">
            <h2>{t('orders.whoGoes')}</h2>
            <CrewChooser
              candidates={candidates}
              people={people}
              enabled={enabled}
              {...(order.state === 'created' ? { firstKey: 'g' } : {})}
              limit={3}
              onChoose={(crew) => onGive(crew, t('orders.needs.reason'))}
            />
          </May>
        )}
        <Button size="compact-sm" onClick={() => onOpen(order.orderId)}>
          {t('orders.open')}
        </Button>{' '}
        <TimelineButton type="order" id={order.orderId} />
      </section>
    );
  }
  return (
    <section className="order-offer">
      <h2>{t('orders.whoGoes')}</h2>
      <May asks="orders:create">
        <CrewChooser
          candidates={candidates}
          people={people}
          enabled={enabled}
          firstKey="g"
          limit={4}
          onChoose={onSend}
        />
      </May>
    </section>
  );
}
