import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertAdmin } from '../../../features/alerts/alertAdmin.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { RegistryActions } from '../../../features/cameras/registryActions.ts';
import { AlertSettings } from '../../../features/alerts/AlertSettings.tsx';
import { RegistryPanel } from '../../../features/cameras/RegistryPanel.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import './DeskRegistry.css';

export interface DeskRegistryProps {
  session: SessionStore;
  alerts: AlertsStore;
  alertAdmin: AlertAdmin;
  registry: RegistryActions;
}

const parts = ['registry', 'alerts'] as const;

/** What is set once and kept: the registry of sites and cameras, and who may report alerts of what kinds. */
export function DeskRegistry({ session, alerts, alertAdmin, registry }: DeskRegistryProps) {
  const { t } = useTranslation();
  const [part, setPart] = useState<string>('registry');
  const times = useStore(session, (state) => state.times);
  return (
    <>
      <div className="desk-parts">
        <SegmentedControl
          value={part}
          onChange={setPart}
          data={parts.map((value) => ({
            value,
            label: value === 'registry' ? t('registry.title') : t('alertKeys.page'),
          }))}
        />
      </div>
      {part === 'registry' ? (
        <RegistryPanel actions={registry} />
      ) : (
        <AlertSettings admin={alertAdmin} alerts={alerts} times={times} />
      )}
    </>
  );
}
