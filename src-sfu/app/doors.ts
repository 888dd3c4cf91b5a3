import { createDoors, type Doors } from '../base/doors.ts';
import { accessKeyDoor, createAccessGuard } from '../http/accessGuard.ts';
import type { AnyFeature } from './contract.ts';
import { readAccessKey, type Drivers } from './drivers.ts';

/** The doors of all features in the features' order; the access link comes last, so that nobody is taken for more than he is. */
export async function openDoors(
  drivers: Drivers,
  features: readonly AnyFeature[],
): Promise<{ doors: Doors; accessKey: string }> {
  const accessKey = await readAccessKey(drivers);
  const guard = createAccessGuard(accessKey, drivers.config.trustLoopback);
  return {
    doors: createDoors([...features.flatMap(({ door }) => door ?? []), accessKeyDoor(guard)]),
    accessKey,
  };
}
