import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { orderDeeds } from '../../../src-shared/orders/order.ts';
import {
  fittingAlertDeed,
  type Order,
  type OrderAlertDeed,
} from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import { AlertDeedSelect } from './AlertDeedSelect.tsx';
import { CrewChooser } from './CrewChooser.tsx';
import { JoinChooser } from './JoinChooser.tsx';
import { othersFor } from './needyOrders.ts';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { OrderOverride } from './OrderOverride.tsx';

type Asked = 'add' | 'reassign' | 'close' | 'cancel' | 'note' | 'override';

/** What can be done with an order now. Each deed that ends it says what becomes of its alert. */
export function OrderDeeds(props: OrdersPanelProps & { order: Order }) {
  const { order, store, actions, people, enabled } = props;
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | undefined>();
  const [text, setText] = useState('');
  const [alert, setAlert] = useState<OrderAlertDeed>();
  const ranked = useStore(store, (state) =>
    state.ranked?.forId === order.orderId ? state.ranked.candidates : undefined,
  );
  const deeds = orderDeeds(order);
  const { orderId, revision, place, skill } = order;
  const isChoosing = deeds.dispatch || asked === 'reassign';
  const isRanking = isChoosing || (asked === 'add' && deeds.add);
  useEffect(() => {
    if (isRanking) void actions.rank(orderId, { place, skill });
    // A place that came again with the next change of the order is the same one.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [actions, isRanking, orderId]);
  const reason = text.trim();
  const ask = (next: Asked | undefined): void => {
    setAsked(next);
    setText('');
    setAlert(undefined);
  };
  const end = asked === 'cancel' ? 'cancelled' : 'closed';
  const alertDeed =
    order.alertId === undefined ? undefined : (alert ?? fittingAlertDeed(end, order.cleared?.disposition));
  const carryOut = (): void => {
    const withAlert = alertDeed === undefined ? {} : { alert: alertDeed };
    if (asked === 'note') void actions.direct(orderId, revision, { type: 'note', note: reason });
    else if (asked === 'cancel')
      void actions.direct(orderId, revision, { type: 'cancel', reason, ...withAlert });
    else if (asked === 'close') {
      const note = reason === '' ? {} : { note: reason };
      void actions.direct(orderId, revision, { type: 'close', ...note, ...withAlert });
    }
    ask(undefined);
  };
  const key = (name: Asked, isFilled = false) => (
    <Button
      disabled={!enabled}
      aria-pressed={asked === name}
      data-deed={name}
      {...(isFilled ? { variant: 'filled' } : {})}
      onClick={() => ask(name)}
    >
      {t(`orders.deed.${name}`)}…
    </Button>
  );
  return (
    <>
      <May asks="orders:direct">
        <div className="order-deeds">
          {deeds.add && key('add')}
          {deeds.reassign && key('reassign')}
          {deeds.close && key('close', true)}
          {key('note')}
          {deeds.cancel && key('cancel')}
        </div>
        {asked === 'add' && deeds.add && (
          <section aria-label={t('orders.crew.whoJoins')}>
            <h2>{t('orders.crew.whoJoins')}</h2>
            <p className="desk-dim">{t('orders.crew.joinHint')}</p>
            <JoinChooser
              candidates={ranked}
              goingIds={order.memberIds}
              people={people}
              enabled={enabled}
              limit={8}
              onAdd={(memberIds) => {
                void actions.direct(orderId, revision, { type: 'add', memberIds });
                ask(undefined);
              }}
            />
            <Button variant="subtle" color="gray" onClick={() => ask(undefined)}>
              {t('dialog.close')}
            </Button>
          </section>
        )}
        {asked !== undefined && asked !== 'override' && asked !== 'add' && (
          <div className="order-ask" role="group" aria-label={t(`orders.ask.${asked}`)}>
            <TextInput
              label={t(`orders.ask.${asked}`)}
              value={text}
              maxLength={500}
              data-autofocus
              autoFocus
              onChange={(event) => setText(event.currentTarget.value)}
            />
            {(asked === 'close' || asked === 'cancel') && alertDeed !== undefined && (
              <AlertDeedSelect value={alertDeed} onChange={setAlert} />
            )}
            {asked !== 'reassign' && (
              <Button disabled={!enabled || (asked !== 'close' && reason === '')} onClick={carryOut}>
                {t('orders.confirm')}
              </Button>
            )}
            <Button variant="subtle" color="gray" onClick={() => ask(undefined)}>
              {t('dialog.close')}
            </Button>
          </div>
        )}
        {isChoosing && (
          <section>
            <h2>{t('orders.whoGoes')}</h2>
            <CrewChooser
              candidates={deeds.dispatch && ranked !== undefined ? othersFor(order, ranked) : ranked}
              people={people}
              enabled={enabled && (deeds.dispatch || reason !== '')}
              {...(deeds.dispatch ? { firstKey: 'g' } : {})}
              limit={8}
              onChoose={({ memberIds, inChargeId }) => {
                const crew = { memberIds, inChargeId };
                void actions.direct(
                  orderId,
                  revision,
                  deeds.dispatch ? { type: 'dispatch', crew } : { type: 'reassign', crew, reason },
                );
                ask(undefined);
              }}
            />
          </section>
        )}
      </May>
      {deeds.cancel && (
        <May asks="orders:override">
          <div className="order-deeds">{key('override')}</div>
          {asked === 'override' && <OrderOverride {...props} onDone={() => ask(undefined)} />}
        </May>
      )}
    </>
  );
}
