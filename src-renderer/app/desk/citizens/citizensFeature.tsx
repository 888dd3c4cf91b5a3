import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertActions } from '../../../features/alerts/alertActions.ts';
import { AlertReports } from '../../../features/citizens/AlertReports.tsx';
import { CitizensPanel } from '../../../features/citizens/CitizensPanel.tsx';
import type { DeskCitizens } from '../../../features/citizens/citizensStore.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';

export interface CitizensFeatureParts {
  citizens: DeskCitizens;
  session: SessionStore;
  alertActions: AlertActions;
}

/** Reports of citizens: those that wait for an answer. */
export function createCitizensFeature(parts: CitizensFeatureParts): DeskFeature<'citizens:reportsChanged'> {
  const { citizens } = parts;
  return {
    view: {
      name: 'citizens',
      title: (t) => t('desk.view.citizens'),
      Tab: () => <CitizensTab citizens={citizens} />,
      View: () => <CitizensView {...parts} />,
    },
    takeSnapshot: ({ snapshot }) => citizens.reset(snapshot.citizenReports ?? []),
    takeNotice: { 'citizens:reportsChanged': ({ reports }) => citizens.changed(reports) },
  };
}

/** With how many wait, and a mark while one is overdue. */
function CitizensTab({ citizens }: Pick<CitizensFeatureParts, 'citizens'>) {
  const { t } = useTranslation();
  const count = useStore(citizens.store, (state) => state.waiting.size);
  const isLate = useStore(citizens.store, (state) =>
    [...state.waiting.values()].some(({ escalatedAtMs }) => escalatedAtMs !== undefined),
  );
  return (
    <>
      {t('desk.view.citizens')}
      {count > 0 && <span className={isLate ? 'citizen-late' : ''}> {count}</span>}
    </>
  );
}

function CitizensView({ citizens, session, alertActions }: CitizensFeatureParts) {
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return (
    <CitizensPanel
      {...{ citizens, times, nowMs, enabled }}
      onAlert={(alertId) => alertActions.choose(alertId)}
    />
  );
}

/** Beside the alert of reports: what they say, and the answer. */
export function CitizenAlertSide({
  citizens,
  session,
  alertId,
  onPicture,
}: Pick<CitizensFeatureParts, 'citizens' | 'session'> & {
  alertId: string;
  onPicture(hash: string): void;
}) {
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return <AlertReports key={alertId} {...{ citizens, alertId, times, nowMs, enabled, onPicture }} />;
}
