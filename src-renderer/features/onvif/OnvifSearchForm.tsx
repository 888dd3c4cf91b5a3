import { Button, Checkbox, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnvifSearch } from '../../../src-shared/onvif/onvif.protocol.ts';
import { May } from '../../ui/May.tsx';

/** Where to search, and how far the search is. */
export function OnvifSearchForm({
  search,
  found,
  isBusy,
  onSearch,
}: {
  search: OnvifSearch | undefined;
  /** Devices that are listed. */
  found: number;
  isBusy: boolean;
  onSearch(input: { probe: boolean; addresses: string }): void;
}) {
  const { t } = useTranslation();
  const [probe, setProbe] = useState(true);
  const [addresses, setAddresses] = useState('');
  const isRunning = search?.isRunning === true;
  const isWhole = probe || addresses.trim() !== '';
  return (
    <form
      className="onvif-search"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isBusy && !isRunning) onSearch({ probe, addresses });
      }}
    >
      <Textarea
        className="onvif-addresses"
        label={t('onvif.addresses')}
        description={t('onvif.addressesText')}
        placeholder={'192.168.1.20\n192.168.1.10-60'}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={4_000}
        spellCheck={false}
        value={addresses}
        onChange={(event) => setAddresses(event.currentTarget.value)}
      />
      <div className="onvif-search-start">
        <Checkbox
          label={t('onvif.probe')}
          checked={probe}
          onChange={(event) => setProbe(event.currentTarget.checked)}
        />
        <May asks="onvif:search">
          <Button
            type="submit"
            variant="filled"
            disabled={!isWhole}
            aria-disabled={isBusy || isRunning}
            data-onvif-search
          >
            {t('onvif.search')}
          </Button>
        </May>
        <span role="status" data-searching={isRunning}>
          {search === undefined
            ? ''
            : isRunning
              ? search.addresses > 0
                ? t('onvif.searchingAddresses', search)
                : t('onvif.searching', { count: search.answered })
              : search.startedAtMs !== undefined && t('onvif.searched', { count: search.answered })}
        </span>
      </div>
      {search?.startedAtMs !== undefined && !isRunning && found === 0 && (
        <div className="desk-not-normal" data-nothing-found>
          {t('onvif.nothingFound')}
          <ul>
            {(['network', 'switchedOn', 'account', 'byAddress'] as const).map((check) => (
              <li key={check}>{t(`onvif.check.${check}`)}</li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}
