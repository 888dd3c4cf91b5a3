import { useTranslation } from 'react-i18next';
import { isOrderEnded } from '../../../src-shared/orders/order.ts';
import { deliveryOf } from '../../../src-shared/orders/orderJoining.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { memberDeliveryText, memberOf, squadOf, type OrderPeople } from './orderWords.ts';

/** Everybody who goes, with how far the order came on each phone; and who was added and cannot come. One alone stands in the head. */
export function OrderCrew({
  order,
  people,
  times,
}: {
  order: Order;
  people: OrderPeople;
  times: Pick<TimeFormat, 'timeOfDay'>;
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
          </li>
        );
      })}
      {declined.map(({ memberId, squadId, atMs, reason, note }) => (
        <li key={memberId} data-declined-member-id={memberId}>
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
