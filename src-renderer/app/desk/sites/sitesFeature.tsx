import { useStore } from 'zustand';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { AppealsStrip } from '../../../features/sites/AppealsStrip.tsx';
import { SiteLinks } from '../../../features/sites/SiteLinks.tsx';
import { SiteSide } from '../../../features/sites/SiteSide.tsx';
import { takeAnswers } from '../../../features/sites/sitesStore.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskSites } from './DeskSites.ts';

export interface SitesFeatureParts {
  deskSites: DeskSites;
  session: SessionStore;
  alerts: AlertsStore;
}

/** What sites say of alerts: how many appeals wait, and with each alert the site's side of it. */
export function createSitesFeature({
  deskSites,
  alerts,
}: SitesFeatureParts): DeskFeature<'sites:answersChanged'> {
  const { store } = deskSites;
  return {
    panels: {
      leftFoot: () => <AppealsStrip store={store} onOpen={(chosenId) => alerts.setState({ chosenId })} />,
    },
    takeSnapshot({ snapshot }) {
      const appeals = snapshot.siteAppeals ?? [];
      store.setState({ waiting: new Map(appeals.map((appeal) => [appeal.alertId, appeal])) });
    },
    takeNotice: { 'sites:answersChanged': ({ answers }) => takeAnswers(store, answers) },
  };
}

/** Beside the chosen alert. */
export function AlertSiteSide({
  deskSites,
  session,
  alertId,
}: Pick<SitesFeatureParts, 'deskSites' | 'session'> & { alertId: string }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return (
    <SiteSide
      key={alertId}
      store={deskSites.store}
      actions={deskSites.actions}
      alertId={alertId}
      times={times}
      enabled={enabled}
    />
  );
}

/** With the site of the large camera. */
export function LargeSiteLinks({
  deskSites,
  session,
  directory,
  cameraId,
}: Pick<SitesFeatureParts, 'deskSites' | 'session'> & { directory: DirectoryStore; cameraId: string }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const site = useStore(directory, (state) => state.sites.get(state.cameras.get(cameraId)?.siteId ?? ''));
  if (site === undefined) return null;
  return (
    <SiteLinks
      key={site.siteId}
      store={deskSites.store}
      actions={deskSites.actions}
      siteId={site.siteId}
      siteName={site.siteName}
      times={times}
      enabled={enabled}
    />
  );
}
