import {
  createSitesActions,
  type SiteOutcome,
  type SitesActions,
} from '../../../features/sites/sitesActions.ts';
import { createSitesStore, type SitesStore } from '../../../features/sites/sitesStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { readFieldAddress } from '../fieldAddress.ts';

/** Sites' own phones at the desk. */
export interface DeskSites {
  store: SitesStore;
  actions: SitesActions;
}

export function createDeskSites(parts: {
  link: Pick<HubLink, 'request'>;
  notify(outcome: SiteOutcome): void;
}): DeskSites {
  const store = createSitesStore();
  const actions = createSitesActions({
    store,
    request: parts.link.request,
    // Without HTTPS a phone opens what this desk was opened by.
    async origin() {
      const address = await readFieldAddress();
      return address === undefined ? window.location.origin : new URL(address).origin;
    },
    notify: parts.notify,
  });
  return { store, actions };
}
