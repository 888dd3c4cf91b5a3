import { networkInterfaces } from 'node:os';
import type { Platform, PlatformWarning } from '../../src-shared/recorders/recorders.protocol.ts';
import { StartError } from '../base/startError.ts';
import type { Config } from '../config.ts';
import { portHolder } from '../media/portHolder.ts';
import { resolveRtcAddresses } from '../media/rtcAddresses.ts';
import type { RecorderDirectory } from '../media/sources/gb28181/recorderDirectory.ts';
import { SipDoor } from '../media/sources/gb28181/sipDoor.ts';
import { observedTransport, type SipObserver } from '../media/sources/gb28181/sipObserver.ts';
import { createSipTransport } from '../media/sources/gb28181/sipTransport.ts';
import type { Drivers } from './drivers.ts';

/** A port that is taken is tried again this often: what has it may end. Milliseconds. */
const tryAgainMs = 10_000;
/** A recorder of 8 channels, twice each; fewer ports are hardly meant. */
const fewMediaPorts = 16;

/** The SIP door as it is set up. The hub runs also while the port cannot be had; the desk then says why. */
export interface RecorderDoor {
  /** Opens the door where it is switched on. */
  open(): Promise<void>;
  platform(): Promise<Platform>;
  close(): Promise<void>;
}

export function createRecorderDoor(
  { config, logger, nowMs, recorderDoors }: Pick<Drivers, 'config' | 'logger' | 'nowMs' | 'recorderDoors'>,
  parts: { directory: RecorderDirectory; observer: SipObserver },
): RecorderDoor {
  const [first = 0, last = 0] = config.gb28181MediaPorts.split('-').map(Number);
  const address = config.gb28181Address ?? ownAddress();
  const mediaPorts = { first, last };
  let fault: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let openPort: number | undefined;
  const open = async (port: number): Promise<void> => {
    const settings = { host: config.host, port, address, platformId: config.gb28181Id, mediaPorts };
    const door = new SipDoor(settings, parts.directory, logger, nowMs, (options) =>
      observedTransport(createSipTransport, options, parts.observer),
    );
    try {
      openPort = (await door.open()).port;
      recorderDoors.door = door;
      fault = undefined;
      logger.info({ port: openPort, address, id: settings.platformId }, 'recorders may register');
    } catch (error) {
      await door.close();
      if (!(error instanceof StartError)) throw error;
      if (fault === undefined) logger.error(`${error.message} Until then no recorder can register.`);
      fault = error.code ?? 'unknown';
      if (!isClosed) timer = setTimeout(() => void open(port).catch(warn), tryAgainMs).unref();
    }
  };
  const warn = (error: unknown): void => logger.error({ err: error }, 'recorders cannot register');
  return {
    async open() {
      if (config.gb28181Port !== undefined) await open(config.gb28181Port);
    },
    async platform() {
      const port = openPort ?? config.gb28181Port;
      const state =
        config.gb28181Port === undefined
          ? 'off'
          : recorderDoors.door !== undefined
            ? 'open'
            : fault === 'EADDRINUSE'
              ? 'taken'
              : 'failed';
      const takenBy = state === 'taken' && port !== undefined ? await portHolder(port) : undefined;
      return {
        state,
        ...(state === 'failed' && fault !== undefined ? { fault } : {}),
        address,
        isAddressFound: config.gb28181Address === undefined,
        ...(port === undefined ? {} : { port }),
        ...(takenBy === undefined ? {} : { takenBy }),
        platformId: config.gb28181Id,
        domain: config.gb28181Id.slice(0, 10),
        mediaPorts,
        warnings: warningsOf(config, address, mediaPorts),
      };
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const { door } = recorderDoors;
      recorderDoors.door = undefined;
      await door?.close();
    },
  };
}

/** What may be wrong with the set-up, though the door opens. */
export function warningsOf(
  config: Pick<Config, 'gb28181Port' | 'gb28181Id' | 'rtcPort' | 'port'>,
  address: string,
  { first, last }: { first: number; last: number },
): PlatformWarning[] {
  const own = Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map((entry) => entry.address),
  );
  const isWithin = (port: number | undefined): boolean => port !== undefined && port >= first && port <= last;
  const isLoopback = address.startsWith('127.');
  return [
    ...(isLoopback ? (['address_loopback'] as const) : []),
    ...(!isLoopback && !own.includes(address) ? (['address_not_own'] as const) : []),
    ...(config.gb28181Id.slice(10, 13) === '200' ? [] : (['id_no_platform'] as const)),
    ...(last - first + 1 < fewMediaPorts ? (['few_media_ports'] as const) : []),
    ...([config.gb28181Port, config.rtcPort, config.port].some(isWithin)
      ? (['media_ports_overlap'] as const)
      : []),
  ];
}

/** The address by which other machines reach this one. */
function ownAddress(): string {
  const all = resolveRtcAddresses('').map(({ ip }) => ip);
  return all.find((ip) => !ip.startsWith('127.')) ?? '127.0.0.1';
}
