import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { ConflictNotice } from '../../ui/desk/ConflictNotice.tsx';
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
  const since = (read?.steps ?? []).filter(({ revision = 0 }) => revision > conflict.revision);
  return (
    <ConflictNotice
      of="order"
      command={t(`orders.deed.${wish.type === 'direct' ? wish.deed.type : 'override'}`)}
      asks={wish.type === 'direct' ? 'orders:direct' : 'orders:override'}
      enabled={enabled}
      onAgain={() => void actions.again(order.revision)}
      onLeave={actions.leaveConflict}
    >
      <OrderSteps {...props} steps={since} />
    </ConflictNotice>
  );
}
