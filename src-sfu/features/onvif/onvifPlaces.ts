import { createHash } from 'node:crypto';
import { maxCamerasHere } from '../../../src-shared/onvif/onvif.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { onvifUrl, parseOnvifUrl } from '../../base/onvifUrl.ts';
import type { DeviceStream, NewCamera, OnvifRegistry, PlacedCamera } from './onvif.ports.ts';
import type { OnvifRepository } from './onvif.repository.ts';
import { isGone, type KnownDevice, type OnvifBook } from './onvifBook.ts';

/** A stream that is to become a camera. */
export interface Place {
  deviceId: string;
  sourceToken: string;
  siteId: string;
  name: string;
}

/** Streams become cameras of the registry. */
export interface OnvifPlaces {
  /** All or none. */
  place(
    wanted: readonly Place[],
    actor: string,
  ): Promise<Ack<{ cameras: { deviceId: string; sourceToken: string; cameraId: string }[] }>>;
  /** A camera that is at the device's address gets its picture from this stream. */
  takeOver(
    wanted: Pick<Place, 'deviceId' | 'sourceToken'> & { cameraId: string },
    actor: string,
  ): Promise<Ack<Record<string, never>>>;
  /**
   * Cameras that devices may be: those by RTSP at the same address, those of a device that is gone from there, and those whose profile the
   * device does not have any more, as after a reset.
   */
  camerasAt(): (device: KnownDevice) => string[];
  /** Any camera of the registry whose picture comes from a device. */
  cameraOfDevice(deviceId: string): PlacedCamera | undefined;
}

/** Cameras of the registry by the device and profile that their pictures come from. */
export class PlacedCameras {
  readonly #byProfile = new Map<string, PlacedCamera>();

  constructor(cameras: readonly PlacedCamera[]) {
    for (const camera of cameras) {
      const target = parseOnvifUrl(camera.url);
      if (target !== undefined) this.#byProfile.set(`${target.deviceId} ${target.profileToken}`, camera);
    }
  }

  /** The camera whose picture is this stream, whichever of its profiles it has. */
  find(deviceId: string, { main, sub }: Pick<DeviceStream, 'main' | 'sub'>): PlacedCamera | undefined {
    const profiles = sub === undefined ? [main] : [main, sub];
    return profiles
      .map(({ profileToken }) => this.#byProfile.get(`${deviceId} ${profileToken}`))
      .find((camera) => camera !== undefined);
  }
}

interface Planned extends NewCamera {
  device: KnownDevice;
  sourceToken: string;
}

export function createOnvifPlaces(options: {
  book: OnvifBook;
  repository: Pick<OnvifRepository, 'save'>;
  registry: OnvifRegistry;
  nowMs(): number;
}): OnvifPlaces {
  const { book, repository, registry, nowMs } = options;
  const streamOf = (
    { deviceId, sourceToken }: Pick<Place, 'deviceId' | 'sourceToken'>,
    known: PlacedCameras,
  ): Ack<{ device: KnownDevice; stream: DeviceStream }> => {
    const device = book.find(deviceId);
    if (device === undefined)
      return refuse('not_found', 'There is no such ONVIF device.', { reason: 'onvif.no_such_device' });
    const stream = device.record.streams.find((one) => one.sourceToken === sourceToken);
    if (device.state !== 'ready' || device.movedTo !== undefined)
      return refuse('conflict', `${device.record.name} is not signed in to.`, {
        reason: 'onvif.not_signed_in',
        device: device.record.name,
      });
    if (stream === undefined)
      return refuse('not_found', 'The device has no such stream.', { reason: 'onvif.no_such_stream' });
    const placed = known.find(deviceId, stream);
    if (placed !== undefined)
      return refuse('conflict', `This stream is already a camera: ${placed.name}.`, {
        reason: 'onvif.already_placed',
        camera: placed.name,
      });
    return ok({ device, stream });
  };
  const camerasAt: OnvifPlaces['camerasAt'] = () => {
    const byHost = Map.groupBy(registry.cameras(), ({ url }) => hostOf(url, book) ?? '');
    return ({ record, movedTo }) =>
      (byHost.get((movedTo ?? record).host) ?? [])
        .filter(({ url }) => {
          const target = parseOnvifUrl(url);
          return target?.deviceId !== record.deviceId || !hasProfile(record, target.profileToken);
        })
        .slice(0, maxCamerasHere)
        .map(({ cameraId }) => cameraId);
  };
  const plan = (wanted: readonly Place[]): Ack<Planned[]> => {
    const cameras = registry.cameras();
    const usedIds = new Set(cameras.map(({ externalId }) => externalId));
    const known = new PlacedCameras(cameras);
    const seen = new Set<string>();
    const planned: Planned[] = [];
    for (const { deviceId, sourceToken, siteId, name } of wanted) {
      const found = streamOf({ deviceId, sourceToken }, known);
      if (!found.ok) return found;
      const { device, stream } = found.data;
      if (!registry.hasSite(siteId))
        return refuse('not_found', 'There is no such site.', { reason: 'onvif.no_such_site' });
      const key = `${deviceId} ${sourceToken}`;
      if (seen.has(key))
        return refuse('conflict', 'The same stream was chosen twice.', { reason: 'onvif.placed_twice' });
      seen.add(key);
      const externalId = freeId(deviceId, sourceToken, usedIds);
      usedIds.add(externalId);
      planned.push({ device, sourceToken, externalId, siteId, name, ...urlsOf(deviceId, stream) });
    }
    return ok(planned);
  };
  return {
    async place(wanted, actor) {
      const planned = plan(wanted);
      if (!planned.ok) return planned;
      const devices = [...new Set(planned.data.map(({ device }) => device))];
      // Before the cameras are there: a camera whose device is not stored would have no picture after a restart.
      await repository.save(
        devices.map(({ record }) => record),
        { action: 'onvif:place', actor, atMs: nowMs() },
      );
      for (const device of devices) device.isStored = true;
      const problem = await registry.add(planned.data, actor);
      if (problem !== undefined)
        return refuse('conflict', `The registry refused it: ${problem}`, {
          reason: 'onvif.place_refused',
          problem,
        });
      const cameraIds = new Map(registry.cameras().map(({ url, cameraId }) => [url, cameraId]));
      return ok({
        cameras: planned.data.map(({ device, sourceToken, mainUrl }) => ({
          deviceId: device.record.deviceId,
          sourceToken,
          cameraId: cameraIds.get(mainUrl) ?? '',
        })),
      });
    },
    camerasAt,
    async takeOver({ deviceId, sourceToken, cameraId }, actor) {
      const found = streamOf({ deviceId, sourceToken }, new PlacedCameras(registry.cameras()));
      if (!found.ok) return found;
      const { device, stream } = found.data;
      if (!camerasAt()(device).includes(cameraId))
        return refuse('conflict', 'The camera is not at the address of this device.', {
          reason: 'onvif.not_at_address',
        });
      const why = { action: 'onvif:takeOver', actor, atMs: nowMs(), detail: { cameraId } } as const;
      await repository.save([device.record], why);
      device.isStored = true;
      const problem = await registry.setSource(cameraId, urlsOf(deviceId, stream), actor);
      if (problem === undefined) return ok({});
      return refuse('conflict', `The registry refused it: ${problem}`, {
        reason: 'onvif.place_refused',
        problem,
      });
    },
    cameraOfDevice: (deviceId) =>
      registry.cameras().find(({ url }) => parseOnvifUrl(url)?.deviceId === deviceId),
  };
}

function urlsOf(deviceId: string, { main, sub }: DeviceStream): Pick<NewCamera, 'mainUrl' | 'subUrl'> {
  return {
    mainUrl: onvifUrl({ deviceId, profileToken: main.profileToken }),
    subUrl: sub === undefined ? undefined : onvifUrl({ deviceId, profileToken: sub.profileToken }),
  };
}

function hasProfile({ streams }: KnownDevice['record'], profileToken: string): boolean {
  return streams.some(({ main, sub }) => [main.profileToken, sub?.profileToken].includes(profileToken));
}

/** The host of a camera by RTSP, or of a device that is gone, or that has other profiles now. */
function hostOf(url: string, book: OnvifBook): string | undefined {
  const target = parseOnvifUrl(url);
  if (target !== undefined) {
    const device = book.find(target.deviceId);
    if (device === undefined) return undefined;
    const { record, state } = device;
    const isReset = state === 'ready' && !hasProfile(record, target.profileToken);
    return isGone(device) || isReset ? record.host : undefined;
  }
  if (!url.startsWith('rtsp:') || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** An id of the registry that says where the camera comes from, and that no other camera has. */
function freeId(deviceId: string, sourceToken: string, used: ReadonlySet<string>): string {
  const lens = createHash('sha256').update(sourceToken).digest('hex').slice(0, 6);
  const id = `ONVIF-${deviceId}-${lens}`;
  if (!used.has(id)) return id;
  let number = 2;
  while (used.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}
