import { networkInterfaces } from 'node:os';
import {
  platformSettingsSchema,
  type Platform,
  type PlatformSettings,
  type PlatformWarning,
} from '../../src-shared/recorders/recorders.protocol.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import { createSequence } from '../base/sequence.ts';
import { StartError } from '../base/startError.ts';
import type { Config } from '../config.ts';
import { portHolder } from '../media/portHolder.ts';
import { areTaken } from '../media/portProbe.ts';
import { resolveRtcAddresses } from '../media/rtcAddresses.ts';
import type { RecorderDirectory } from '../media/sources/gb28181/recorderDirectory.ts';
import type { SipObserver } from '../media/sources/gb28181/sipObserver.ts';
import type { Drivers } from './drivers.ts';

/** A port that is taken is tried again this often: what has it may end. Milliseconds. */
const tryAgainMs = 10_000;
/** A recorder of 8 channels, twice each; fewer ports are hardly meant. */
const fewMediaPorts = 16;
/** Whether media ports are free is tried this often at most. Milliseconds. */
const probeEveryMs = 30_000;
/** The usual port of SIP, proposed while none is set. */
const usualPort = 5060;
const settingName = 'recorders.platform';

/** The SIP door as it is set up. The hub runs also while the port cannot be had; the desk then says why. */
export interface RecorderDoor {
  /** Opens the door where it is switched on. */
  open(): Promise<void>;
  platform(): Promise<Platform>;
  /** Saves the settings and opens the door as they say; undefined: as configured. It resolves when the port was tried. */
  set(settings: PlatformSettings | undefined, actor: string): Promise<void>;
  /** It is set up in another way now. */
  onChanged(listener: () => void): void;
  /** Its port was opened, or could not be, other than before. */
  onStanding(listener: () => void): void;
  close(): Promise<void>;
}

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
  const turns = createSequence();
  const changed = createListeners();
  const standing = createListeners();
  const configured = configuredSettings(config);
  let settings = configured;
  let isSetHere = false;
  let fault: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let openPort: number | undefined;
  let probed: { settings: PlatformSettings; atMs: number; areTaken: Promise<boolean> } | undefined;
  const areMediaPortsTaken = (): Promise<boolean> => {
    const now = nowMs();
    if (!settings.isOn) return Promise.resolve(false);
    if (probed?.settings === settings && now >= probed.atMs && now - probed.atMs < probeEveryMs)
      return probed.areTaken;
    probed = { settings, atMs: now, areTaken: areTaken(config.host, settings.mediaPorts) };
    return probed.areTaken;
  };
  const address = (): string => settings.address ?? ownAddress();
  const open = async (): Promise<void> => {
    // A retry may have waited for its turn behind new settings, which opened the door.
    clearTimeout(timer);
    if (!settings.isOn || isClosed || recorderDoors.door !== undefined) return;
    const { port, platformId, mediaPorts } = settings;
    const own = { host: config.host, port, address: address(), platformId, mediaPorts };
    // Loaded where the door is switched on: most hubs have no recorders.
    const { observedSipDoor } = await import('../media/sources/gb28181/observedSipDoor.ts');
    const door = observedSipDoor(own, { ...parts, logger, nowMs });
    try {
      openPort = (await door.open()).port;
      recorderDoors.door = door;
      fault = undefined;
      standing.notify();
      logger.info({ port: openPort, address: own.address, id: platformId }, 'recorders may register');
    } catch (error) {
      await door.close();
      if (!(error instanceof StartError)) throw error;
      if (fault === undefined) logger.error(`${error.message} Until then no recorder can register.`);
      if (fault !== error.code) standing.notify();
      fault = error.code ?? 'unknown';
      timer = setTimeout(() => void turns.exclusive(open).catch(warn), tryAgainMs).unref();
    }
  };
  const shut = async (): Promise<void> => {
    clearTimeout(timer);
    const { door } = recorderDoors;
    recorderDoors.door = undefined;
    openPort = undefined;
    fault = undefined;
    await door?.close();
  };
  const warn = (error: unknown): void => logger.error({ err: error }, 'recorders cannot register');
  const state = (): Platform['state'] => {
    if (!settings.isOn) return 'off';
    if (recorderDoors.door !== undefined) return 'open';
    return fault === 'EADDRINUSE' ? 'taken' : 'failed';
  };
  return {
    open: () =>
      turns.exclusive(async () => {
        const saved = platformSettingsSchema.safeParse(await stored.read(settingName));
        isSetHere = saved.success;
        if (saved.success) settings = saved.data;
        await open();
      }),
    async platform() {
      const standing = state();
      const port = openPort ?? (settings.isOn || isSetHere ? settings.port : undefined);
      const takenBy = standing === 'taken' && port !== undefined ? await portHolder(port) : undefined;
      return {
        state: standing,
        ...(standing === 'failed' && fault !== undefined ? { fault } : {}),
        address: address(),
        isAddressFound: settings.address === null,
        ...(port === undefined ? {} : { port }),
        ...(takenBy === undefined ? {} : { takenBy }),
        platformId: settings.platformId,
        domain: settings.platformId.slice(0, 10),
        mediaPorts: settings.mediaPorts,
        warnings: [
          ...warningsOf(settings, address(), config),
          ...((await areMediaPortsTaken()) ? (['media_ports_taken'] as const) : []),
        ],
        isSetHere,
      };
    },
    set: (wanted, actor) =>
      turns.exclusive(async () => {
        const detail = { before: isSetHere ? settings : 'as configured', after: wanted ?? 'as configured' };
        await stored.save(settingName, wanted ?? null, actor, nowMs(), {
          action: 'recorders:setPlatform',
          detail,
        });
        settings = wanted ?? configured;
        isSetHere = wanted !== undefined;
        await shut();
        await open();
        changed.notify();
        standing.notify();
      }),
    onChanged: changed.add,
    onStanding: standing.add,
    async close() {
      isClosed = true;
      await turns.exclusive(shut);
    },
  };
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

/** What may be wrong with the set-up, though the door opens. */
function warningsOf(
  { isOn, port, platformId, mediaPorts: { first, last } }: PlatformSettings,
  address: string,
  { rtcPort, port: httpPort }: Pick<Config, 'rtcPort' | 'port'>,
): PlatformWarning[] {
  const own = Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map((entry) => entry.address),
  );
  const isWithin = (one: number | undefined): boolean => one !== undefined && one >= first && one <= last;
  const isLoopback = address.startsWith('127.');
  return [
    ...(isLoopback ? (['address_loopback'] as const) : []),
    ...(!isLoopback && !own.includes(address) ? (['address_not_own'] as const) : []),
    ...(platformId.slice(10, 13) === '200' ? [] : (['id_no_platform'] as const)),
    ...(last - first + 1 < fewMediaPorts ? (['few_media_ports'] as const) : []),
    ...([isOn ? port : undefined, rtcPort, httpPort].some(isWithin)
      ? (['media_ports_overlap'] as const)
      : []),
  ];
}

/** The address by which other machines reach this one. */
function ownAddress(): string {
  const all = resolveRtcAddresses('').map(({ ip }) => ip);
  return all.find((ip) => !ip.startsWith('127.')) ?? '127.0.0.1';
}
