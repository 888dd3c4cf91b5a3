import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOrderEnded, orderDeeds } from '../../../src-shared/orders/order.ts';
import { deliveryOf } from '../../../src-shared/orders/orderJoining.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import { memberDeliveryText, memberOf, squadOf, type OrderPeople } from './orderWords.ts';

/** Everybody who goes, with how far the order came on each phone; and who was added and cannot come. One alone stands in the head. */
export function OrderCrew({
  order,
  people,
  times,
  enabled,
  onTakeOff,
}: {
  order: Order;
  people: OrderPeople;
  times: Pick<TimeFormat, 'timeOfDay'>;
  enabled: boolean;
  /** Takes off a member who was added. */
  onTakeOff(memberId: string): void;
}) {
  const { t, i18n } = useTranslation();
  const { memberIds, inChargeId, declined = [] } = order;
  const isHead = memberIds.length < 2 && memberIds[0] === inChargeId;
  if (isOrderEnded(order) || (isHead && declined.length === 0)) return null;
  return (
    <ul className="order-crew" aria-label={t('orders.crew.title')}>
      {memberIds.map((memberId) => {
        const delivery = deliveryOf(order, memberId);
        const name = memberOf(memberId, people, t);
        const joined = delivery?.joined;
        const said = memberDeliveryText(order, memberId, times, t);
        return (
          <li key={memberId} data-crew-member-id={memberId}>
            <span>
              {memberId === inChargeId ? t('orders.inCharge', { name }) : name}
              {joined !== undefined && (
                <span className="desk-dim">
                  {' · '}
                  {squadOf(joined.squadId, people, t, i18n.language)}
                  {' · '}
                  {t('orders.crew.joinedAt', { at: times.timeOfDay(joined.atMs) })}
                </span>
              )}
            </span>
            <span className={said.isProved ? 'desk-dim' : 'desk-not-normal'}>{said.text}</span>
            {joined !== undefined && orderDeeds(order).remove && (
              <TakeOffKey
                memberId={memberId}
                name={name}
                enabled={enabled}
                onTakeOff={() => onTakeOff(memberId)}
              />
            )}
          </li>
        );
      })}
      {declined.map(({ memberId, squadId, atMs, reason, note }) => (
        <li key={memberId} className="order-crew-declined" data-declined-member-id={memberId}>
          <span>
            {memberOf(memberId, people, t)}
            <span className="desk-dim"> · {squadOf(squadId, people, t, i18n.language)}</span>
          </span>
          <span className="desk-not-normal">
            {[
              t('orders.crew.declinedAt', { at: times.timeOfDay(atMs) }),
              t(`orders.rejection.${reason}`),
              note,
            ]
              .filter((part) => part !== undefined)
              .join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Takes a member off with two presses, so that no hand slips. */
function TakeOffKey({
  memberId,
  name,
  enabled,
  onTakeOff,
}: {
  memberId: string;
  name: string;
  enabled: boolean;
  onTakeOff(): void;
}) {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  return (
    <May asks="orders:direct">
      {isAsked ? (
        <span className="order-crew-keys">
          <Button
            size="compact-sm"
            color="red"
            disabled={!enabled}
            data-take-off-now={memberId}
            onClick={() => {
              setAsked(false);
              onTakeOff();
            }}
          >
            {t('orders.crew.takeOffNow', { name })}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsked(false)}>
            {t('dialog.close')}
          </Button>
        </span>
      ) : (
        <span className="order-crew-keys">
          <Button
            size="compact-sm"
            variant="default"
            disabled={!enabled}
            data-take-off={memberId}
            aria-label={t('orders.crew.takeOffNow', { name })}
            onClick={() => setAsked(true)}
          >
            {t('orders.crew.takeOff')}…
          </Button>
        </span>
      )}
    </May>
  );
}
