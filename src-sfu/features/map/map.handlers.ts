import type { SiteCard } from '../../../src-shared/findings/siteCards.ts';
import type { MapSettings, MapSite } from '../../../src-shared/map/map.protocol.ts';
import { nowhere, worksForDistrict } from '../../../src-shared/session/principal.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import type { SurfaceContext } from '../../signaling/handlers.ts';

export interface MapHandlersOptions {
  settings: MapSettings;
  /** The registry's sites with its revision. */
  readSites(): Promise<{ revision: number; sites: readonly MapSite[] }>;
  /** The cards that sites show, by the site's id. */
  cards(): ReadonlyMap<string, SiteCard>;
}

/** Requests about the map: the registry's sites and the operator's map. */
export function createMapHandlers({ settings, readSites, cards }: MapHandlersOptions) {
  return {
    'map:readSettings': () => Promise.resolve(ok(settings)),
    'map:readSites': async ({ identity }: SurfaceContext) => {
      const { revision, sites } = await readSites();
      const scope = identity?.principal.scope ?? nowhere;
      const seen = sites.filter(({ district }) => worksForDistrict(scope, district));
      const shown = cards();
      return ok({
        revision,
        sites: seen.map((site) => {
          const card = shown.get(site.siteId);
          return { ...forEverybody(site), ...(card === undefined ? {} : { card }) };
        }),
      });
    },
  };
}

/** The fields of a site that everybody may see. They are listed one by one, so that no other field is sent by mistake. */
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
