import { worksForDistrict } from '../../src-shared/session/principal.ts';
import { createTurningHandlers, type TurningRequestName } from '../features/turning/turning.handlers.ts';
import { createTurningService } from '../features/turning/turning.service.ts';
import { gb28181TurnHeads } from '../media/sources/gb28181/gb28181Turning.ts';
import { createTurningRepository } from '../storage/turning.sql.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** Cameras that desks turn. */
export async function createTurningFeature(
  { logger, nowMs, store, recorderDoors }: Drivers,
  { cameras: { directory } }: { cameras: Pick<CamerasFeature, 'directory'> },
): Promise<HubFeature<TurningRequestName>> {
  const turning = await createTurningService({
    repository: createTurningRepository(store),
    heads: gb28181TurnHeads(recorderDoors),
    cameras: directory,
    logger,
    nowMs,
  });
  /** Desks know one another by these, and not by what their connections are called. */
  const holderIds = new Map<string, string>();
  let connections = 0;
  const holderIdOf = (connectionId: string): string => {
    const known = holderIds.get(connectionId);
    if (known !== undefined) return known;
    connections += 1;
    holderIds.set(connectionId, `desk-${connections}`);
    return `desk-${connections}`;
  };
  return {
    handlers: createTurningHandlers(turning, holderIdOf),
    left({ connectionId }) {
      const holderId = holderIds.get(connectionId);
      if (holderId === undefined) return;
      turning.left(holderId);
      holderIds.delete(connectionId);
    },
    announceTo(surfaces) {
      turning.onChanged((changed) =>
        surfaces.broadcastFor('turning:changed', ({ scope }) =>
          worksForDistrict(scope, directory.districtOf(changed.cameraId)) ? changed : undefined,
        ),
      );
    },
    metrics: [
      {
        name: 'mingchu_camera_moves_total',
        help: 'Moves of cameras that ended, by why',
        type: 'counter',
        label: 'end',
        read: () => turning.counts(),
      },
    ],
    start: turning.start,
    close: turning.close,
  };
}
