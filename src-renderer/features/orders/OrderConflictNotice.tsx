import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { OrderSteps } from './OrderSteps.tsx';

/** What was refused because the order changed meanwhile: what changed, and whether to do it all the same. */
export function OrderConflictNotice(props: OrdersPanelProps & { order: Order }) {
  const { store, actions, enabled, order } = props;
  const { t } = useTranslation();
  const conflict = useStore(store, (state) => state.conflict);
  const read = useStore(store, (state) => state.read);
  if (conflict?.orderId !== order.orderId) return null;
  const { wish } = conflict;
  const command = t(`orders.deed.${wish.type === 'direct' ? wish.deed.type : 'override'}`);
  const since = (read?.steps ?? []).filter(({ revision = 0 }) => revision > conflict.revision);
  return (
    <section className="order-conflict" role="alert" data-order-conflict>
      <p>{t('orders.conflict.title', { command })}</p>
      <OrderSteps {...props} steps={since} />
      <div className="order-deeds">
        <May asks={wish.type === 'direct' ? 'orders:direct' : 'orders:override'}>
          <Button disabled={!enabled} onClick={() => void actions.again(order.revision)}>
            {t('orders.conflict.again', { command })}
          </Button>
        </May>
        <Button variant="subtle" color="gray" onClick={actions.leaveConflict}>
          {t('orders.conflict.leave')}
        </Button>
      </div>
    </section>
  );
}
