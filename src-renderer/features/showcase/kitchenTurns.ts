import type { PublicKitchen as PublicSite } from '../../../src-shared/public/public.protocol.ts';
import type { PublicKitchen } from './showcaseStore.ts';

/** Kitchens that are shown together. */
export const kitchensOfTurn = 12;

/** The cameras of sites in the order in which they are shown: the first one of each site, then the second ones, and so on. */
export function kitchensInTurn(
  sites: readonly Pick<PublicSite, 'cameras' | 'district' | 'siteType'>[],
): PublicKitchen[] {
  const most = Math.max(0, ...sites.map(({ cameras }) => cameras.length));
  return Array.from({ length: most }, (_unused, index) =>
    sites.flatMap(({ cameras, district, siteType }) => {
      const camera = cameras[index];
      return camera === undefined ? [] : [{ kitchenId: camera.cameraId, district, siteType }];
    }),
  ).flat();
}

/**
 * The number of the kitchen that stands first in this round of the story, so that all are shown one after another, and all screens show
 * the same ones.
 */
export function firstOfTurn(round: number, kitchens: number): number {
  return kitchens <= kitchensOfTurn ? 0 : (round * kitchensOfTurn) % kitchens;
}
