import { parseRecorderUrl } from '../base/recorderUrl.ts';
import {
  createRecorderHandlers,
  type RecorderRequestName,
} from '../features/recorders/recorders.handlers.ts';
import { createRecorderMatches } from '../features/recorders/recorderMatches.ts';
import { createRecorderStandings } from '../features/recorders/recorderStandings.ts';
import type { RecorderDoor } from '../features/recorders/recorderDoor.service.ts';
import { createRecordersService, type RecordersService } from '../features/recorders/recorders.service.ts';
import { createRecorderRoutes } from '../http/recorders/recorderRoutes.ts';
import { createRecorderObserver } from '../media/sources/gb28181/recorderObserver.ts';
import { RecorderPictureError } from '../media/sources/gb28181/recorderPictureError.ts';
import { createFormerSourcesRepository } from '../storage/formerSources.sql.ts';
import { createRecordersRepository } from '../storage/recorders.sql.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import { createRecorderDoor } from './recorderDoor.ts';
import { createPlacingRegistry, forgetFormerSources } from './recorderPlacing.ts';

/** Recorders, with what the alerts take from them. */
export interface RecordersFeature extends HubFeature<RecorderRequestName> {
  service: Pick<RecordersService, 'list' | 'nameOf' | 'onAlarm' | 'directory'>;
  /** How recorders are received, and where each of them is. */
  platform: RecorderDoor['platform'];
  onPlatformChanged: RecorderDoor['onChanged'];
  directory: Pick<RecordersService['directory'], 'placeOf'>;
  onMoved: RecordersService['onMoved'];
}

/** Recorders that register by GB/T 28181; nothing listens for them until it is switched on, at a desk or by `gb28181Port`. */
export async function createRecordersFeature(
  drivers: Drivers,
  { cameras }: { cameras: Pick<CamerasFeature, 'directory' | 'registry' | 'onRegistryChanged'> },
): Promise<RecordersFeature> {
  const { logger, nowMs, store, secrets, camerasRepository, recorderDoors } = drivers;
  const recorders = await createRecordersService({
    repository: createRecordersRepository(store, secrets),
    logger,
    nowMs,
  });
  const standings = createRecorderStandings({ list: recorders.standings, nowMs });
  const observer = createRecorderObserver({
    isEntered: (recorderId) => recorders.directory.passwordOf(recorderId) !== undefined,
    placeOf: recorders.directory.placeOf,
    isOnline: recorders.isOnline,
    onLearned: () => standings.touched('recorders'),
    nowMs,
  });
  const door = createRecorderDoor(drivers, { directory: recorders.directory, observer });
  recorders.onChanged(standings.touched);
  // How many channels have a camera is shown as well.
  cameras.onRegistryChanged(() => standings.touched('recorders'));
  const formerSources = createFormerSourcesRepository(store, secrets);
  cameras.onRegistryChanged(() =>
    forgetFormerSources(cameras, formerSources, nowMs()).catch((error: unknown) =>
      logger.error({ err: error }, 'former sources of cameras could not be forgotten'),
    ),
  );
  door.onStanding(() => standings.touched('recorders'));
  recorders.onRevoked((recorderId, place) => recorderDoors.door?.revoke(recorderId, place));
  recorderDoors.onFailed = (url, error) => {
    const target = parseRecorderUrl(url);
    if (target === undefined || !(error instanceof RecorderPictureError)) return;
    observer.failed(target.recorderId, error.problem);
  };
  return {
    service: recorders,
    platform: door.platform,
    onPlatformChanged: door.onChanged,
    directory: recorders.directory,
    onMoved: recorders.onMoved,
    handlers: createRecorderHandlers({
      recorders,
      matches: createRecorderMatches(
        createPlacingRegistry({
          ...cameras,
          formerSources,
          streamAddressOf: (cameraId) => camerasRepository.findStreamAddress(cameraId, 'main'),
          nowMs,
        }),
      ),
      standings,
      sightings: {
        learnedOf: observer.learnedOf,
        traceOf: observer.trace.of,
        forget: observer.forget,
        platform: door.platform,
        setPlatform: door.set,
        askCatalogue(recorderId) {
          return recorderDoors.door?.askCatalogue(recorderId) ?? 'closed';
        },
      },
    }),
    routes: (admit) => [createRecorderRoutes({ recorders, admit })],
    announceTo(surfaces) {
      standings.onChanged(() => surfaces.broadcast('recorders:changed', {}));
    },
    open: door.open,
    async close() {
      standings.close();
      await door.close();
      await recorders.close();
    },
  };
}
