import {
  platformSettingsSchema,
  type Platform,
  type PlatformSettings,
} from '../../../src-shared/recorders/recorders.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { createSequence } from '../../base/sequence.ts';
import { StartError } from '../../base/startError.ts';
import type { Logger } from '../../logger.ts';
import { platformWarnings, type PlatformSurroundings } from './platformWarnings.ts';

/** A port that is taken is tried again this often: what has it may end. Milliseconds. */
const tryAgainMs = 10_000;
/** Whether media ports are free is tried this often at most. Milliseconds. */
const probeEveryMs = 30_000;

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

/** Where the settings of the door are kept. What resolved is durable. */
export interface PlatformSettingsStore {
  read(): Promise<unknown>;
  /** `null`: as configured. */
  save(settings: PlatformSettings | null, actor: string, detail: object): Promise<void>;
}

/** A door whose port is open. */
export interface OpenedDoor {
  port: number;
  close(): Promise<void>;
}

export interface RecorderDoorOptions {
  /** What the hub's configuration says. */
  configured: PlatformSettings;
  store: PlatformSettingsStore;
  /** Rejects with StartError when the port cannot be had; everything else is a fault. */
  openDoor(settings: PlatformSettings & { address: string }): Promise<OpenedDoor>;
  /** The address by which other machines reach this one. */
  ownAddress(): string;
  surroundings(): Omit<PlatformSurroundings, 'address'>;
  /** Whether none of the tried ports of a range is free. */
  areTaken(ports: PlatformSettings['mediaPorts']): Promise<boolean>;
  /** The program that has a port, where that can be seen. */
  portHolder(port: number): Promise<string | undefined>;
  nowMs(): number;
  logger: Pick<Logger, 'info' | 'error'>;
}

/** Opens the door for recorders as it is set up, and tries again where its port is taken. */
export function createRecorderDoorService(options: RecorderDoorOptions): RecorderDoor {
  const { configured, store, openDoor, nowMs, logger } = options;
  const turns = createSequence();
  const changed = createListeners();
  const standing = createListeners();
  let settings = configured;
  let isSetHere = false;
  let fault: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let door: OpenedDoor | undefined;
  let probed: { settings: PlatformSettings; atMs: number; areTaken: Promise<boolean> } | undefined;
  const areMediaPortsTaken = (): Promise<boolean> => {
    const now = nowMs();
    if (!settings.isOn) return Promise.resolve(false);
    if (probed?.settings === settings && now >= probed.atMs && now - probed.atMs < probeEveryMs)
      return probed.areTaken;
    probed = { settings, atMs: now, areTaken: options.areTaken(settings.mediaPorts) };
    return probed.areTaken;
  };
  const address = (): string => settings.address ?? options.ownAddress();
  const warn = (error: unknown): void => logger.error({ err: error }, 'recorders cannot register');
  const open = async (): Promise<void> => {
    // A retry may have waited for its turn behind new settings, which opened the door.
    clearTimeout(timer);
    if (!settings.isOn || isClosed || door !== undefined) return;
    const own = { ...settings, address: address() };
    try {
      door = await openDoor(own);
      fault = undefined;
      standing.notify();
      logger.info({ port: door.port, address: own.address, id: own.platformId }, 'recorders may register');
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      if (fault === undefined) logger.error(`${error.message} Until then no recorder can register.`);
      if (fault !== error.code) standing.notify();
      fault = error.code ?? 'unknown';
      timer = setTimeout(() => void turns.exclusive(open).catch(warn), tryAgainMs).unref();
    }
  };
  const shut = async (): Promise<void> => {
    clearTimeout(timer);
    const opened = door;
    door = undefined;
    fault = undefined;
    await opened?.close();
  };
  const state = (): Platform['state'] => {
    if (!settings.isOn) return 'off';
    if (door !== undefined) return 'open';
    return fault === 'EADDRINUSE' ? 'taken' : 'failed';
  };
  return {
    open: () =>
      turns.exclusive(async () => {
        const saved = platformSettingsSchema.safeParse(await store.read());
        isSetHere = saved.success;
        if (saved.success) settings = saved.data;
        await open();
      }),
    async platform() {
      const standsAs = state();
      const port = door?.port ?? (settings.isOn || isSetHere ? settings.port : undefined);
      const takenBy = standsAs === 'taken' && port !== undefined ? await options.portHolder(port) : undefined;
      const surroundings = { ...options.surroundings(), address: address() };
      return {
        state: standsAs,
        ...(standsAs === 'failed' && fault !== undefined ? { fault } : {}),
        address: address(),
        isAddressFound: settings.address === null,
        ...(port === undefined ? {} : { port }),
        ...(takenBy === undefined ? {} : { takenBy }),
        platformId: settings.platformId,
        domain: settings.platformId.slice(0, 10),
        mediaPorts: settings.mediaPorts,
        warnings: [
          ...platformWarnings(settings, surroundings),
          ...((await areMediaPortsTaken()) ? (['media_ports_taken'] as const) : []),
        ],
        isSetHere,
      };
    },
    set: (wanted, actor) =>
      turns.exclusive(async () => {
        const detail = { before: isSetHere ? settings : 'as configured', after: wanted ?? 'as configured' };
        await store.save(wanted ?? null, actor, detail);
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
