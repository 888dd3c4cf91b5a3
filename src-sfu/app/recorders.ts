import { createRecordersService, type RecordersService } from '../features/recorders/recorders.service.ts';
import { createRecorderRoutes } from '../http/recorders/recorderRoutes.ts';
import { resolveRtcAddresses } from '../media/rtcAddresses.ts';
import { SipDoor } from '../media/sources/gb28181/sipDoor.ts';
import { createRecordersRepository } from '../storage/recorders.sql.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

export interface RecordersFeature extends HubFeature {
  service: Pick<RecordersService, 'list' | 'onAlarm'>;
}

/** Recorders that register by GB/T 28181; nothing listens for them unless `gb28181Port` is set. */
export async function createRecordersFeature(drivers: Drivers): Promise<RecordersFeature> {
  const { config, logger, nowMs, store, secrets, recorderDoors } = drivers;
  const recorders = await createRecordersService({
    repository: createRecordersRepository(store, secrets),
    logger,
    nowMs,
  });
  const [first = 0, last = 0] = config.gb28181MediaPorts.split('-').map(Number);
  return {
    service: recorders,
    handlers: {},
    routes: (admit) => [createRecorderRoutes({ recorders, admit })],
    async open() {
      if (config.gb28181Port === undefined) return;
      const settings = {
        host: config.host,
        port: config.gb28181Port,
        address: config.gb28181Address ?? ownAddress(),
        platformId: config.gb28181Id,
        mediaPorts: { first, last },
      };
      const door = new SipDoor(settings, recorders.directory, logger, nowMs);
      try {
        const { port } = await door.open();
        recorderDoors.door = door;
        logger.info({ port, address: settings.address, id: settings.platformId }, 'recorders may register');
      } catch (error) {
        await door.close();
        throw error;
      }
    },
    async close() {
      await recorderDoors.door?.close();
      recorderDoors.door = undefined;
      await recorders.close();
    },
  };
}

/** The address by which other machines reach this one. */
function ownAddress(): string {
  const all = resolveRtcAddresses('').map(({ ip }) => ip);
  return all.find((ip) => !ip.startsWith('127.')) ?? '127.0.0.1';
}
