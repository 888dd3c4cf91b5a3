import type { DeviceClient } from '../../media/sources/onvif/deviceClient.ts';
import type { Announcement } from '../../media/sources/onvif/discovery.ts';

/** Where a device is reached. */
export interface DevicePlace {
  host: string;
  port: number;
  /** Of the device service. */
  path: string;
  /** The number by which the device is known there; another device that answers is not used. */
  serial?: string;
}

/** Begins to speak with a device; nothing is sent before it is asked something. */
export type Connect = (
  place: DevicePlace,
  credentials: { username: string; password: string } | undefined,
) => DeviceClient;

/** Asks the networks of this machine, and single addresses, for devices. Resolves when nothing more is expected. */
export type Discover = (options: {
  isNetworkAsked: boolean;
  hosts: readonly string[];
  onAnnounced(announcement: Announcement): void;
  signal: AbortSignal;
}) => Promise<void>;

/** A camera of the registry, as far as placing needs it. */
export interface PlacedCamera {
  cameraId: string;
  name: string;
  externalId: string;
  url: string;
}

/** What a stream becomes in the registry. */
export interface NewCamera {
  externalId: string;
  siteId: string;
  name: string;
  mainUrl: string;
  subUrl: string | undefined;
}

/** The registry as placing needs it. */
export interface OnvifRegistry {
  cameras(): readonly PlacedCamera[];
  hasSite(siteId: string): boolean;
  /** Adds these cameras, all or none; the problem where the registry refuses. */
  add(cameras: readonly NewCamera[], actor: string): Promise<string | undefined>;
  /** Cameras whose addresses from before a device became their source are kept. */
  releasable(): Promise<ReadonlySet<string>>;
  /** Gives a camera other addresses; everything else of it stays. The problem where the registry refuses. */
  setSource(
    cameraId: string,
    source: Pick<NewCamera, 'mainUrl' | 'subUrl'>,
    actor: string,
  ): Promise<string | undefined>;
}
