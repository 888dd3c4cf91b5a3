import { describe, expect, it } from 'vitest';
import { createCameraDirectory } from '../../../../src-sfu/features/cameras/cameraDirectory.ts';
import type {
  Camera,
  CamerasRepository,
  Site,
} from '../../../../src-sfu/features/cameras/cameras.repository.ts';

const site: Site = {
  id: 'site-1',
  externalId: 's1',
  name: '温泉小学食堂',
  type: 'school_canteen',
  district: '咸安区',
  address: '咸宁大道1号',
  phone: '0715-8058695',
  position: { latitude: 29.84, longitude: 114.32 },
};
const camera: Camera = {
  id: 'cam-1',
  externalId: 'c1',
  siteId: 'site-1',
  name: '灶台A',
  urls: { main: 'rtsp://10.0.0.9/main?password=word', sub: 'rtsp://10.0.0.9/sub' },
  username: 'mingchu',
};

/** A registry that the test changes under the directory. */
function registryOf(sites: Site[], cameras: Camera[]) {
  const registry = { sites, cameras };
  const repository: CamerasRepository = {
    listSites: () => Promise.resolve(registry.sites),
    listCameras: () => Promise.resolve(registry.cameras),
    findStreamAddress: () => Promise.resolve(undefined),
    rememberDigest: () => Promise.resolve(),
    allowClearPassword: () => Promise.resolve(false),
  };
  return { registry, repository };
}

describe('the directory', () => {
  it('gives every site and camera with one pinyin entry a character', async () => {
    const directory = createCameraDirectory(registryOf([site], [camera]).repository, () => 5_000);
    await directory.reload();
    expect(await directory.read()).toEqual({
      revision: 5_000,
      sites: [
        {
          siteId: 'site-1',
          externalId: 's1',
          siteName: '温泉小学食堂',
          sitePinyin: 'wen quan xiao xue shi tang',
          siteType: 'school_canteen',
          district: '咸安区',
          address: '咸宁大道1号',
          phone: '0715-8058695',
          latitude: 29.84,
          longitude: 114.32,
        },
      ],
      cameras: [
        {
          cameraId: 'cam-1',
          externalId: 'c1',
          siteId: 'site-1',
          cameraName: '灶台A',
          cameraPinyin: 'zao tai a',
        },
      ],
    });
  });

  it('gives out neither addresses nor users of cameras', async () => {
    const directory = createCameraDirectory(registryOf([site], [camera]).repository, () => 0);
    await directory.reload();
    expect(JSON.stringify([await directory.read(), directory.views()])).not.toMatch(
      /rtsp|10\.0\.0\.9|mingchu|word/,
    );
  });

  it('has a higher revision after each reload, also when the clock stands or goes back', async () => {
    let nowMs = 9_000;
    const directory = createCameraDirectory(registryOf([site], [camera]).repository, () => nowMs);
    const revisions: number[] = [];
    for (const next of [9_000, 9_000, 1_000, 20_000]) {
      nowMs = next;
      await directory.reload();
      revisions.push((await directory.read()).revision);
    }
    expect(revisions).toEqual([9_000, 9_001, 9_002, 20_000]);
  });

  it('is computed once for all readers, and again after a reload', async () => {
    const { registry, repository } = registryOf([site], [camera]);
    const directory = createCameraDirectory(repository, () => 0);
    await directory.reload();
    expect(directory.read()).toBe(directory.read());
    registry.cameras = [camera, { ...camera, id: 'cam-2', externalId: 'c2', name: '切配间' }];
    await directory.reload();
    expect((await directory.read()).cameras.map(({ cameraPinyin }) => cameraPinyin)).toEqual([
      'zao tai a',
      'qie pei jian',
    ]);
  });

  it('is empty, and says so, where nothing is registered', async () => {
    const directory = createCameraDirectory(registryOf([], []).repository, () => 1);
    await directory.reload();
    expect(await directory.read()).toEqual({ revision: 1, sites: [], cameras: [] });
    expect(directory.counts()).toEqual({ sites: 0, cameras: 0 });
    expect(directory.view('cam-1')).toBeUndefined();
  });
});
