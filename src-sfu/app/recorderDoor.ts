import type { PlatformSettings } from '../../src-shared/recorders/recorders.protocol.ts';
import { ownAddresses } from '../base/ownAddresses.ts';
import type { Config } from '../config.ts';
import { createRecorderDoorService, type RecorderDoor } from '../features/recorders/recorderDoor.service.ts';
import type { RecorderDirectory } from '../features/recorders/recorders.ports.ts';
import { portHolder } from '../media/portHolder.ts';
import { areTaken } from '../media/portProbe.ts';
import { resolveRtcAddresses } from '../media/rtcAddresses.ts';
import type { SipObserver } from '../media/sources/gb28181/sipObserver.ts';
import type { Drivers } from './drivers.ts';

/** The usual port of SIP, proposed while none is set. */
const usualPort = 5060;
const settingName = 'recorders.platform';

/** Connects the door for recorders to its sockets and settings. */
export function createRecorderDoor(
  {
    config,
    logger,
    nowMs,
    recorderDoors,
    settings: stored,
  }: Pick<Drivers, 'config' | 'logger' | 'nowMs' | 'recorderDoors' | 'settings'>,
  parts: { directory: RecorderDirectory; observer: SipObserver },
): RecorderDoor {
  return createRecorderDoorService({
    configured: configuredSettings(config),
    store: {
      read: () => stored.read(settingName),
      save: (settings, actor, detail) =>
        stored.save(settingName, settings, actor, nowMs(), { action: 'recorders:setPlatform', detail }),
    },
    async openDoor({ port, address, platformId, mediaPorts }) {
      const own = { host: config.host, port, address, platformId, mediaPorts };
      // Loaded where the door is switched on: most hubs have no recorders.
      const { observedSipDoor } = await import('../media/sources/gb28181/observedSipDoor.ts');
      const door = observedSipDoor(own, { ...parts, logger, nowMs });
      const opened = await door.open().catch(async (error: unknown) => {
        await door.close();
        throw error;
      });
      recorderDoors.door = door;
      return {
        port: opened.port,
        close() {
          recorderDoors.door = undefined;
          return door.close();
        },
      };
    },
    ownAddress,
    surroundings: () => ({
      ownAddresses: ownAddresses(),
      otherPorts: [config.rtcPort, config.port],
    }),
    areTaken: (ports) => areTaken(config.host, ports),
    portHolder,
    nowMs,
    logger,
  });
}

/** What the hub's configuration says. */
function configuredSettings(config: Config): PlatformSettings {
  const [first = 0, last = 0] = config.gb28181MediaPorts.split('-').map(Number);
  return {
    isOn: config.gb28181Port !== undefined,
    port: config.gb28181Port ?? usualPort,
    address: config.gb28181Address ?? null,
    platformId: config.gb28181Id,
    mediaPorts: { first, last },
  };
}

/** The address by which other machines reach this one. */
function ownAddress(): string {
  const all = resolveRtcAddresses('').map(({ ip }) => ip);
  return all.find((ip) => !ip.startsWith('127.')) ?? '127.0.0.1';
}
