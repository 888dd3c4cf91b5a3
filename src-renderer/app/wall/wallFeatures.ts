import { createBoardFeature } from './board/boardFeature.tsx';
import { createMediaFeature } from '../shared/mediaFeature.ts';
import { createAlertsFeature } from './alerts/alertsFeature.tsx';
import { createCaseFeature } from './case/caseFeature.tsx';
import { createMapFeature } from './map/mapFeature.tsx';
import { createScreenFeature } from './screen/screenFeature.tsx';
import { createSquadsFeature } from './squads/squadsFeature.tsx';
import type { WallParts } from './wallParts.ts';

/** The features of a screen of the wall: a new one is one entry here. They take snapshots and notices in this order. */
export function createWallFeatures(parts: WallParts) {
  return [
    createMediaFeature(parts.receiver),
    createScreenFeature(parts),
    createAlertsFeature(parts),
    createSquadsFeature(parts),
    createMapFeature(parts),
    createBoardFeature(parts),
    createCaseFeature(parts),
  ] as const;
}
