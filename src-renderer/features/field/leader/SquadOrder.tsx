import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { orderDeeds, rejectionReasons } from '../../../../src-shared/orders/order.ts';
import { squadOfGoing } from '../../../../src-shared/orders/orderJoining.ts';
import { placeName, type Order } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';
import { ChoiceKeys, OrderHead, OrderTimer } from '../orders/OrderParts.tsx';
import type { LeaderActions } from './leaderActions.ts';

/** Why another member of the squad goes: one key for each. */
const reassignReasons = ['no_answer', 'busy', 'nearer', 'other'] as const;

export interface SquadOrderProps {
  order: Order;
  /** The leader's squad. */
  squadId: string;
  members: ReadonlyMap<string, Member>;
  nowMs: number;
  actions: Pick<LeaderActions, 'leadOrder'>;
}

/** One order of the squad: the leader answers it, or gives it to another member. One that a member only helps with is another squad's. */
export function SquadOrder({ order, squadId, members, nowMs, actions }: SquadOrderProps) {
  const { t, i18n } = useTranslation();
  const [choosing, setChoosing] = useState<'reject' | 'reassign' | { memberId: string }>();
  const deeds = orderDeeds(order);
  const isOwn = order.squadId === squadId;
  // Members of other squads are not known here.
  const crew = order.memberIds
    .filter((memberId) => squadOfGoing(order, memberId) === squadId)
    .map((memberId) => members.get(memberId)?.name ?? memberId);
  const lead = (...[deed]: [Parameters<LeaderActions['leadOrder']>[1]]): void => {
    setChoosing(undefined);
    void actions.leadOrder(order, deed);
  };
  if (choosing === 'reject') {
    return (
      <ChoiceKeys
        title={t('field.orders.whyNot')}
        values={rejectionReasons}
        words={(reason) => t(`orders.rejection.${reason}`)}
        onChoose={(reason) => lead({ type: 'reject', reason })}
        onBack={() => setChoosing(undefined)}
      />
    );
  }
  if (choosing === 'reassign') {
    return (
      <ChoiceKeys
        title={t('field.leader.toWhom', { number: order.number })}
        values={[...members.keys()].filter((memberId) => !order.memberIds.includes(memberId))}
        words={(memberId) => members.get(memberId)?.name ?? memberId}
        onChoose={(memberId) => setChoosing({ memberId })}
        onBack={() => setChoosing(undefined)}
      />
    );
  }
  if (choosing !== undefined) {
    const { memberId } = choosing;
    return (
      <ChoiceKeys
        title={t('field.leader.why', { name: members.get(memberId)?.name ?? memberId })}
        values={reassignReasons}
        words={(reason) => t(`field.leader.reason.${reason}`)}
        onChoose={(reason) =>
          lead({
            type: 'reassign',
            crew: { memberIds: [memberId], inChargeId: memberId },
            reason: t(`field.leader.reason.${reason}`),
          })
        }
        onBack={() => setChoosing('reassign')}
      />
    );
  }
  return (
    <section className="field-order" data-squad-order={order.number}>
      <OrderHead order={order} />
      <p className="field-order-place">{placeName(order.place, i18n.language)}</p>
      <p className="field-quiet">
        {isOwn ? crew.join(' · ') : t('field.leader.helps', { names: crew.join(' · ') })}
      </p>
      <OrderTimer order={order} nowMs={nowMs} isWaiting={false} />
      <div className="field-squad-keys" hidden={!isOwn}>
        {isOwn && deeds.next === 'accepted' && (
          <button type="button" className="field-switch" onClick={() => lead({ type: 'accept' })}>
            {t('field.orders.step.accepted')}
          </button>
        )}
        {isOwn && deeds.reject && (
          <button type="button" className="field-switch" onClick={() => setChoosing('reject')}>
            {t('field.orders.step.rejected')}
          </button>
        )}
        {isOwn && deeds.reassign && (
          <button type="button" className="field-switch" onClick={() => setChoosing('reassign')}>
            {t('field.leader.reassign')}
          </button>
        )}
      </div>
    </section>
  );
}
