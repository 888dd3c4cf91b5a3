import type { DeviceKindId } from '../../../src-shared/alerts/alertKinds.ts';

/** What a device says of itself; left out where it says nothing. */
export interface DeviceFacts {
  make?: string;
  model?: string;
  serial?: string;
}

/** One way in which a lens is encoded. */
export interface DeviceProfile {
  profileToken: string;
  codec?: string;
  width?: number;
  height?: number;
}

/** One lens of a device: what its profiles say of it. */
export interface DeviceStream {
  sourceToken: string;
  name: string;
  main: DeviceProfile;
  sub?: DeviceProfile;
  /** The profile by which it is turned; left out: it cannot be turned. */
  turnToken?: string;
  /** A loudspeaker is announced. */
  canHear: boolean;
  /** The profile that has the loudspeaker; left out: none says so. */
  earToken?: string;
  /** By which words events name this lens. */
  eventTokens: string[];
}

/** A device that answered a probe. `place`: where its services are, or that its announcement must not be followed. */
export interface Announcement {
  /** The same on every interface and after every start; a device without one is recognised by its address. */
  endpoint: string | undefined;
  name: string | undefined;
  model: string | undefined;
  sender: string;
  place: DevicePlace | 'not_allowed';
  /** Where its services are by HTTPS, if they are at `place` by HTTP as well. */
  placeByTls?: DevicePlace;
}

/** One ONVIF device. Everything rejects with OnvifError. */
export interface OnvifDevice {
  readonly host: string;
  readonly credentials: { username: string; password: string } | undefined;
  /** The device's clock less ours, as it was read last. Milliseconds. */
  clockOffsetMs(): number | undefined;
  /** The certificate that the device showed, as in TlsPlace; undefined by HTTP, and before it was asked. */
  fingerprint(): string | undefined;
  /** The certificate that is shown there now, whichever it is, as in TlsPlace; undefined by HTTP, and where none is shown. Nothing is sent. */
  readCertificate(): Promise<string | undefined>;
  /** Reads the clock. Resolves when the device answered in the way of ONVIF, also where it keeps its clock to itself. */
  readClock(): Promise<void>;
  readFacts(): Promise<DeviceFacts>;
  /** Its lenses, and whether it has events. */
  readStreams(): Promise<{ streams: DeviceStream[]; hasEvents: boolean }>;
  /** Where a profile is seen: an `rtsp://` address with the host that we reached. */
  readStreamUrl(profileToken: string): Promise<string>;
  /** A JPEG of what a profile shows now, of at most `maxBytes`. */
  readPicture(profileToken: string, maxBytes: number): Promise<Buffer>;
}

/** What a device noticed. `method` and `type` are those of alarms of GB/T 28181, by which recorders say the same. */
export interface DeviceEvent {
  /** How the device calls the lens or input; empty where it names none. */
  token: string;
  method: number | undefined;
  type: number | undefined;
  description: string;
  /** Where the table of GB/T 28181 has no such alarm. */
  kind?: DeviceKindId;
}

/** By which word a device knows a preset of ours: our numbers are 1 to 32, its words are its own. */
export interface PresetTokens {
  tokenOf(deviceId: string, turnToken: string, number: number): string | undefined;
  /** Resolves when it is kept. */
  keep(deviceId: string, turnToken: string, number: number, token: string): Promise<void>;
  drop(deviceId: string, turnToken: string, number: number): Promise<void>;
}

/**
 * A device that speaks HTTPS. Nearly every camera signs its certificate itself, so that only its fingerprint says who it is: SHA-256 in hexadecimal
 * digits. A device with another one is not spoken to; left out: the first one that it shows counts.
 */
export interface TlsPlace {
  fingerprint?: string | undefined;
}

/** Where a device is reached. */
export interface DevicePlace {
  host: string;
  port: number;
  /** Of the device service. */
  path: string;
  /** The number by which the device is known there; another device that answers is not used. */
  serial?: string;
  /** Left out: by HTTP. */
  tls?: TlsPlace | undefined;
}

/** Begins to speak with a device; nothing is sent before it is asked something. */
export type Connect = (
  place: DevicePlace,
  credentials: { username: string; password: string } | undefined,
) => OnvifDevice;

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
