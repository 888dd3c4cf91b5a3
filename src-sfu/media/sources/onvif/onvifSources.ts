import { parseOnvifUrl } from '../../../base/onvifUrl.ts';
import { isOnvifFailure, type OnvifFailure } from '../../../base/onvifError.ts';
import {
  SourceError,
  type SourceAddress,
  type SourceFailure,
  type SourceLimits,
  type StreamDescription,
  type StreamSource,
  type StreamSourceEvents,
  type StreamSourceKind,
} from '../streamSource.ts';
import type { DeviceClient } from './deviceClient.ts';

/** The devices that are known now. */
export interface OnvifDevices {
  /** Undefined for one that is not known, or that must not be asked. */
  clientOf(deviceId: string): DeviceClient | undefined;
  /** By which profile the lens of a profile is turned; undefined where it cannot be turned. */
  turnTokenOf(deviceId: string, profileToken: string): string | undefined;
  /** By which profile the lens of a profile is spoken to: the one with the loudspeaker, else the profile itself. */
  earTokenOf(deviceId: string, profileToken: string): string;
  /** What became of a question to a device. */
  reported(deviceId: string, error: unknown): void;
}

/** Holds the devices once the feature that knows them is there. */
export interface OnvifDirectory {
  devices: OnvifDevices | undefined;
}

/** A device that starts again takes longer, and another one may have its address then: the device is asked again. Milliseconds. */
const keptMs = 20_000;

const failures: Readonly<Record<OnvifFailure, SourceFailure>> = {
  unreachable: 'unreachable',
  silent: 'timeout',
  foreign: 'protocolError',
  unauthorized: 'unauthorized',
  forbidden: 'refused',
  another: 'notFound',
  unknown: 'refused',
  refused: 'refused',
};

/**
 * Profiles of ONVIF devices, such as `onvif://8f0a22c1b3d4e5f6/Profile_1`: the device is asked for the address, which is then opened by
 * RTSP as that of any other camera. The address is remembered for some seconds, until it fails.
 */
export function onvifSources(directory: OnvifDirectory, rtsp: StreamSourceKind): StreamSourceKind {
  /** Addresses by profile, with the time at which they were read; those of a device go with its client, when it gets another password or address. */
  const known = new WeakMap<DeviceClient, Map<string, { url: string; atMs: number }>>();
  const lookUp = async (url: string): Promise<{ address: SourceAddress; forget(): void }> => {
    const target = parseOnvifUrl(url);
    const { devices } = directory;
    const client = target && devices?.clientOf(target.deviceId);
    if (target === undefined || devices === undefined || client === undefined)
      throw new SourceError(
        'notFound',
        'The ONVIF device is not known. Search for it and sign in to it at an administrator’s desk, under Registry → ONVIF cameras.',
      );
    const { deviceId, profileToken } = target;
    const addresses = known.get(client) ?? new Map<string, { url: string; atMs: number }>();
    known.set(client, addresses);
    const kept = addresses.get(profileToken);
    let found = kept !== undefined && performance.now() - kept.atMs < keptMs ? kept.url : undefined;
    if (found === undefined)
      try {
        found = await client.readStreamUrl(profileToken);
        addresses.set(profileToken, { url: found, atMs: performance.now() });
        devices.reported(deviceId, undefined);
      } catch (error) {
        devices.reported(deviceId, error);
        if (!isOnvifFailure(error)) throw error;
        throw new SourceError(failures[error.failure], error.message);
      }
    return {
      address: { url: found, ...client.credentials },
      forget: () => void addresses.delete(profileToken),
    };
  };
  return {
    serves: (url) => parseOnvifUrl(url) !== undefined,
    create: (address, events, limits) => new OnvifSource({ address, events, limits, rtsp, lookUp }),
  };
}

interface OnvifSourceParts {
  address: SourceAddress;
  events: StreamSourceEvents;
  limits: SourceLimits;
  rtsp: StreamSourceKind;
  lookUp(url: string): Promise<{ address: SourceAddress; forget(): void }>;
}

/** One attempt: the address, and then the RTSP source of that address. */
class OnvifSource implements StreamSource {
  readonly #parts: OnvifSourceParts;
  #source: StreamSource | undefined;
  #forget: () => void = () => undefined;
  #isClosed = false;

  constructor(parts: OnvifSourceParts) {
    this.#parts = parts;
  }

  async open(): Promise<StreamDescription> {
    const { address, events, limits, rtsp, lookUp } = this.#parts;
    const found = await lookUp(address.url);
    if (this.#isClosed) throw new SourceError('closedByCamera', 'The picture was not wanted any more.');
    const { digestOnly } = address;
    const whole = { ...found.address, ...(digestOnly === undefined ? {} : { digestOnly }) };
    this.#source = rtsp.create(whole, events, limits);
    this.#forget = found.forget;
    return this.#orForget(this.#source.open());
  }

  play(options: { withSound: boolean }): Promise<void> {
    return this.#orForget(this.#opened().play(options));
  }

  isReliable(kind: 'video' | 'audio'): boolean {
    return this.#opened().isReliable(kind);
  }

  readNow(): void {
    this.#source?.readNow?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#source?.close();
  }

  #opened(): StreamSource {
    if (this.#source === undefined) throw new Error('the source was not opened');
    return this.#source;
  }

  /** An address that failed is looked up again by the next attempt: devices change them when they start. */
  async #orForget<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }
}
