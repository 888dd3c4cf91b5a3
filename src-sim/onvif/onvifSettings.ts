import type { TurningHead } from '../turning/turningHead.ts';
import type { OnvifAccount } from './onvifAuthentication.ts';
import type { OnvifHabits } from './onvifHabits.ts';

/** One lens of a device. */
export interface OnvifSource {
  /** Without white space, such as `V1`. */
  token: string;
  name: string;
  /** The address of each stream; the host in it is replaced by the one that the device is reached at. */
  streams: { main: string; sub: string };
  hasSound: boolean;
  /** It has a loudspeaker, and says that it takes sound. */
  hasEar: boolean;
  /** Where it can turn. */
  head?: TurningHead;
  /** A JPEG of what it sees now. */
  photograph(): Promise<Buffer | undefined>;
}

export interface OnvifDeviceSettings {
  /** The address that it listens at; `0.0.0.0`: every one. */
  host: string;
  /** 0 or left out: any free one. */
  port?: number;
  /** Its endpoint reference, such as `urn:uuid:…`. */
  endpoint: string;
  name: string;
  make: string;
  model: string;
  serial: string;
  account: OnvifAccount;
  /** It speaks HTTPS with this certificate and key, both as PEM; left out: HTTP. */
  tls?: { cert: string; key: string };
  sources: readonly OnvifSource[];
  habits?: OnvifHabits;
  nowMs?: () => number;
}

/** The pictures that a profile declares. */
export const profileFormats = {
  main: { width: 1280, height: 720, kbps: 1_700 },
  sub: { width: 640, height: 360, kbps: 430 },
} as const;
export type ProfileStream = keyof typeof profileFormats;
