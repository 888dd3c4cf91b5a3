import { maxOnvifDevices, type OnvifSearch } from '../../../src-shared/onvif/onvif.protocol.ts';
import type { SearchedAddress } from '../../../src-shared/onvif/searchedAddresses.ts';
import { inParallel } from '../../base/inParallel.ts';
import { isOnvifFailure } from '../../base/onvifError.ts';
import type { Logger } from '../../logger.ts';
import type { Announcement, Connect, DevicePlace, Discover } from './onvif.ports.ts';
import { isGone, type KnownDevice, type OnvifBook } from './onvifBook.ts';

/** Addresses that are asked at the same time, and devices that are asked for their profiles at the same time. */
const maxAsked = 128;
const maxInspected = 32;
/** Where a device may be whose port nobody named. */
const usualPorts = [{ port: 80 }, { port: 8080 }, { port: 443, tls: {} }];
const usualPath = '/onvif/device_service';
/** Up to so many typed addresses are all listed, also those that do not answer. */
const fewAddresses = 8;
/** Devices that one search adds by their own word: a flood of forged ones must not push out those that were found before. */
const maxAnnounced = maxOnvifDevices / 2;

/** What is searched. */
export interface SearchWish {
  isNetworkAsked: boolean;
  places: readonly SearchedAddress[];
  /** The hub searches by itself for what is gone: devices that are well are not asked. */
  isOwn?: boolean;
}

/** One search at a time: by probes, and at addresses that a person typed. */
export interface OnvifSearcher {
  state(): OnvifSearch;
  /** False when a search is running. It goes on by itself. */
  begin(wish: SearchWish): boolean;
  /** Resolves when the present search is over. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function createOnvifSearcher(options: {
  book: OnvifBook;
  discover: Discover;
  /** For addresses that nobody knows yet; it waits shorter than for known devices. */
  connect: Connect;
  logger: Logger;
  nowMs(): number;
  changed(): void;
}): OnvifSearcher {
  const { book, discover, connect, logger, nowMs, changed } = options;
  let state: OnvifSearch = { isRunning: false, addresses: 0, asked: 0, answered: 0 };
  let running: Promise<void> = Promise.resolve();
  const ending = new AbortController();

  const search = async ({ isNetworkAsked, places, isOwn = false }: SearchWish): Promise<void> => {
    const answered = new Set<KnownDevice>();
    /** Hosts that answered by UDP, which need not be searched port by port. */
    const heard = new Set<string>();
    const waiting: { device: KnownDevice; announced: DevicePlace[] }[] = [];
    let inspecting = Promise.resolve();
    const inspected = (): Promise<void> =>
      inParallel(waiting.splice(0), maxInspected, ({ device, announced }) => book.inspect(device, announced));
    const take = (device: KnownDevice | undefined, ...announced: DevicePlace[]): void => {
      if (device === undefined || answered.has(device)) return;
      answered.add(device);
      state = { ...state, answered: answered.size };
      if (isOwn && !isGone(device) && device.state !== 'found') return;
      waiting.push({ device, announced });
      // Devices are asked while others are still searched.
      inspecting = inspecting.then(inspected);
      changed();
    };
    let added = 0;
    const announced = ({ sender, place, placeByTls, ...match }: Announcement): void => {
      heard.add(sender);
      const refusedAs = typeof place === 'string' ? place : undefined;
      const found = typeof place === 'string' ? { host: sender, port: 80, path: usualPath } : place;
      if (!book.knows({ endpoint: match.endpoint, place: found })) added += 1;
      if (added <= maxAnnounced)
        take(
          book.found({ ...match, place: found, refusedAs, foundBy: 'probe' }),
          found,
          ...(placeByTls === undefined ? [] : [placeByTls]),
        );
    };
    const withoutPort = places.flatMap(({ host, port }) => (port === undefined ? [host] : []));
    const probing = discover({
      isNetworkAsked,
      hosts: withoutPort,
      onAnnounced: announced,
      signal: ending.signal,
    });
    const askAt = async (place: SearchedAddress): Promise<void> => {
      if (ending.signal.aborted) return;
      if (place.port !== undefined || !heard.has(place.host)) {
        const { host, port } = place;
        const ways = port === undefined ? usualPorts : [{ port }, { port, tls: {} }];
        const known = await firstOf(ways, (way) => answers(connect, { host, ...way, path: usualPath }));
        const isShown = known !== undefined || places.length <= fewAddresses;
        const found = { host, ...(known ?? { port: port ?? 80 }), path: usualPath };
        if (isShown && !ending.signal.aborted)
          take(
            book.found({
              endpoint: undefined,
              place: found,
              name: undefined,
              model: undefined,
              foundBy: 'address',
            }),
            found,
          );
      }
      state = { ...state, asked: state.asked + 1 };
      changed();
    };
    const named = places.filter(({ port }) => port !== undefined);
    await Promise.all([probing, inParallel(named, maxAsked, askAt)]);
    await inParallel(
      places.filter(({ port }) => port === undefined),
      maxAsked,
      askAt,
    );
    await inspecting;
  };
  return {
    state: () => state,
    begin(wish) {
      if (state.isRunning) return false;
      state = {
        isRunning: true,
        startedAtMs: nowMs(),
        addresses: wish.places.length,
        asked: 0,
        answered: 0,
      };
      changed();
      running = search(wish)
        .catch((error: unknown) => logger.error({ err: error }, 'the search for ONVIF devices failed'))
        .finally(() => {
          state = { ...state, isRunning: false };
          changed();
        });
      return true;
    },
    settled: () => running,
    async close() {
      ending.abort();
      await running;
    },
  };
}

/** Whether something at this place speaks ONVIF. No password is shown. */
async function answers(connect: Connect, place: DevicePlace): Promise<boolean> {
  try {
    await connect(place, undefined).readClock();
    return true;
  } catch (error) {
    if (isOnvifFailure(error)) return false;
    throw error;
  }
}

async function firstOf<T>(ways: readonly T[], test: (way: T) => Promise<boolean>): Promise<T | undefined> {
  for (const way of ways) if (await test(way)) return way;
  return undefined;
}
