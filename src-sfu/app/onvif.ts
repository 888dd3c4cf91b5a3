import { createOnvifHandlers, type OnvifRequestName } from '../features/onvif/onvif.handlers.ts';
import type { Connect, DeviceStream, OnvifDevice, PresetTokens } from '../features/onvif/onvif.ports.ts';
import { onvifUrl, parseOnvifUrl } from '../base/onvifUrl.ts';
import { isAsked } from '../features/onvif/onvifBook.ts';
import { createOnvifService, type OnvifService } from '../features/onvif/onvif.service.ts';
import { createSnapshotPosters } from '../features/onvif/snapshotPosters.ts';
import { createPresetTokens } from '../features/onvif/presetTokens.ts';
import { createDeviceClient, type DeviceClient } from '../media/sources/onvif/deviceClient.ts';
import { askedInterfaces, discoverDevices } from '../media/sources/onvif/discovery.ts';
import { Rests } from '../media/sources/onvif/passwordRests.ts';
import { readOnePicture } from '../media/sources/onePicture.ts';
import { createFormerSourcesRepository } from '../storage/formerSources.sql.ts';
import { createOnvifRepository } from '../storage/onvif.sql.ts';
import { smallPicture } from '../storage/smallPicture.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import { createOnvifRegistry } from './onvifRegistry.ts';

/** ONVIF devices, with what turning and alerts take from them. */
export interface OnvifFeature extends HubFeature<OnvifRequestName> {
  service: OnvifService;
  presets: PresetTokens;
}

/** An address where nobody may be is left after this time. Milliseconds. */
const briefMs = 1_500;
/** How often devices that are gone, and events that are missing, are thought of. Milliseconds. */
const tendMs = 10_000;

/** ONVIF devices: found, signed in to, and made cameras of the registry. */
export async function createOnvifFeature(
  drivers: Drivers,
  { cameras }: { cameras: Pick<CamerasFeature, 'directory' | 'health' | 'registry' | 'onRegistryChanged'> },
): Promise<OnvifFeature> {
  const { config, logger, nowMs, store, secrets, camerasRepository, onvifDirectory, onvifStreams } = drivers;
  const { toJpeg, toKeyPicture } = drivers;
  const repository = createOnvifRepository(store, secrets);
  const passwords = new Rests(nowMs);
  /** The clients by which devices are asked for more than the feature itself asks. */
  const clients = new WeakMap<OnvifDevice, DeviceClient>();
  const connecting =
    (timeoutMs?: number): Connect =>
    (place, credentials) => {
      const client = createDeviceClient({
        host: place.host,
        port: place.port,
        path: place.path,
        nowMs,
        passwords,
        ...(credentials === undefined ? {} : { credentials }),
        ...(place.serial === undefined ? {} : { serial: place.serial }),
        tls: place.tls,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      clients.set(client, client);
      return client;
    };
  const service = await createOnvifService({
    repository,
    registry: createOnvifRegistry({
      ...cameras,
      formerSources: createFormerSourcesRepository(store, secrets),
      streamAddressOf: (cameraId) => camerasRepository.findStreamAddress(cameraId, 'main'),
      nowMs,
    }),
    connect: connecting(),
    connectBriefly: connecting(briefMs),
    discover: ({ isNetworkAsked, ...options }) =>
      discoverDevices({
        ...options,
        interfaces: isNetworkAsked
          ? askedInterfaces(config.host, { isBehindProxy: config.proxies !== '' })
          : [],
      }),
    smallPicture: (sent) => smallPicture(sent),
    async streamPicture(deviceId, profileToken) {
      const annexB = await readOnePicture(onvifStreams, { url: onvifUrl({ deviceId, profileToken }) });
      if (annexB === undefined) return undefined;
      return smallPicture(await toJpeg(annexB).catch(() => Buffer.alloc(0)));
    },
    logger,
    nowMs,
  });
  const presets = await createPresetTokens(repository);
  service.onForgotten(presets.forget);
  service.onChanged(() => cameras.health.setDeviceNotes(service.cameraNotes()));
  const posters = createSnapshotPosters({
    cameras: () =>
      [...cameras.directory.cameras()].flatMap(({ id, urls }) => {
        const target = parseOnvifUrl(urls.main);
        const isReady = target !== undefined && service.device(target.deviceId)?.state === 'ready';
        return isReady ? [{ cameraId: id, ...target }] : [];
      }),
    posterAtMs: (cameraId) => cameras.health.of([cameraId]).get(cameraId)?.posterAtMs,
    async snapshot({ deviceId, profileToken }) {
      const jpeg = await service.readSnapshot(deviceId, profileToken);
      const capturedAtMs = nowMs();
      const picture = jpeg && (await toKeyPicture(jpeg));
      return picture && { ...picture, capturedAtMs };
    },
    keep: cameras.health.offerPoster,
    nowMs,
  });
  const tendPosters = (): void => {
    posters
      .tend()
      .catch((error: unknown) => logger.error({ err: error }, 'posters of ONVIF cameras could not be read'));
  };
  cameras.onRegistryChanged(tendPosters);
  let tending: NodeJS.Timeout | undefined;
  const streamOf = (deviceId: string, profileToken: string): DeviceStream | undefined =>
    service
      .device(deviceId)
      ?.record.streams.find(
        ({ main, sub }) => main.profileToken === profileToken || sub?.profileToken === profileToken,
      );
  onvifDirectory.devices = {
    clientOf(deviceId) {
      const device = service.device(deviceId);
      return device !== undefined && isAsked(device.state) ? clients.get(device.client) : undefined;
    },
    turnTokenOf: (deviceId, profileToken) => streamOf(deviceId, profileToken)?.turnToken,
    earTokenOf: (deviceId, profileToken) => streamOf(deviceId, profileToken)?.earToken ?? profileToken,
    reported: service.reported,
  };
  return {
    service,
    presets,
    handlers: createOnvifHandlers(service),
    announceTo(surfaces) {
      service.onChanged(() => surfaces.broadcast('onvif:changed', {}));
    },
    start() {
      void service.checkStored();
      tending = setInterval(() => {
        service.tend();
        tendPosters();
      }, tendMs).unref();
    },
    close() {
      clearInterval(tending);
      posters.close();
      return service.close();
    },
  };
}
