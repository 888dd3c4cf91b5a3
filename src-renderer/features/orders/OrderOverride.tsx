import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dispositions, overrideTargetsFrom, type Disposition } from '../../../src-shared/orders/order.ts';
import {
  fittingAlertDeed,
  type Order,
  type OrderAlertDeed,
} from '../../../src-shared/orders/orders.protocol.ts';
import { AlertDeedSelect } from './AlertDeedSelect.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';

/** A supervisor takes a step for the squad, or closes what is not cleared; with a reason. */
export function OrderOverride({
  order,
  actions,
  enabled,
  onDone,
}: OrdersPanelProps & { order: Order; onDone(): void }) {
  const { t } = useTranslation();
  const targets = overrideTargetsFrom(order);
  const [wanted, setWanted] = useState<string>();
  const [reason, setReason] = useState('');
  const [disposition, setDisposition] = useState<Disposition>('other');
  const [alert, setAlert] = useState<OrderAlertDeed>();
  const to = targets.find((one) => one === wanted) ?? targets[0];
  if (to === undefined) return null;
  const saysFound =
    (to === 'cleared' || to === 'closed') && order.cleared === undefined && order.squadId !== undefined;
  const found = saysFound ? disposition : order.cleared?.disposition;
  const alertDeed =
    to !== 'closed' || order.alertId === undefined ? undefined : (alert ?? fittingAlertDeed('closed', found));
  return (
    <div className="order-ask" role="group" aria-label={t('orders.ask.override')}>
      <TextInput
        label={t('orders.ask.override')}
        value={reason}
        maxLength={500}
        autoFocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Select
        label={t('orders.override.to')}
        value={to}
        allowDeselect={false}
        data={targets.map((one) => ({ value: one, label: t(`orders.state.${one}`) }))}
        onChange={(value) => setWanted(value ?? undefined)}
      />
      {saysFound && (
        <Select
          label={t('orders.override.found')}
          value={disposition}
          allowDeselect={false}
          data={dispositions.map((one) => ({ value: one, label: t(`orders.disposition.${one}`) }))}
          onChange={(value) => setDisposition(dispositions.find((one) => one === value) ?? 'other')}
        />
      )}
      {alertDeed !== undefined && <AlertDeedSelect value={alertDeed} onChange={setAlert} />}
      <Button
        disabled={!enabled || reason.trim() === ''}
        onClick={() => {
          void actions.override(order.orderId, order.revision, {
            type: 'override',
            to,
            reason: reason.trim(),
            ...(saysFound ? { disposition } : {}),
            ...(alertDeed === undefined ? {} : { alert: alertDeed }),
          });
          onDone();
        }}
      >
        {t('orders.confirm')}
      </Button>
      <Button variant="subtle" color="gray" onClick={onDone}>
        {t('dialog.close')}
      </Button>
    </div>
  );
}
