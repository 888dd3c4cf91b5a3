import type { OnvifDeviceState } from '../../../src-shared/onvif/onvif.protocol.ts';
import { isOnvifFailure } from '../../base/onvifError.ts';
import type { DevicePlace, OnvifDevice } from './onvif.ports.ts';
import type { OnvifDeviceRecord } from './onvif.repository.ts';

type Found = Partial<Pick<OnvifDeviceRecord, 'make' | 'model' | 'serial' | 'streams' | 'hasEvents'>>;

/**
 * Asks a device how it is, with the password that its client has. `isSentOn`: it answers that it is at another address. Rejects with what is
 * no failure of a device.
 */
export async function askHowItIs(
  client: OnvifDevice,
): Promise<{ state: OnvifDeviceState; found?: Found; isSentOn?: boolean }> {
  try {
    await client.readClock();
    const facts = await client.readFacts().catch((error: unknown) => {
      // Streams are what counts.
      if (isOnvifFailure(error, 'unknown', 'refused', 'foreign', 'forbidden')) return {};
      throw error;
    });
    return { state: 'ready', found: { ...facts, ...(await client.readStreams()) } };
  } catch (error) {
    return { state: stateOf(error, client), isSentOn: isOnvifFailure(error) && error.isRedirection };
  }
}

/** How a device stands after a failure of a request to it. Throws what is no failure of a device. */
export function stateOf(error: unknown, { credentials }: OnvifDevice): OnvifDeviceState {
  if (!isOnvifFailure(error)) throw error;
  switch (error.failure) {
    case 'unreachable':
    case 'silent':
      return 'silent';
    case 'unauthorized':
      return credentials === undefined ? 'needs_password' : 'wrong_password';
    case 'another':
      return 'other_device';
    case 'foreign':
    case 'forbidden':
    case 'unknown':
    case 'refused':
      return 'refused';
  }
}

/**
 * Which of the places that a device announces is a new one, where it is not reached at its stored one; undefined: none. A device by HTTPS is not
 * followed to HTTP, where it cannot show who it is. One by HTTP that is silent has not moved because it speaks HTTPS as well; one that
 * sends us on (`isSentOn`) has.
 */
export function newPlaceOf(
  { host, port, tls }: DevicePlace,
  isSentOn: boolean,
  announced: readonly DevicePlace[],
): DevicePlace | undefined {
  const usable = tls === undefined && !isSentOn ? announced.slice(0, 1) : announced;
  return usable.find(
    (place) =>
      (place.tls !== undefined || tls === undefined) &&
      (place.host !== host || place.port !== port || (place.tls === undefined) !== (tls === undefined)),
  );
}
