import { Button } from '@mantine/core';
import { useEffect } from 'react';
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

/** What was found within an order, ended ones too, and the key that writes another finding. */
export function OrderFindings({ session, findings, desk, order }: OrderFindingsParts & { order: Order }) {
  const { t, i18n } = useTranslation();
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const { orderId } = order;
  const open = useStore(findings.store, (state) => state.findings);
  const read = useStore(findings.store, (state) => state.ofOrder);
  useEffect(() => {
    if (enabled) void findings.actions.readOfOrder(orderId);
  }, [enabled, findings, orderId]);
  const known = new Map([...open, ...(read?.orderId === orderId ? read.found : [])]);
  const own = [...known.values()]
    .filter((finding) => finding.orderId === orderId)
    .toSorted((left, right) => left.foundAtMs - right.foundAtMs);
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
              orderId,
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
