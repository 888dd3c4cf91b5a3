import { isOnvifFailure, type OnvifFailure } from '../../../base/onvifError.ts';
import { parseOnvifUrl } from '../../../base/onvifUrl.ts';
import type { EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { EarError, type EarAddress, type Ears } from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import type { DeviceClient } from './deviceClient.ts';
import type { OnvifDirectory } from './onvifSources.ts';

const faults: Readonly<Record<OnvifFailure, EarFault>> = {
  unreachable: 'notReached',
  silent: 'notReached',
  foreign: 'cameraRefused',
  unauthorized: 'wrongPassword',
  unknown: 'cameraRefused',
  refused: 'cameraRefused',
  forbidden: 'cameraRefused',
  another: 'notReached',
};

/**
 * Profiles of ONVIF devices are spoken to by the back channel of the address that the device names, with the device's own password. The
 * address is remembered until it fails.
 */
export function onvifEars(directory: OnvifDirectory, rtsp: Ears): Ears {
  /** Addresses by profile; those of a device go with its client, when it gets another password or address. */
  const known = new WeakMap<DeviceClient, Map<string, string>>();
  const lookUp = async (address: EarAddress): Promise<{ address: EarAddress; forget(): void }> => {
    const target = parseOnvifUrl(address.url);
    const { devices } = directory;
    const client = target && devices?.clientOf(target.deviceId);
    if (target === undefined || devices === undefined || client === undefined)
      throw new EarError('notReached', 'The ONVIF device is not known.');
    const { deviceId } = target;
    const profileToken = devices.earTokenOf(deviceId, target.profileToken);
    const addresses = known.get(client) ?? new Map<string, string>();
    known.set(client, addresses);
    let url = addresses.get(profileToken);
    if (url === undefined)
      try {
        url = await client.readStreamUrl(profileToken);
        addresses.set(profileToken, url);
        devices.reported(deviceId, undefined);
      } catch (error) {
        devices.reported(deviceId, error);
        if (!isOnvifFailure(error)) throw error;
        throw new EarError(faults[error.failure], error.message);
      }
    const { digestOnly } = address;
    return {
      address: { url, ...client.credentials, ...(digestOnly === undefined ? {} : { digestOnly }) },
      forget: () => void addresses.delete(profileToken),
    };
  };
  return {
    serves: (url) => parseOnvifUrl(url) !== undefined,
    async read(address) {
      try {
        const found = await lookUp(address);
        const ear = await rtsp.read(found.address);
        // It may have another address by now.
        if (ear.has === 'unknown' || (ear.has === 'no' && ear.fault === 'noStream')) found.forget();
        return ear;
      } catch (error) {
        // A device that is away now may have an ear.
        if (!(error instanceof EarError) || error.fault === 'notReached') return { has: 'unknown' };
        return { has: 'no', fault: error.fault };
      }
    },
    async open(address, how) {
      const found = await lookUp(address);
      // The key may have been let go while the device was asked.
      if (how.signal.aborted) throw new EarError('notReached', 'The talk is over.');
      try {
        return await rtsp.open(found.address, how);
      } catch (error) {
        found.forget();
        throw error;
      }
    },
  };
}
