import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { footSwitchKeys, type FootSwitch } from './footSwitch.ts';

/** Which key a foot switch sends that is a keyboard to the computer. One that is a gamepad needs no choice. */
export function FootSwitchPanel({ footSwitch }: { footSwitch: FootSwitch }) {
  const { t } = useTranslation();
  const code = useStore(footSwitch.store, (state) => state.code);
  return (
    <section className="headsets" aria-label={t('footSwitch.title')}>
      <h2>{t('footSwitch.title')}</h2>
      <p className="desk-dim">{t('footSwitch.how')}</p>
      <NativeSelect
        label={t('footSwitch.key')}
        value={code ?? ''}
        onChange={(event) => footSwitch.choose(event.currentTarget.value || undefined)}
        data={[
          { value: '', label: t('footSwitch.none') },
          ...footSwitchKeys.map((key) => ({ value: key, label: key })),
        ]}
      />
    </section>
  );
}
