import { worksForDistrict } from '../../src-shared/session/principal.ts';
import { parseOnvifUrl } from '../base/onvifUrl.ts';
import { createDeskIds } from '../base/deskIds.ts';
import type { PresetTokens } from '../features/onvif/onvif.ports.ts';
import { createTurningHandlers, type TurningRequestName } from '../features/turning/turning.handlers.ts';
import type { TurnHeads } from '../features/turning/turning.ports.ts';
import { createTurningService, type TurningService } from '../features/turning/turning.service.ts';
import { gb28181TurnHeads } from '../media/sources/gb28181/gb28181Turning.ts';
import { onvifTurnHeads } from '../media/sources/onvif/onvifTurning.ts';
import { createTurningRepository } from '../storage/turning.sql.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

export interface TurningFeature extends HubFeature<TurningRequestName> {
  /** Whether a camera's view was moved within a time. Unix milliseconds of the hub's own clock. */
  turnedBetween: TurningService['turnedBetween'];
  /** For upper platforms, which turn cameras by the same rules and yield to every desk. */
  turning: Pick<
    TurningService,
    'read' | 'learnPresets' | 'move' | 'keepMoving' | 'stop' | 'goToPreset' | 'left'
  >;
  /** Whether a camera of this address can be turned now. */
  canTurn(url: string): boolean;
}

/** Cameras that desks turn. */
export async function createTurningFeature(
  { logger, nowMs, store, recorderDoors, onvifDirectory }: Drivers,
  { cameras: { directory }, presets }: { cameras: Pick<CamerasFeature, 'directory'>; presets: PresetTokens },
): Promise<TurningFeature> {
  const heads = headsOf(gb28181TurnHeads(recorderDoors), onvifTurnHeads(onvifDirectory, presets));
  const turning = await createTurningService({
    repository: createTurningRepository(store),
    heads,
    cameras: directory,
    logger,
    nowMs,
  });
  const desks = createDeskIds();
  return {
    turnedBetween: turning.turnedBetween,
    turning,
    canTurn: (url) => heads.whyNot(url) === undefined,
    handlers: createTurningHandlers(turning, desks.of),
    left({ connectionId }) {
      const holderId = desks.known(connectionId);
      if (holderId === undefined) return;
      turning.left(holderId);
      desks.forget(connectionId);
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

/** Each camera is turned in the way of its address. */
function headsOf(recorders: TurnHeads, onvif: TurnHeads): TurnHeads {
  const of = (url: string): TurnHeads => (parseOnvifUrl(url) === undefined ? recorders : onvif);
  return { headOf: (url) => of(url).headOf(url), whyNot: (url) => of(url).whyNot(url) };
}
