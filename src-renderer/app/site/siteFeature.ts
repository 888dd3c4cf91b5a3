import type { NoticesFor } from '../../../src-shared/protocol/index.ts';
import { takeSite } from '../../features/site/siteStore.ts';
import { createNoticeRouter, type SurfaceFeature } from '../shared/surfaceFeature.ts';
import type { SiteParts } from './siteParts.ts';

/** Notices that are addressed to desks and to phones of squads. */
type ToOthers =
  'bodycam:asked' | 'bodycam:ended' | 'squads:signedOut' | 'wall:caseChanged' | `talk:${string}`;

/** Gives each notice to the features of a site's page; one that nobody takes does not compile. */
export const routeSiteNotices = createNoticeRouter<Exclude<NoticesFor<'site'>, ToOthers>>();

/** The site's own cameras, alerts and findings, and what its people say. */
export function createSiteFeature({
  site,
  sayings,
  readAlerts,
  takeChanged,
  findings,
}: SiteParts): SurfaceFeature<'sites:alertsChanged' | 'sites:camerasChanged' | 'findings:ownChanged'> {
  return {
    takeSnapshot({ snapshot }) {
      if (snapshot.site === undefined) return;
      takeSite(site, snapshot.site);
      sayings.signedInAs(snapshot.site.siteId);
      sayings.connected(true);
      void readAlerts();
      void findings.joined(snapshot.site.siteId);
    },
    takeNotice: {
      'sites:alertsChanged': ({ alerts }) => takeChanged(alerts),
      'sites:camerasChanged': ({ cameras }) => {
        const own = site.getState().site;
        if (own !== undefined) takeSite(site, { ...own, cameras });
      },
      'findings:ownChanged': (payload) => findings.takeChanged(payload.findings),
    },
    connectionLost() {
      sayings.connected(false);
      findings.connectionLost();
    },
  };
}
