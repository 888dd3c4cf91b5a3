import { useStore } from 'zustand';
import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import type { AlertHistory } from '../../../features/alerts/alertHistory.ts';
import { AlertHistoryPanel } from '../../../features/alerts/AlertHistoryPanel.tsx';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';

export interface HistoryFeatureParts {
  session: SessionStore;
  alerts: AlertsStore;
  history: AlertHistory;
  directory: DirectoryStore;
  actions: Pick<DeskActions, 'titleOf'>;
  alertActions: Pick<AlertActions, 'choose'>;
}

/** Closed and open alerts of the past, searched and counted. */
export function createHistoryFeature(parts: HistoryFeatureParts): DeskFeature {
  return {
    view: { name: 'history', title: (t) => t('desk.view.history'), View: () => <History {...parts} /> },
  };
}

function History({ session, alerts, history, directory, actions, alertActions }: HistoryFeatureParts) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const cameras = useStore(directory, (state) => state.cameras);
  return (
    <AlertHistoryPanel
      history={history}
      alerts={alerts}
      times={times}
      enabled={enabled}
      titleOf={(cameraId) => (cameras.has(cameraId) ? actions.titleOf(cameraId) : undefined)}
      onChoose={alertActions.choose}
    />
  );
}
