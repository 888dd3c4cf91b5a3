import { createDoors, type Doors } from '../base/doors.ts';
import type { AnyFeature } from './contract.ts';

/** The doors of all features, in the features' order. */
export function openDoors(features: readonly AnyFeature[]): Doors {
  return createDoors(features.flatMap(({ door }) => door ?? []));
}
