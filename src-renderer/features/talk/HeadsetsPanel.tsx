import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Headset } from './headsetWatch.ts';

export interface HeadsetsPanelProps {
  /** Undefined where this browser gives pages no headsets. */
  headsets: readonly Headset[] | undefined;
  onConnect(): void;
}

/** The headsets whose button is the talk key while it is held, and the way to connect one. Press the button to see that it is heard. */
export function HeadsetsPanel({ headsets, onConnect }: HeadsetsPanelProps) {
  const { t } = useTranslation();
  return (
    <section className="headsets" aria-label={t('headsets.title')}>
      <h2>{t('headsets.title')}</h2>
      {headsets === undefined ? (
        <p role="status" data-headsets="unsupported">
          {t('headsets.unsupported')}
        </p>
      ) : (
        <>
          <p className="desk-dim">{t('headsets.how')}</p>
          {headsets.length > 0 && (
            <ul>
              {headsets.map(({ name, state }, index) => (
                // Two of one kind have one name.
                <li key={`${index} ${name}`} data-headset={state}>
                  <span>{name === '' ? t('headsets.nameless') : name}</span>
                  <span role="status">{t(`headsets.state.${state}`)}</span>
                </li>
              ))}
            </ul>
          )}
          <Button onClick={onConnect}>{t('headsets.connect')}</Button>
        </>
      )}
    </section>
  );
}
