import { createDoors, type Doors } from '../base/doors.ts';
import { accessKeyDoor, createAccessGuard, type AccessGuard } from '../http/accessGuard.ts';
import type { OwnHosts } from '../http/ownHosts.ts';
import type { AnyFeature } from './contract.ts';
import { readAccessKey, type Drivers } from './drivers.ts';

/** The doors of all features in the features' order; the access link comes last, so that nobody is taken for more than he is. */
export async function openDoors(
  drivers: Drivers,
  ownHosts: OwnHosts,
  features: readonly AnyFeature[],
): Promise<{ doors: Doors; guard: AccessGuard }> {
  const guard = createAccessGuard(await readAccessKey(drivers), drivers.config.trustLoopback, ownHosts);
  return { doors: createDoors([...features.flatMap(({ door }) => door ?? []), accessKeyDoor(guard)]), guard };
}
