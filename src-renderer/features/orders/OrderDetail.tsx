import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { needsSomebody, orderDueAtMs } from '../../../src-shared/orders/order.ts';
import { placeName } from '../../../src-shared/orders/orders.protocol.ts';
import { OrderConflictNotice } from './OrderConflictNotice.tsx';
import { OrderCrew } from './OrderCrew.tsx';
import { OrderDeeds } from './OrderDeeds.tsx';
import { OrderSteps } from './OrderSteps.tsx';
import { OrderDue, OrderTimer } from './OrderTimer.tsx';
import { TimelineButton } from '../../ui/desk/TimelineButton.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { crewText, deliveryText, isCrewThere, needText, squadOf } from './orderWords.ts';

/** One order: what it is, who has it, what can be done, and everything that happened. */
export function OrderDetail(props: OrdersPanelProps & { orderId: string }) {
  const { store, actions, people, nowMs, orderId } = props;
  const { t, i18n } = useTranslation();
  const read = useStore(store, (state) => state.read);
  const open = useStore(store, (state) => state.orders.get(orderId));
  const order = open ?? read?.order;
  const revision = order?.revision;
  useEffect(() => {
    if (revision !== undefined) actions.refresh();
  }, [actions, revision]);
  if (order === undefined) return <p className="desk-dim">{t('orders.reading')}</p>;
  const delivery = deliveryText(order, t);
  const isShown = order.deliveries.some(({ shownAtMs }) => shownAtMs !== undefined);
  const doneItems = order.checklist.filter(({ isDone }) => isDone).length;
  return (
    <article className="order-detail" data-detail-order-id={orderId} data-order-state={order.state}>
      <header>
        <h1>
          <span className="order-number">{order.number}</span> {placeName(order.place, i18n.language)}
        </h1>
        <p className="order-head-words">
          <strong>{t(`orders.state.${order.state}`)}</strong> · {t(`orders.kind.${order.kind}`)} ·{' '}
          {t(`orders.priority.${order.priority}`)} <OrderTimer dueAtMs={orderDueAtMs(order)} nowMs={nowMs} />{' '}
          <OrderDue order={order} nowMs={nowMs} />
        </p>
        <TimelineButton type="order" id={orderId} />
        <p className="desk-dim">
          {[
            order.place.district === undefined ? '' : t(`district.${order.place.district}`),
            order.place.address,
          ]
            .filter((part) => part !== undefined && part !== '')
            .join(' · ')}
        </p>
        {order.squadId !== undefined && (
          <p>
            {squadOf(order.squadId, people, t, i18n.language)} · {crewText(order, people, t, i18n.language)}
            {delivery !== undefined && (
              <>
                {' · '}
                <span className={isShown ? 'desk-dim' : 'desk-not-normal'}>{delivery}</span>
              </>
            )}
          </p>
        )}
        <OrderCrew
          order={order}
          people={people}
          times={props.times}
          enabled={props.enabled}
          onTakeOff={(memberId) =>
            void actions.direct(orderId, order.revision, { type: 'remove', memberIds: [memberId] })
          }
        />
        {!isCrewThere(order, people) && (
          <p className="desk-not-normal" role="status">
            {t('orders.crewRemoved')}
          </p>
        )}
        {needsSomebody(order) && (
          <p className="desk-not-normal" role="status">
            {needText(order, t)}
          </p>
        )}
        {order.instructions !== '' && <p className="order-instructions">{order.instructions}</p>}
        {order.skill !== undefined && (
          <p className="desk-dim">{t('orders.wantsSkill', { skill: order.skill })}</p>
        )}
        {order.checklist.length > 0 && (
          <>
            <p className="desk-dim">
              {t('orders.checklist', { done: doneItems, count: order.checklist.length })}
            </p>
            <ul className="order-checklist">
              {order.checklist.map(({ itemId, text, isDone }) => (
                <li key={itemId} data-check-item={itemId} data-done={isDone || undefined}>
                  <span role="img" aria-label={t(isDone ? 'orders.item.done' : 'orders.item.open')}>
                    {isDone ? '☑' : '☐'}
                  </span>{' '}
                  {text}
                </li>
              ))}
            </ul>
          </>
        )}
      </header>
      {props.live?.(order)}
      <OrderConflictNotice {...props} order={order} />
      <OrderDeeds {...props} order={order} />
      {props.besides?.(orderId)}
      <section>
        <h2>{t('orders.steps')}</h2>
        <OrderSteps {...props} steps={read?.steps ?? []} />
      </section>
    </article>
  );
}
