import type { MapSettings, MapSite } from '../../../src-shared/map/map.protocol.ts';
import { nowhere, worksForDistrict } from '../../../src-shared/session/principal.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import type { SurfaceContext } from '../../signaling/handlers.ts';

export interface MapHandlersOptions {
  settings: MapSettings;
  /** The registry's sites with its revision. */
  readSites(): Promise<{ revision: number; sites: readonly MapSite[] }>;
}

/** Wire → the registry and the operator's map. */
export function createMapHandlers({ settings, readSites }: MapHandlersOptions) {
  return {
    'map:readSettings': () => Promise.resolve(ok(settings)),
    'map:readSites': async ({ identity }: SurfaceContext) => {
      const { revision, sites } = await readSites();
      const scope = identity?.principal.scope ?? nowhere;
      const seen = sites.filter(({ district }) => worksForDistrict(scope, district));
      return ok({ revision, sites: seen.map(forEverybody) });
    },
  };
}

/** What everybody may see of a site: named one by one, so that nothing more can slip in. */
function forEverybody(site: MapSite): MapSite {
  const { siteId, siteName, siteNameEn, siteType, district, latitude, longitude } = site;
  return {
    siteId,
    siteName,
    ...(siteNameEn === undefined ? {} : { siteNameEn }),
    siteType,
    district,
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  };
}
