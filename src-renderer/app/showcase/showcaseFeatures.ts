import { createStartFeature } from './start/startFeature.tsx';

/** The features of the screen for visitors: a new one is one entry here. They take snapshots and notices in this order. */
export function createShowcaseFeatures() {
  return [createStartFeature()] as const;
}
