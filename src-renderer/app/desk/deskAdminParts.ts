import { createAlertAdmin } from '../../features/alerts/alertAdmin.ts';
import { createDeskCascade } from '../../features/cascade/deskCascade.ts';
import type { createDirectoryStore } from '../../features/cameras/directoryStore.ts';
import { createRegistryActions } from '../../features/cameras/registryActions.ts';
import { saveBlob } from '../../features/cameras/snapshot.ts';
import { createDeskOnvif } from '../../features/onvif/deskOnvif.ts';
import { createPublicCodes } from '../../features/public/publicCodes.ts';
import { createPublicSite } from '../../features/public/publicSite.ts';
import { createDeskRecorders } from '../../features/recorders/deskRecorders.ts';
import { createDeskWebhooks } from '../../features/webhooks/webhooksStore.ts';
import type { HubLink } from '../../server/hubLink.ts';
import { createOnvifSites } from './onvif/onvifSites.ts';

/** The parts of a desk by which the city is set up: registry, recorders, ONVIF cameras, platforms above, other systems, what is public. */
export function createDeskAdminParts({
  link,
  fetch,
  directory,
}: {
  link: Pick<HubLink, 'request'>;
  fetch: typeof window.fetch;
  directory: ReturnType<typeof createDirectoryStore>;
}) {
  return {
    alertAdmin: createAlertAdmin({ fetch }),
    registry: createRegistryActions({ fetch }),
    publicCodes: createPublicCodes({ fetch, saveFile: saveBlob }),
    publicSite: createPublicSite((name, input) => link.request(name, input)),
    cascade: createDeskCascade((name, input) => link.request(name, input)),
    recorders: createDeskRecorders({
      request: (name, input) => link.request(name, input),
      saveFile: saveBlob,
    }),
    onvif: createDeskOnvif({
      request: (name, input, timeoutMs) => link.request(name, input, timeoutMs),
    }),
    onvifSites: createOnvifSites(directory),
    webhooks: createDeskWebhooks((name, input) => link.request(name, input)),
  };
}
