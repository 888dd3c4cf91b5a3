import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  repeatOffenderDays,
  repeatOffenderRecentDays,
} from '../../../src-shared/findings/repeatOffenders.ts';
import { placeName } from '../../../src-shared/orders/orders.protocol.ts';
import type { FindingsPanelProps } from './findingsPanelProps.ts';
import { SiteFindingsMark } from './SiteFindingsMark.tsx';

/** Sites at which something was found again and again, and the rules that they break again. */
export function OffendersPanel({ store, actions }: FindingsPanelProps) {
  const { t, i18n } = useTranslation();
  const offenders = useStore(store, (state) => state.offenders);
  if (offenders.length === 0) return <p className="desk-dim">{t('findings.offenders.none')}</p>;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('findings.offenders.site')}</Table.Th>
          <Table.Th>{t('findings.filter.district')}</Table.Th>
          <Table.Th>{t('findings.offenders.days', { count: repeatOffenderRecentDays })}</Table.Th>
          <Table.Th>{t('findings.offenders.days', { count: repeatOffenderDays })}</Table.Th>
          <Table.Th>{t('findings.offenders.recurring')}</Table.Th>
          <Table.Th>{t('findings.part.open')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {offenders.map(({ place, count30, count90, recurring }) => (
          <Table.Tr key={place.siteId ?? place.name} data-offender={place.siteId}>
            <Table.Td>{placeName(place, i18n.language)}</Table.Td>
            <Table.Td>{place.district === undefined ? '' : t(`district.${place.district}`)}</Table.Td>
            <Table.Td>{count30}</Table.Td>
            <Table.Td>{count90}</Table.Td>
            <Table.Td>
              {recurring.map(({ clause, count }) => (
                <div key={clause}>
                  {clause} ×{count}
                </div>
              ))}
            </Table.Td>
            <Table.Td>
              <SiteFindingsMark
                store={store}
                siteId={place.siteId}
                onOpen={() => {
                  actions.show('open');
                  actions.filter({ text: place.name, district: undefined, waits: 'all' });
                }}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
