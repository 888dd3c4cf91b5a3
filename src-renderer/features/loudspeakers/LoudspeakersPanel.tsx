import { Button, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { findOutput, soundPurposes, type SoundPurpose } from '../../media/loudspeakerChoice.ts';
import type { LoudspeakersStore } from './loudspeakersStore.ts';
import './loudspeakers.css';

export interface LoudspeakersPanelProps {
  store: LoudspeakersStore;
  /** Undefined is the system’s default. */
  onChoose(purpose: SoundPurpose, deviceId: string | undefined): void;
  onTest(purpose: SoundPurpose): void;
  /** Asks the browser for the microphone, after which it names the loudspeakers. */
  onAllow(): void;
}

/** Which loudspeaker of this machine each purpose is heard from, with a test tone for each. */
export function LoudspeakersPanel({ store, onChoose, onTest, onAllow }: LoudspeakersPanelProps) {
  const { t } = useTranslation();
  const { listing, refusal } = useStore(store);
  return (
    <section className="loudspeakers" aria-label={t('soundDevices.loudspeakers')}>
      <h2>{t('soundDevices.loudspeakers')}</h2>
      <p className="desk-dim">{t('soundDevices.ofThisMachine')}</p>
      {listing !== 'named' && (
        <p role="status" data-listing={listing}>
          {t(`soundDevices.listing.${listing}`)}
        </p>
      )}
      {listing === 'unnamed' && <Button onClick={onAllow}>{t('soundDevices.allow')}</Button>}
      {refusal !== undefined && (
        <p className="desk-not-normal" role="alert" data-refusal={refusal}>
          {t(`soundDevices.refusal.${refusal}`)}
        </p>
      )}
      <div className="loudspeakers-rows">
        {soundPurposes.map((purpose) => (
          <PurposeRow key={purpose} {...{ store, purpose, onChoose, onTest }} />
        ))}
      </div>
    </section>
  );
}

function PurposeRow(props: Omit<LoudspeakersPanelProps, 'onAllow'> & { purpose: SoundPurpose }) {
  const { store, purpose, onChoose, onTest } = props;
  const { t } = useTranslation();
  const { listing, outputs, choices, uses, testing } = useStore(store);
  const choice = choices[purpose];
  const { standing } = uses[purpose];
  const found = choice === undefined ? undefined : findOutput(outputs, choice);
  const name = t(`soundDevices.purpose.${purpose}`);
  return (
    <div className="loudspeakers-row" data-purpose={purpose} data-standing={standing}>
      <NativeSelect
        label={name}
        value={found?.deviceId ?? choice?.deviceId ?? ''}
        disabled={listing !== 'named' && choice === undefined}
        onChange={(event) => onChoose(purpose, event.currentTarget.value || undefined)}
        data={[
          { value: '', label: t('soundDevices.default') },
          ...outputs.map(({ deviceId, label }) => ({ value: deviceId, label })),
          // What was chosen stays chosen while it is away.
          ...(choice === undefined || found !== undefined
            ? []
            : [{ value: choice.deviceId, label: t('soundDevices.away', { label: choice.label }) }]),
        ]}
      />
      <Button
        aria-label={t('soundDevices.testOf', { purpose: name })}
        disabled={testing !== undefined}
        onClick={() => onTest(purpose)}
      >
        {testing === purpose ? t('soundDevices.testing') : t('soundDevices.test')}
      </Button>
      {standing !== 'default' && standing !== 'chosen' && (
        <p className="desk-not-normal" role="status">
          {t(`soundDevices.standing.${standing}`, { label: choice?.label ?? '' })}
        </p>
      )}
    </div>
  );
}
