import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  keyPurposes,
  purposesOfDistricts,
  usualKeyLifeDays,
  type KeyPurpose,
} from '../../../src-shared/session/keyPurposes.ts';
import type { NewPlatformKey } from './alertAdmin.ts';

/** Lives that a key can have, in days. */
const lives = [30, 92, usualKeyLifeDays, 1_096];

/** What a new key is for. */
export function NewKeyForm({ busy, make }: { busy: boolean; make(key: NewPlatformKey): Promise<void> }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<KeyPurpose>('alerts');
  const [districts, setDistricts] = useState('');
  const [lifeDays, setLifeDays] = useState(usualKeyLifeDays);
  const hasDistricts = purposesOfDistricts.includes(purpose);
  return (
    <form
      className="desk-row"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '') return;
        void make({ name, purpose, districts: hasDistricts ? districts : '', lifeDays }).then(() =>
          setName(''),
        );
      }}
    >
      <TextInput
        className="alert-key-name"
        aria-label={t('alertKeys.name')}
        placeholder={t('alertKeys.name')}
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={t('alertKeys.purpose')}
        value={purpose}
        data={keyPurposes.map((value) => ({ value, label: t(`alertKeys.purposes.${value}`) }))}
        onChange={({ currentTarget }) =>
          setPurpose(keyPurposes.find((one) => one === currentTarget.value) ?? 'alerts')
        }
      />
      {hasDistricts && (
        <TextInput
          aria-label={t('alertKeys.districts')}
          placeholder={t('alertKeys.allDistricts')}
          maxLength={1_000}
          value={districts}
          onChange={(event) => setDistricts(event.currentTarget.value)}
        />
      )}
      <NativeSelect
        aria-label={t('alertKeys.life')}
        value={String(lifeDays)}
        data={lives.map((days) => ({ value: String(days), label: t('alertKeys.days', { count: days }) }))}
        onChange={(event) => setLifeDays(Number(event.currentTarget.value))}
      />
      <Button type="submit" variant="filled" disabled={busy || name.trim() === ''}>
        {t('alertKeys.make')}
      </Button>
    </form>
  );
}
