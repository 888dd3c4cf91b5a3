import type { CameraDeviceNote } from '../../../src-shared/cameras/cameras.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import type { OnvifDevice, OnvifSearch } from '../../../src-shared/onvif/onvif.protocol.ts';
import type { SearchedAddress } from '../../../src-shared/onvif/searchedAddresses.ts';
import { inParallel } from '../../base/inParallel.ts';
import { parseOnvifUrl } from '../../base/onvifUrl.ts';
import { createSequence } from '../../base/sequence.ts';
import type { Logger } from '../../logger.ts';
import { LostDevices } from './lostDevices.ts';
import type { Connect, Discover, OnvifRegistry } from './onvif.ports.ts';
import type { OnvifDeviceRecord, OnvifRepository } from './onvif.repository.ts';
import { isGone, OnvifBook, type KnownDevice } from './onvifBook.ts';
import { createOnvifPictures, type OnvifPictures, type PictureParts } from './onvifPictures.ts';
import { createOnvifPlaces, PlacedCameras, type OnvifPlaces } from './onvifPlaces.ts';
import { createOnvifSearcher } from './onvifSearch.ts';
import { createOnvifSignIn, type OnvifSignIn } from './onvifSignIn.ts';
import { UnheardDevices } from './unheardDevices.ts';

/** Stored devices that are asked at the same time after a start: cameras that open then come first. */
const maxChecked = 4;
/** Devices and the search change many times a second; desks are notified at most once in this time. Milliseconds. */
const notifyEveryMs = 1_000;

export interface OnvifService {
  list(): { devices: OnvifDevice[]; search: OnvifSearch };
  /** The same for a desk, which also sees what can be taken back. */
  listForDesk(): Promise<{ devices: OnvifDevice[]; search: OnvifSearch }>;
  /** False while another search runs. It is recorded before it begins. */
  search(
    wish: { isNetworkAsked: boolean; places: readonly SearchedAddress[] },
    actor: string,
  ): Promise<boolean>;
  signIn: OnvifSignIn;
  readPicture: OnvifPictures['readPicture'];
  readSnapshot: OnvifPictures['readSnapshot'];
  place: OnvifPlaces['place'];
  takeOver: OnvifPlaces['takeOver'];
  /** Whether motion of a stored device becomes alerts; false where it is not known or nobody signed in to it. Durable when it resolves. */
  setMotionAlerts(deviceId: string, isOn: boolean, actor: string): Promise<boolean>;
  /** Forgets a device and its password, unless a camera still has it: then that camera's name is the answer. */
  forget(deviceId: string, actor: string): Promise<'unknown' | 'forgotten' | { camera: string }>;
  /** A device that is known now, for those who speak with it. */
  device(deviceId: string): KnownDevice | undefined;
  devices(): KnownDevice[];
  reported: OnvifBook['reported'];
  /** Asks the stored devices how they are, some at a time. Resolves when each was asked, or the service is closed. */
  checkStored(): Promise<void>;
  /** Called every some seconds: searches for placed devices that are gone, and notifies of events that are missing. */
  tend(): void;
  /** What officers are to know of the devices behind cameras, by the ids of these. */
  cameraNotes(): Map<string, CameraDeviceNote>;
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
  smallPicture: PictureParts['smallPicture'];
  streamPicture: PictureParts['streamPicture'];
  logger: Logger;
  nowMs(): number;
}): Promise<OnvifService> {
  const { repository, registry, connect, connectBriefly, discover, logger, nowMs } = options;
  const { smallPicture, streamPicture } = options;
  const changed = createListeners();
  const forgotten = createListeners<[string]>();
  const unheard = new UnheardDevices();
  const lost = new LostDevices();
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
  const pictures = createOnvifPictures({ book, smallPicture, streamPicture });
  const signIn = createOnvifSignIn({ book, repository, sequence, isClosed: () => isClosed, touched, nowMs });
  const shown = (
    { record, client, state, seenAtMs, movedTo, shownCertificate }: KnownDevice,
    placed: PlacedCameras,
    camerasHere: readonly string[],
  ): OnvifDevice => {
    const { deviceId, name, make, model, serial, foundBy, streams, hasEvents } = record;
    const { host, port } = movedTo ?? record;
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const clockOffsetMs = client.clockOffsetMs();
    return {
      deviceId,
      address,
      name,
      ...(make === undefined ? {} : { make }),
      ...(model === undefined ? {} : { model }),
      ...(serial === undefined ? {} : { serial }),
      state: movedTo === undefined ? state : 'needs_password',
      ...(record.tls?.fingerprint === undefined ? {} : { certificate: record.tls.fingerprint }),
      ...(shownCertificate === undefined ? {} : { certificateNow: shownCertificate }),
      ...(movedTo === undefined ? {} : { announcedAt: address }),
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
      ...(camerasHere.length === 0 ? {} : { camerasHere: [...camerasHere] }),
      ...(record.alertsOnMotion === true ? { alertsOnMotion: true as const } : {}),
      ...(unheard.has(deviceId, nowMs()) ? { isUnheard: true as const } : {}),
      seenAtMs,
    };
  };
  const list = (): ReturnType<OnvifService['list']> => {
    const placed = new PlacedCameras(registry.cameras());
    const byAddress = new Intl.Collator('en', { numeric: true });
    const camerasHere = places.camerasAt();
    const devices = book.all().map((device) => shown(device, placed, camerasHere(device)));
    devices.sort((one, other) => byAddress.compare(one.address, other.address));
    return { devices, search: searcher.state() };
  };
  return {
    list,
    async listForDesk() {
      const releasable = await registry.releasable();
      const { devices, search } = list();
      for (const stream of devices.flatMap(({ streams }) => streams))
        if (stream.cameraId !== undefined && releasable.has(stream.cameraId)) stream.canRelease = true;
      return { devices, search };
    },
    async search({ isNetworkAsked, places: typed }, actor) {
      if (searcher.state().isRunning) return false;
      await repository.searched({ probe: isNetworkAsked, addresses: typed.length }, actor, nowMs());
      return searcher.begin({ isNetworkAsked, places: typed });
    },
    signIn,
    ...pictures,
    place: (wanted, actor) =>
      sequence.exclusive(async () => {
        const answer = await places.place(wanted, actor);
        touched();
        return answer;
      }),
    takeOver: (wanted, actor) =>
      sequence.exclusive(async () => {
        const answer = await places.takeOver(wanted, actor);
        touched();
        return answer;
      }),
    setMotionAlerts: (deviceId, isOn, actor) =>
      sequence.exclusive(async () => {
        const device = book.find(deviceId);
        if (device?.isStored !== true) return false;
        const why = { action: 'onvif:setMotionAlerts', actor, atMs: nowMs(), detail: { isOn } } as const;
        await repository.save([{ ...device.record, alertsOnMotion: isOn }], why);
        device.record = { ...device.record, alertsOnMotion: isOn };
        touched();
        return true;
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
    tend() {
      if (isClosed) return;
      if (unheard.haveChanged(nowMs())) touched();
      const placed = new Set(registry.cameras().flatMap(({ url }) => parseOnvifUrl(url)?.deviceId ?? []));
      const gone = book
        .all()
        .filter(
          ({ record, movedTo, ...one }) =>
            isGone(one) && movedTo === undefined && placed.has(record.deviceId),
        );
      const goneIds = gone.map(({ record }) => record.deviceId);
      if (searcher.state().isRunning || !lost.isSearchDue(goneIds, nowMs())) return;
      logger.info({ devices: goneIds.slice(0, 20) }, 'ONVIF devices that are gone are searched');
      searcher.begin({ isNetworkAsked: true, places: [], isOwn: true });
    },
    cameraNotes() {
      const notes = new Map<string, CameraDeviceNote>();
      for (const { announcedAt, isUnheard, streams } of list().devices) {
        if (announcedAt === undefined && isUnheard === undefined) continue;
        const note = {
          ...(announcedAt === undefined ? {} : { announcedAt }),
          ...(isUnheard === undefined ? {} : { isUnheard }),
        };
        for (const { cameraId } of streams) if (cameraId !== undefined) notes.set(cameraId, note);
      }
      return notes;
    },
    device: (deviceId) => book.find(deviceId),
    devices: () => book.all(),
    reported: (deviceId, error) => book.reported(deviceId, error),
    heard(deviceId, isHeard) {
      unheard.heard(deviceId, isHeard, nowMs());
      if (unheard.haveChanged(nowMs())) touched();
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
