import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimeFormat } from '../../ui/times.ts';
import type { AlertAdmin } from './alertAdmin.ts';
import { AlertKeysPanel } from './AlertKeysPanel.tsx';
import { AlertKindsPanel } from './AlertKindsPanel.tsx';
import type { AlertsStore } from './alertsStore.ts';
import './alertSettings.css';

/** Who may report alerts, and of what kinds. */
export function AlertSettings({
  admin,
  alerts,
  times,
  sentences,
}: {
  admin: AlertAdmin;
  alerts: AlertsStore;
  times: TimeFormat;
  /** The sentences for kitchens, one for each alert type. */
  sentences: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="desk-page alert-settings">
      <h1>{t('alertKeys.page')}</h1>
      <AlertKeysPanel admin={admin} times={times} />
      <AlertKindsPanel admin={admin} alerts={alerts} />
      {sentences}
    </div>
  );
}
