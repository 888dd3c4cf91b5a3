import { Button, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  districts,
  siteTypes,
  type District,
  type SiteType,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import type { TourSettings } from '../../../src-shared/wall/tourSettings.ts';
import { TimeField } from '../../ui/desk/TimeField.tsx';
import { minuteOf, minuteText } from './minuteText.ts';

type Boosts = TourSettings['boosts'];

const isTime = (text: string): boolean => minuteOf(text) !== undefined;

/** Which cameras come more often: by type of site at a time of day, and by district. */
export function BoostEditor({ boosts, onChange }: { boosts: Boosts; onChange(boosts: Boosts): void }) {
  const { t } = useTranslation();
  const setType = (index: number, changed: Partial<Boosts['siteTypes'][number]>): void =>
    onChange({
      ...boosts,
      siteTypes: boosts.siteTypes.map((boost, at) => (at === index ? { ...boost, ...changed } : boost)),
    });
  const setDistrict = (index: number, changed: Partial<Boosts['districts'][number]>): void =>
    onChange({
      ...boosts,
      districts: boosts.districts.map((boost, at) => (at === index ? { ...boost, ...changed } : boost)),
    });
  return (
    <div className="boosts">
      {boosts.siteTypes.map((boost, index) => (
        <div key={`type-${index}`} className="desk-row">
          <Select
            aria-label={t('library.boostType')}
            allowDeselect={false}
            value={boost.siteType}
            data={siteTypes.map((value) => ({ value, label: t(`siteType.${value}`) }))}
            onChange={(value) => setType(index, { siteType: value as SiteType })}
          />
          <TimeField
            label={t('library.from')}
            value={minuteText(boost.fromMinute)}
            isTime={isTime}
            onChange={(text) => setType(index, { fromMinute: minuteOf(text) ?? boost.fromMinute })}
          />
          <span>{t('library.to')}</span>
          <TimeField
            label={t('library.to')}
            value={minuteText(boost.toMinute)}
            isTime={isTime}
            onChange={(text) => setType(index, { toMinute: minuteOf(text) ?? boost.toMinute })}
          />
          <Weight value={boost.weight} onChange={(weight) => setType(index, { weight })} />
          <Button
            onClick={() =>
              onChange({ ...boosts, siteTypes: boosts.siteTypes.filter((_, at) => at !== index) })
            }
          >
            {t('library.remove')}
          </Button>
        </div>
      ))}
      {boosts.districts.map((boost, index) => (
        <div key={`district-${index}`} className="desk-row">
          <Select
            aria-label={t('library.boostDistrict')}
            allowDeselect={false}
            value={boost.district}
            data={districts.map((value) => ({ value, label: t(`district.${value}`) }))}
            onChange={(value) => setDistrict(index, { district: value as District })}
          />
          <Weight value={boost.weight} onChange={(weight) => setDistrict(index, { weight })} />
          <Button
            onClick={() =>
              onChange({ ...boosts, districts: boosts.districts.filter((_, at) => at !== index) })
            }
          >
            {t('library.remove')}
          </Button>
        </div>
      ))}
      <div className="desk-row">
        <Button
          disabled={boosts.siteTypes.length >= 40}
          onClick={() =>
            onChange({
              ...boosts,
              siteTypes: [
                ...boosts.siteTypes,
                // Canteens of schools before noon are what most cities begin with.
                { siteType: 'school_canteen', fromMinute: 10 * 60, toMinute: 12 * 60, weight: 3 },
              ],
            })
          }
        >
          {t('library.addTypeBoost')}
        </Button>
        <Button
          disabled={boosts.districts.length >= 40}
          onClick={() =>
            onChange({ ...boosts, districts: [...boosts.districts, { district: '咸安区', weight: 2 }] })
          }
        >
          {t('library.addDistrictBoost')}
        </Button>
      </div>
    </div>
  );
}

function Weight({ value, onChange }: { value: number; onChange(weight: number): void }) {
  const { t } = useTranslation();
  return (
    <NumberInput
      aria-label={t('library.weight')}
      prefix="× "
      w={80}
      value={value}
      min={1}
      max={10}
      decimalScale={1}
      clampBehavior="strict"
      onChange={(next) => {
        const weight = Number(next);
        if (weight >= 1 && weight <= 10) onChange(weight);
      }}
    />
  );
}
