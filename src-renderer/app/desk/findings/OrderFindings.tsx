import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { placeName, type Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../../ui/May.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskStore } from '../DeskState.ts';
import type { DeskFindings } from './DeskFindings.ts';

export interface OrderFindingsParts {
  session: SessionStore;
  findings: DeskFindings;
  desk: DeskStore;
}

/** What was found within an order, and the key that writes another finding. */
export function OrderFindings({ session, findings, desk, order }: OrderFindingsParts & { order: Order }) {
  const { t, i18n } = useTranslation();
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const all = useStore(findings.store, (state) => state.findings);
  const own = [...all.values()].filter(({ orderId }) => orderId === order.orderId);
  return (
    <div className="order-deeds">
      {own.map(({ findingId, number, state }) => (
        <Button
          key={findingId}
          variant="subtle"
          color="gray"
          onClick={() => {
            findings.actions.choose(findingId);
            desk.show('findings');
          }}
        >
          {number} · {t(`findings.state.${state}`)}
        </Button>
      ))}
      <May asks="findings:create">
        <Button
          disabled={!enabled}
          onClick={() => {
            desk.show('findings');
            findings.actions.write({
              orderId: order.orderId,
              placeName: placeName(order.place, i18n.language),
            });
          }}
        >
          {t('findings.new')}…
        </Button>
      </May>
    </div>
  );
}
