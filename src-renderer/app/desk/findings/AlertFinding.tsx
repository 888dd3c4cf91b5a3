import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { alertTitle } from '../../../features/alerts/alertWords.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { May } from '../../../ui/May.tsx';
import type { DeskStore } from '../DeskState.ts';
import type { DeskFindings } from './DeskFindings.ts';
import { DeskSiteMark } from './findingsFeature.tsx';

interface AlertFindingParts {
  alerts: AlertsStore;
  findings: DeskFindings;
  desk: DeskStore;
}

/** Writes a finding from the chosen alert, with its site, its camera and its words. */
export function AlertFinding({ alerts, findings, desk, enabled }: AlertFindingParts & { enabled: boolean }) {
  const { t, i18n } = useTranslation();
  const alert = useStore(alerts, (state) => state.open.get(state.chosenId ?? ''));
  const kinds = useStore(alerts, (state) => state.kinds);
  const place = alert?.place;
  if (alert === undefined || place === undefined) return null;
  return (
    <May asks="findings:create">
      <Button
        disabled={!enabled}
        onClick={() => {
          alerts.setState({ chosenId: undefined, ask: undefined });
          desk.show('findings');
          findings.actions.write({
            alertId: alert.alertId,
            placeName: i18n.language === 'en' ? (place.siteNameEn ?? place.siteName) : place.siteName,
            words: alertTitle(alert, kinds, i18n.language),
          });
        }}
      >
        {t('findings.new')}…
      </Button>
    </May>
  );
}

/** Open findings of the site of the chosen alert. */
export function AlertSiteMark({ alerts, findings, desk }: AlertFindingParts) {
  const place = useStore(alerts, (state) => state.open.get(state.chosenId ?? '')?.place);
  return <DeskSiteMark findings={findings} desk={desk} siteId={place?.siteId} siteName={place?.siteName} />;
}
