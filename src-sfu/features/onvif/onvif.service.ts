import { createListeners } from '../../../src-shared/listeners.ts';
import type { OnvifDevice, OnvifDeviceState, OnvifSearch } from '../../../src-shared/onvif/onvif.protocol.ts';
import type { SearchedAddress } from '../../../src-shared/onvif/searchedAddresses.ts';
import { inParallel } from '../../base/inParallel.ts';
import { isOnvifFailure } from '../../base/onvifError.ts';
import { createSequence } from '../../base/sequence.ts';
import type { Logger } from '../../logger.ts';
import type { Connect, Discover, OnvifRegistry } from './onvif.ports.ts';
import type { OnvifDeviceRecord, OnvifRepository } from './onvif.repository.ts';
import { OnvifBook, type KnownDevice } from './onvifBook.ts';
import { createOnvifPlaces, PlacedCameras, type OnvifPlaces } from './onvifPlaces.ts';
import { createOnvifSearcher } from './onvifSearch.ts';

/** Devices at which a password is tried at the same time. */
const maxTried = 64;
/** Stored devices that are asked at the same time after a start: cameras that open then come first. */
const maxChecked = 4;
/** Devices and the search change many times a second; desks are notified at most once in this time. Milliseconds. */
const notifyEveryMs = 1_000;
/** A picture is sent to a desk whole. Bytes. */
export const maxPictureBytes = 300 * 1024;

export interface OnvifService {
  list(): { devices: OnvifDevice[]; search: OnvifSearch };
  /** False while another search runs. It is recorded before it begins. */
  search(
    wish: { isNetworkAsked: boolean; places: readonly SearchedAddress[] },
    actor: string,
  ): Promise<boolean>;
  /** Tries a password on these devices. Where it is right, it is kept, sealed, before this resolves. */
  signIn(
    deviceIds: readonly string[],
    credentials: { username: string; password: string },
    actor: string,
  ): Promise<{ ready: string[]; failed: { deviceId: string; state: OnvifDeviceState }[] }>;
  /** Undefined where there is no such stream, null where the device gives no picture. */
  readPicture(deviceId: string, sourceToken: string): Promise<Buffer | null | undefined>;
  place: OnvifPlaces['place'];
  /** Forgets a device and its password, unless a camera still has it: then that camera's name is the answer. */
  forget(deviceId: string, actor: string): Promise<'unknown' | 'forgotten' | { camera: string }>;
  /** A device that is known now, for those who speak with it. */
  device(deviceId: string): KnownDevice | undefined;
  devices(): KnownDevice[];
  reported: OnvifBook['reported'];
  /** Asks the stored devices how they are, some at a time. Resolves when each was asked, or the service is closed. */
  checkStored(): Promise<void>;
  /** Whether the events of a placed device come; undefined where they are not wanted any more. */
  heard(deviceId: string, isHeard: boolean | undefined): void;
  /** A device was forgotten. */
  onForgotten(listener: (deviceId: string) => void): void;
  /** Devices changed, or the search went on; at most once a second. */
  onChanged(listener: () => void): void;
  /** Resolves when the present search is over. */
  searched(): Promise<void>;
  close(): Promise<void>;
}

/** ONVIF devices: found, signed in to, and made cameras of the registry. */
export async function createOnvifService(options: {
  repository: OnvifRepository;
  registry: OnvifRegistry;
  connect: Connect;
  /** For addresses that nobody knows yet. */
  connectBriefly: Connect;
  discover: Discover;
  logger: Logger;
  nowMs(): number;
}): Promise<OnvifService> {
  const { repository, registry, connect, connectBriefly, discover, logger, nowMs } = options;
  const changed = createListeners();
  const forgotten = createListeners<[string]>();
  const unheard = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isChanged = false;
  const touched = (): void => {
    isChanged = true;
    if (timer !== undefined) return;
    const say = (): void => {
      timer = isChanged ? setTimeout(say, notifyEveryMs).unref() : undefined;
      if (isChanged) changed.notify();
      isChanged = false;
    };
    // What changes in one turn of the event loop is one change.
    timer = setTimeout(say, 0);
  };
  // One after the other, so that two people do not write one device at the same time.
  const sequence = createSequence();
  let isClosed = false;
  let checking = Promise.resolve();
  const keep = (record: OnvifDeviceRecord): void =>
    void sequence.exclusive(() =>
      repository
        .keep(record, nowMs())
        .catch((error: unknown) =>
          logger.error(
            { err: error, deviceId: record.deviceId },
            'what an ONVIF device says of itself was not kept',
          ),
        ),
    );
  const book = new OnvifBook({
    stored: await repository.list(),
    connect,
    nowMs,
    changed: touched,
    learned: keep,
  });
  const searcher = createOnvifSearcher({
    book,
    discover,
    connect: connectBriefly,
    logger,
    nowMs,
    changed: touched,
  });
  const places = createOnvifPlaces({ book, repository, registry, nowMs });
  type Tried = Awaited<ReturnType<OnvifBook['tryPassword']>>;
  /** A device whose number shows that it is a stored one elsewhere is that one from now on. */
  const asMoved = (device: KnownDevice, tried: Tried): { device: KnownDevice; tried: Tried } => {
    const moved = book.movedHere(device, tried.record);
    if (moved === undefined) return { device, tried };
    const { deviceId, name, endpoint, foundBy } = moved.record;
    const record = { ...tried.record, deviceId, name, foundBy, endpoint: endpoint ?? tried.record.endpoint };
    return { device: moved, tried: { ...tried, record } };
  };
  const shown = (
    { record, client, state, seenAtMs, movedTo }: KnownDevice,
    placed: PlacedCameras,
  ): OnvifDevice => {
    const { deviceId, name, make, model, serial, foundBy, streams, hasEvents } = record;
    const { host, port } = movedTo ?? record;
    const clockOffsetMs = client.clockOffsetMs();
    return {
      deviceId,
      address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      name,
      ...(make === undefined ? {} : { make }),
      ...(model === undefined ? {} : { model }),
      ...(serial === undefined ? {} : { serial }),
      state: movedTo === undefined ? state : 'needs_password',
      foundBy,
      ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
      streams: streams.map((stream) => {
        const camera = placed.find(deviceId, stream);
        const { sourceToken, main, sub, turnToken, canHear } = stream;
        return {
          sourceToken,
          name: stream.name,
          main,
          ...(sub === undefined ? {} : { sub }),
          canTurn: turnToken !== undefined,
          canHear,
          hasEvents,
          ...(camera === undefined ? {} : { cameraId: camera.cameraId }),
        };
      }),
      ...(unheard.has(deviceId) ? { isUnheard: true as const } : {}),
      seenAtMs,
    };
  };
  return {
    list() {
      const placed = new PlacedCameras(registry.cameras());
      const byAddress = new Intl.Collator('en', { numeric: true });
      const devices = book.all().map((device) => shown(device, placed));
      devices.sort((one, other) => byAddress.compare(one.address, other.address));
      return { devices, search: searcher.state() };
    },
    async search({ isNetworkAsked, places: typed }, actor) {
      if (searcher.state().isRunning) return false;
      await repository.searched({ probe: isNetworkAsked, addresses: typed.length }, actor, nowMs());
      return searcher.begin({ isNetworkAsked, places: typed });
    },
    signIn: (deviceIds, credentials, actor) =>
      sequence.exclusive(async () => {
        const failed: { deviceId: string; state: OnvifDeviceState }[] = [];
        const passed: { device: KnownDevice; tried: Tried }[] = [];
        await inParallel([...new Set(deviceIds)], maxTried, async (deviceId) => {
          const device = book.find(deviceId);
          if (device === undefined) return void failed.push({ deviceId, state: 'silent' });
          const tried = await book.tryPassword(device, credentials);
          if (tried.state === 'ready') return void passed.push(asMoved(device, tried));
          failed.push({ deviceId, state: tried.state });
          // One that a right password is kept for stays as it is.
          if (device.record.credentials === undefined && device.state !== 'ready') device.state = tried.state;
        });
        const records = passed.map(({ tried }) => tried.record);
        if (records.length > 0)
          await repository.save(records, { action: 'onvif:signIn', actor, atMs: nowMs() });
        for (const { device, tried } of passed) book.signedIn(device, tried.record, tried.client);
        touched();
        return { ready: records.map(({ deviceId }) => deviceId), failed };
      }),
    async readPicture(deviceId, sourceToken) {
      const device = book.find(deviceId);
      const stream = device?.record.streams.find((one) => one.sourceToken === sourceToken);
      if (device === undefined || stream === undefined) return undefined;
      // The picture of the large stream may be too large.
      for (const profile of [stream.main, stream.sub])
        try {
          if (profile !== undefined)
            return await device.client.readPicture(profile.profileToken, maxPictureBytes);
        } catch (error) {
          if (!isOnvifFailure(error)) throw error;
          if (!isOnvifFailure(error, 'foreign', 'unknown', 'refused', 'forbidden')) return null;
        }
      return null;
    },
    place: (wanted, actor) =>
      sequence.exclusive(async () => {
        const answer = await places.place(wanted, actor);
        touched();
        return answer;
      }),
    forget: (deviceId, actor) =>
      sequence.exclusive(async () => {
        if (book.find(deviceId) === undefined) return 'unknown';
        const camera = places.cameraOfDevice(deviceId);
        if (camera !== undefined) return { camera: camera.name };
        await repository.remove(deviceId, actor, nowMs());
        book.forget(deviceId);
        forgotten.notify(deviceId);
        return 'forgotten';
      }),
    checkStored() {
      const stored = book.all().filter(({ isStored }) => isStored);
      checking = inParallel(stored, maxChecked, async (device) => {
        if (!isClosed && device.state === 'unasked') await book.inspect(device);
      }).catch((error: unknown) => logger.error({ err: error }, 'stored ONVIF devices could not be asked'));
      return checking;
    },
    device: (deviceId) => book.find(deviceId),
    devices: () => book.all(),
    reported: (deviceId, error) => book.reported(deviceId, error),
    heard(deviceId, isHeard) {
      const before = unheard.size;
      if (isHeard === false) unheard.add(deviceId);
      else unheard.delete(deviceId);
      if (unheard.size !== before) touched();
    },
    onForgotten: (listener) => void forgotten.add(listener),
    onChanged: (listener) => void changed.add(listener),
    searched: searcher.settled,
    async close() {
      isClosed = true;
      await Promise.all([searcher.close(), checking]);
      await sequence.exclusive(() => Promise.resolve());
      clearTimeout(timer);
    },
  };
}
