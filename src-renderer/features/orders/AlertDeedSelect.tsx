import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { orderAlertDeedSchema, type OrderAlertDeed } from '../../../src-shared/orders/orders.protocol.ts';

/** What becomes of the alert. */
export function AlertDeedSelect({
  value,
  onChange,
}: {
  value: OrderAlertDeed;
  onChange(value: OrderAlertDeed): void;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('orders.alertDeed.title')}
      value={value}
      allowDeselect={false}
      data={orderAlertDeedSchema.options.map((one) => ({ value: one, label: t(`orders.alertDeed.${one}`) }))}
      onChange={(chosen) => onChange(orderAlertDeedSchema.options.find((one) => one === chosen) ?? value)}
    />
  );
}
