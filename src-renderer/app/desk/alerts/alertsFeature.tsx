import { useStore } from 'zustand';
import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import { AlertQueue, SoundBlocked } from '../../../features/alerts/AlertQueue.tsx';
import {
  kindsById,
  resetAlerts,
  takeAlerts,
  type AlertsStore,
} from '../../../features/alerts/alertsStore.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import { createAlertKeys } from './alertKeys.ts';
import { DeskAlert, type DeskAlertProps } from './DeskAlert.tsx';

export interface AlertsFeatureParts extends DeskAlertProps {
  /** Whether the hub takes commands. */
  connected(): boolean;
  rights: Pick<DeskRights, 'allow'>;
}

/** Alerts: the queue on the left, and the chosen alert in place of the view. */
export function createAlertsFeature(
  parts: AlertsFeatureParts,
): DeskFeature<'alerts:arrived' | 'alerts:changed' | 'alerts:countsChanged' | 'alerts:kindsChanged'> {
  const { alerts } = parts;
  return {
    panels: {
      left: () => <Queue {...parts} />,
      leftFoot: () => <SoundBlocked store={alerts} />,
      main: {
        reads: [alerts],
        isShown: () => alerts.getState().chosenId !== undefined,
        Panel: () => <DeskAlert {...parts} />,
      },
    },
    keys: createAlertKeys(parts),
    takeSnapshot({ snapshot }) {
      resetAlerts(alerts, snapshot.alerts);
      // A desk that is locked receives only the number of alerts.
      if (snapshot.alertCounts !== undefined) alerts.setState({ counts: snapshot.alertCounts });
    },
    takeNotice: {
      'alerts:arrived': (payload) => takeAlerts(alerts, payload.alerts),
      'alerts:changed': (payload) => takeAlerts(alerts, payload.alerts),
      'alerts:countsChanged': ({ counts }) => alerts.setState({ counts }),
      'alerts:kindsChanged': ({ kinds }) => alerts.setState({ kinds: kindsById(kinds) }),
    },
  };
}

/** The queue is a component of its own, so that its running ages draw nothing else again. */
function Queue(props: { session: SessionStore; alerts: AlertsStore; alertActions: AlertActions }) {
  const { session, alerts, alertActions } = props;
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return <AlertQueue store={alerts} actions={alertActions} nowMs={nowMs} enabled={enabled} />;
}
