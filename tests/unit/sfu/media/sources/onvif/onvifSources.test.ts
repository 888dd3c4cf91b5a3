import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCameraUrl } from '../../../../../../src-sfu/base/cameraUrl.ts';
import { isOnvifFailure } from '../../../../../../src-sfu/base/onvifError.ts';
import { onvifUrl, parseOnvifUrl } from '../../../../../../src-sfu/base/onvifUrl.ts';
import type { DeviceClient } from '../../../../../../src-sfu/media/sources/onvif/deviceClient.ts';
import { onvifSources } from '../../../../../../src-sfu/media/sources/onvif/onvifSources.ts';
import {
  SourceError,
  type SourceAddress,
  type StreamSource,
  type StreamSourceKind,
} from '../../../../../../src-sfu/media/sources/streamSource.ts';
import { cameraImportSchema } from '../../../../../../src-shared/cameras/registryImport.ts';
import type { OnvifDevice } from '../../../../../../src-sim/onvif/onvifDevice.ts';
import { clientOf, openDevice } from '../../../../../support/onvifDevices.ts';

let device: OnvifDevice;
let client: DeviceClient;
let reports: string[];
let opened: SourceAddress[];
/** What the RTSP source does next. */
let failure: SourceError | undefined;

beforeEach(async () => {
  device = await openDevice();
  client = clientOf(device);
  [reports, opened, failure] = [[], [], undefined];
});
afterEach(() => device.close());

const rtsp: StreamSourceKind = {
  serves: () => true,
  create(address) {
    opened.push(address);
    return {
      open: () => (failure === undefined ? Promise.resolve({}) : Promise.reject(failure)),
      play: () => Promise.resolve(),
      isReliable: () => true,
      close: () => undefined,
    };
  },
};
const sourceOf = (url: string, digestOnly?: boolean): StreamSource => {
  const kind = onvifSources(
    {
      devices: {
        clientOf: (deviceId) => (deviceId === 'd1' ? client : undefined),
        earTokenOf: (_deviceId: string, profileToken: string) => profileToken,
        turnTokenOf: () => undefined,
        reported: (_deviceId, error) => void reports.push(isOnvifFailure(error) ? error.failure : 'ready'),
      },
    },
    rtsp,
  );
  kinds ??= kind;
  return kinds.create({ url, ...(digestOnly === undefined ? {} : { digestOnly }) }, {} as never, {} as never);
};
let kinds: StreamSourceKind | undefined;
beforeEach(() => (kinds = undefined));
const lookUps = (): number => device.received.filter((name) => name === 'GetStreamUri').length;

describe('the picture of an ONVIF camera', () => {
  it('comes by RTSP from the address that the device names, with its password', async () => {
    await sourceOf('onvif://d1/V1_main', true).open();
    expect(opened).toEqual([
      { url: 'rtsp://127.0.0.1:8554/v1/main', username: 'admin', password: 'kitchen-7', digestOnly: true },
    ]);
    expect(reports).toEqual(['ready']);
  });

  it('is looked up once, and again after a failure', async () => {
    await sourceOf('onvif://d1/V1_main').open();
    await sourceOf('onvif://d1/V1_main').open();
    expect(lookUps()).toBe(1);
    failure = new SourceError('notFound', 'gone');
    await expect(sourceOf('onvif://d1/V1_main').open()).rejects.toBe(failure);
    failure = undefined;
    await sourceOf('onvif://d1/V1_main').open();
    expect(lookUps()).toBe(2);
  });

  it('fails in the words of any camera', async () => {
    await expect(sourceOf('onvif://d2/V1_main').open()).rejects.toMatchObject({ failure: 'notFound' });
    client = clientOf(device, { credentials: { username: 'admin', password: 'wrong' } });
    await expect(sourceOf('onvif://d1/V1_main').open()).rejects.toMatchObject({ failure: 'unauthorized' });
    await device.close();
    client = clientOf(device);
    await expect(sourceOf('onvif://d1/V1_main').open()).rejects.toMatchObject({ failure: 'unreachable' });
    expect(reports).toEqual(['unauthorized', 'unreachable']);
    expect(opened).toEqual([]);
  });

  it('is not opened when it is not wanted any more', async () => {
    const source = sourceOf('onvif://d1/V1_main');
    const opening = source.open();
    source.close();
    await expect(opening).rejects.toMatchObject({ failure: 'closedByCamera' });
    expect(opened).toEqual([]);
  });
});

describe('the address of an ONVIF camera', () => {
  it('is taken by the registry, with any word of the device', () => {
    for (const profileToken of ['Profile_1', '主码流 1', 'a/b?c=%&d', "(!'*)~.", '000']) {
      const url = onvifUrl({ deviceId: '8f0a22c1b3d4e5f6', profileToken });
      expect(parseOnvifUrl(url)).toEqual({ deviceId: '8f0a22c1b3d4e5f6', profileToken });
      expect(parseCameraUrl(url)).toMatchObject({ host: '8f0a22c1b3d4e5f6', plainUrl: url });
      const camera = { externalId: 'c', siteExternalId: 's', name: 'c', streams: { main: { url } } };
      expect(cameraImportSchema.safeParse(camera).success).toBe(true);
    }
  });

  it.each([
    'onvif://',
    'onvif://d',
    'onvif://d/',
    'onvif://u:p@d/x',
    'onvif://d/x/y',
    'onvif://d/%zz',
    'onvif://d/x?y',
  ])('is not guessed: %s', (url) => expect(parseOnvifUrl(url)).toBeUndefined());
});
