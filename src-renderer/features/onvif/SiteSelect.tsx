import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteEntry } from '../../../src-shared/cameras/cameras.protocol.ts';

/** The registry's sites, as this page asks for them. */
export interface OnvifSites {
  /** By name, pinyin, initials, district or address, the best first. */
  find(words: string, limit: number): SiteEntry[];
  entry(siteId: string): SiteEntry | undefined;
  /** Names of the cameras that a site has. */
  cameraNames(siteId: string): Iterable<string>;
}

const listed = 12;

/** A field in which a site is chosen by typing. */
export function SiteSelect({
  sites,
  siteId,
  label,
  isLabelShown = false,
  isDisabled = false,
  onChoose,
}: {
  sites: OnvifSites;
  siteId: string | undefined;
  label: string;
  isLabelShown?: boolean;
  isDisabled?: boolean;
  onChoose(siteId: string | undefined): void;
}) {
  const { t, i18n } = useTranslation();
  const [words, setWords] = useState('');
  const chosen = siteId === undefined ? undefined : sites.entry(siteId);
  const nameOf = ({ siteName, siteNameEn, district }: SiteEntry): string =>
    `${(i18n.language === 'en' ? siteNameEn : undefined) ?? siteName} · ${t(`district.${district}`)}`;
  // While the field shows the chosen site its text is no question.
  const isAsking = chosen === undefined || words !== nameOf(chosen);
  const found = sites.find(isAsking ? words : '', listed);
  const offered = chosen === undefined || found.includes(chosen) ? found : [chosen, ...found];
  return (
    <Select
      {...(isLabelShown ? { label } : { 'aria-label': label })}
      className="onvif-site-field"
      placeholder={t('onvif.siteHint')}
      disabled={isDisabled}
      searchable
      clearable
      value={chosen?.siteId ?? null}
      data={offered.map((site) => ({ value: site.siteId, label: nameOf(site) }))}
      // They were found already, by more than their names.
      filter={({ options }) => options}
      nothingFoundMessage={t('onvif.noSite')}
      searchValue={words}
      onSearchChange={setWords}
      onChange={(value) => onChoose(value ?? undefined)}
    />
  );
}
