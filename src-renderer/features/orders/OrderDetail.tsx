import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { orderDeeds, orderDueAtMs } from '../../../src-shared/orders/order.ts';
import { placeName, type Order, type OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import { seatWords } from '../../ui/seatWords.ts';
import { OrderTimer } from './OrderTimer.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { deliveryText, memberOf, squadOf, stepDetail } from './orderWords.ts';
import { RankedMembers } from './RankedMembers.tsx';

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
  const doneItems = order.checklist.filter(({ isDone }) => isDone).length;
  return (
    <article className="order-detail" data-detail-order-id={orderId} data-order-state={order.state}>
      <header>
        <h1>
          <span className="order-number">{order.number}</span> {placeName(order.place, i18n.language)}
        </h1>
        <p>
          <strong>{t(`orders.state.${order.state}`)}</strong> · {t(`orders.kind.${order.kind}`)} ·{' '}
          {t(`orders.priority.${order.priority}`)} <OrderTimer dueAtMs={orderDueAtMs(order)} nowMs={nowMs} />
        </p>
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
            {squadOf(order.squadId, people, i18n.language)} ·{' '}
            {order.memberIds
              .map((memberId) =>
                memberId === order.inChargeId && order.memberIds.length > 1
                  ? t('orders.inCharge', { name: memberOf(memberId, people) })
                  : memberOf(memberId, people),
              )
              .join('、')}
            {delivery !== undefined && <span className="desk-not-normal"> · {delivery}</span>}
          </p>
        )}
        {order.escalation > 0 && order.state === 'dispatched' && (
          <p className="desk-not-normal" role="status">
            {t(`orders.escalation.${order.escalation}` as 'orders.escalation.1')}
          </p>
        )}
        {order.instructions !== '' && <p className="order-instructions">{order.instructions}</p>}
        {order.checklist.length > 0 && (
          <p className="desk-dim">
            {t('orders.checklist', { done: doneItems, count: order.checklist.length })}
          </p>
        )}
      </header>
      {props.live?.(order)}
      <OrderDeeds {...props} order={order} />
      {props.besides?.(orderId)}
      <section>
        <h2>{t('orders.steps')}</h2>
        <ol className="order-steps">
          {(read?.steps ?? []).map((step, index) => (
            <Step key={index} {...props} step={step} />
          ))}
        </ol>
      </section>
    </article>
  );
}

function Step({ step, people, times }: OrdersPanelProps & { step: OrderStep }) {
  const { t, i18n } = useTranslation();
  const actor =
    step.actor === 'hub' ? t('orders.hub') : seatWords(people.members.get(step.actor)?.name ?? step.actor, t);
  const isLate = step.atMs - step.happenedAtMs > 5_000;
  return (
    <li>
      <span className="desk-dim">{times.timeOfDay(step.happenedAtMs)}</span>
      <span>
        <strong>{t(`orders.step.${step.action}`)}</strong> · {actor}
        {isLate && (
          <span className="desk-dim"> · {t('orders.receivedAt', { at: times.timeOfDay(step.atMs) })}</span>
        )}
        <span className="order-step-detail">{stepDetail(step, t, people, i18n.language)}</span>
      </span>
    </li>
  );
}

function OrderDeeds({ order, store, actions, people, enabled }: OrdersPanelProps & { order: Order }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<'reassign' | 'cancel' | 'note' | undefined>();
  const [text, setText] = useState('');
  const ranked = useStore(store, (state) =>
    state.ranked?.forId === order.orderId ? state.ranked.candidates : undefined,
  );
  const deeds = orderDeeds(order);
  const { orderId, revision, place } = order;
  const isChoosing = deeds.dispatch || asked === 'reassign';
  useEffect(() => {
    if (isChoosing) void actions.rank(orderId, place);
    // A place that came again with the next change of the order is the same one.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [actions, isChoosing, orderId]);
  const reason = text.trim();
  const done = (): void => {
    setAsked(undefined);
    setText('');
  };
  return (
    <May asks="orders:direct">
      <div className="order-deeds">
        {deeds.reassign && (
          <Button
            disabled={!enabled}
            aria-pressed={asked === 'reassign'}
            onClick={() => setAsked('reassign')}
          >
            {t('orders.deed.reassign')}…
          </Button>
        )}
        {deeds.close && (
          <Button
            variant="filled"
            disabled={!enabled}
            onClick={() => void actions.direct(orderId, revision, { type: 'close' })}
          >
            {t('orders.deed.close')}
          </Button>
        )}
        <Button disabled={!enabled} aria-pressed={asked === 'note'} onClick={() => setAsked('note')}>
          {t('orders.deed.note')}…
        </Button>
        {deeds.cancel && (
          <Button disabled={!enabled} aria-pressed={asked === 'cancel'} onClick={() => setAsked('cancel')}>
            {t('orders.deed.cancel')}…
          </Button>
        )}
      </div>
      {asked !== undefined && (
        <div className="order-ask" role="group" aria-label={t(`orders.ask.${asked}`)}>
          <TextInput
            label={t(`orders.ask.${asked}`)}
            value={text}
            maxLength={500}
            data-autofocus
            autoFocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {asked !== 'reassign' && (
            <Button
              disabled={!enabled || reason === ''}
              onClick={() => {
                const deed =
                  asked === 'note'
                    ? ({ type: 'note', note: reason } as const)
                    : ({ type: 'cancel', reason } as const);
                void actions.direct(orderId, revision, deed);
                done();
              }}
            >
              {t('orders.confirm')}
            </Button>
          )}
          <Button variant="subtle" color="gray" onClick={done}>
            {t('dialog.close')}
          </Button>
        </div>
      )}
      {isChoosing && (
        <section>
          <h2>{t('orders.whoGoes')}</h2>
          <RankedMembers
            candidates={ranked}
            people={people}
            enabled={enabled && (deeds.dispatch || reason !== '')}
            limit={8}
            onChoose={({ memberId }) => {
              const crew = { memberIds: [memberId], inChargeId: memberId };
              void actions.direct(
                orderId,
                revision,
                deeds.dispatch ? { type: 'dispatch', crew } : { type: 'reassign', crew, reason },
              );
              done();
            }}
          />
        </section>
      )}
    </May>
  );
}
