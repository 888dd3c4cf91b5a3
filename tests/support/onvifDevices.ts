import type { OnvifHabits } from '../../src-sim/onvif/onvifHabits.ts';
import { OnvifDevice } from '../../src-sim/onvif/onvifDevice.ts';
import type { OnvifDeviceSettings } from '../../src-sim/onvif/onvifSettings.ts';
import {
  createDeviceClient,
  usualDevicePath,
  type DeviceClient,
} from '../../src-sfu/media/sources/onvif/deviceClient.ts';
import type { Rests } from '../../src-sfu/media/sources/onvif/passwordRests.ts';

/** The account of devices in tests. */
export const deviceAccount = { username: 'admin', password: 'kitchen-7' };
/** The smallest thing that is a JPEG by its first bytes. */
export const smallJpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);

/** Settings of a simulated device with one lens, at an address of this machine. */
export function deviceSettings(settings: Partial<OnvifDeviceSettings> = {}): OnvifDeviceSettings {
  const { host = '127.0.0.1' } = settings;
  return {
    host,
    endpoint: `urn:uuid:00000000-0000-4000-8000-${host.replaceAll('.', '').padStart(12, '0')}`,
    name: '红灯笼 后厨',
    make: 'Mingchu',
    model: 'M1',
    serial: host,
    account: { ...deviceAccount },
    sources: [
      {
        token: 'V1',
        name: '灶台',
        streams: { main: 'rtsp://10.9.9.9:8554/v1/main', sub: 'rtsp://10.9.9.9:8554/v1/sub' },
        hasSound: false,
        hasEar: false,
        photograph: () => Promise.resolve(smallJpeg),
      },
    ],
    ...settings,
  };
}

/** A simulated device that is open. */
export async function openDevice(
  settings: Partial<OnvifDeviceSettings> = {},
  habits: OnvifHabits = {},
): Promise<OnvifDevice> {
  const device = new OnvifDevice({ ...deviceSettings(settings), habits });
  await device.open();
  return device;
}

/** A client of a device, with the right password unless another one is given. */
export function clientOf(
  device: Pick<OnvifDevice, 'port' | 'settings'>,
  options: {
    credentials?: { username: string; password: string } | null;
    nowMs?: () => number;
    timeoutMs?: number;
    passwords?: Rests;
    serial?: string;
  } = {},
): DeviceClient {
  const { credentials = deviceAccount, nowMs = Date.now, timeoutMs = 2_000, passwords, serial } = options;
  return createDeviceClient({
    host: device.settings.host,
    port: device.port,
    path: usualDevicePath,
    nowMs,
    timeoutMs,
    ...(credentials === null ? {} : { credentials }),
    ...(serial === undefined ? {} : { serial }),
    ...(passwords === undefined ? {} : { passwords }),
  });
}
