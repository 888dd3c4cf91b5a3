import { join } from 'node:path';
import { findingCard } from '../../src-shared/findings/finding.ts';
import { cardsBySite } from '../../src-shared/findings/siteCards.ts';
import { createMapHandlers } from '../features/map/map.handlers.ts';
import { readOperatorMap } from '../features/map/operatorMap.ts';
import { createMapRoutes } from '../http/map/mapRoutes.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { CamerasFeature } from './cameras.ts';
import type { FindingsFeature } from './findings.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** The operator's own map, and the sites on it. */
export async function createMapFeature(
  { config, logger }: Drivers,
  {
    cameras: { directory, onRegistryChanged },
    findings,
  }: {
    cameras: Pick<CamerasFeature, 'directory' | 'onRegistryChanged'>;
    findings: Pick<FindingsFeature, 'openFindings' | 'onChanged'>;
  },
): Promise<HubFeature<Extract<keyof RequestHandlers, `map:${string}`>>> {
  const operatorMap = await readOperatorMap(join(config.dataDir, 'map'));
  for (const problem of operatorMap.settings.problems)
    logger.error({ problem }, 'a file of the map cannot be used as declared; the map is shown without it');
  let surfaces: Signaling | undefined;
  const changed = (): void => surfaces?.broadcast('map:sitesChanged', { revision: directory.revision() });
  onRegistryChanged(changed);
  findings.onChanged((finding, before) => {
    if (findingCard(finding) !== (before && findingCard(before))) changed();
  });
  return {
    handlers: createMapHandlers({
      settings: operatorMap.settings,
      readSites: directory.read,
      cards: () => cardsBySite(findings.openFindings()),
    }),
    routes: (admit) => [createMapRoutes({ ...operatorMap, admit: admit('wall:view') })],
    announceTo(signaling) {
      surfaces = signaling;
    },
  };
}
