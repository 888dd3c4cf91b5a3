import { createMediaFeature } from '../shared/mediaFeature.ts';
import { createShowcaseFeature } from './showcaseFeature.ts';
import type { ShowcaseParts } from './showcaseParts.ts';

/** The features of the screen for visitors: a new one is one entry here. They take snapshots and notices in this order. */
export function createShowcaseFeatures(parts: ShowcaseParts) {
  return [createMediaFeature(parts.receiver), createShowcaseFeature(parts)] as const;
}
