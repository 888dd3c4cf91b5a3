import type { DeviceFacts, DeviceStream, TlsPlace } from './onvif.ports.ts';

/** A device that somebody signed in to or placed. */
export interface OnvifDeviceRecord extends DeviceFacts {
  deviceId: string;
  /** By which it is recognised at any address; undefined for one that has none. */
  endpoint: string | undefined;
  host: string;
  port: number;
  /** Of its device service. */
  path: string;
  /** It speaks HTTPS; left out: HTTP. */
  tls?: TlsPlace | undefined;
  name: string;
  foundBy: 'probe' | 'address';
  /** Undefined where the device wants none, or where it cannot be read any more. */
  credentials: { username: string; password: string } | undefined;
  /** A password is kept for it that cannot be opened, with the key that the hub has now. It stays kept until another one is right. */
  isLocked?: boolean;
  streams: DeviceStream[];
  hasEvents: boolean;
  /** Motion becomes alerts; left out: it does not. */
  alertsOnMotion?: boolean;
}

/** By which word a device knows one of our presets. */
export interface PresetToken {
  deviceId: string;
  profileToken: string;
  number: number;
  token: string;
}

/** Where ONVIF devices are kept. What resolved is durable. */
export interface OnvifRepository {
  list(): Promise<OnvifDeviceRecord[]>;
  /** Keeps devices as they are now, and writes why. */
  save(
    devices: readonly OnvifDeviceRecord[],
    why: {
      action: 'onvif:signIn' | 'onvif:place' | 'onvif:setMotionAlerts' | 'onvif:takeOver';
      actor: string;
      atMs: number;
      detail?: Record<string, boolean | string>;
    },
  ): Promise<void>;
  /** Keeps what a device says of itself, without a line of the audit; nothing where it was forgotten or is elsewhere. */
  keep(device: OnvifDeviceRecord, atMs: number): Promise<void>;
  remove(deviceId: string, actor: string, atMs: number): Promise<void>;
  /** Writes that somebody searched; `detail` says where. */
  searched(detail: { probe: boolean; addresses: number }, actor: string, atMs: number): Promise<void>;
  presetTokens(): Promise<PresetToken[]>;
  savePresetToken(preset: PresetToken): Promise<void>;
  removePresetToken(preset: Omit<PresetToken, 'token'>): Promise<void>;
}
