import { describe, expect, it } from 'vitest';
import type { CameraEntry, SiteEntry } from '../../../../../src-shared/cameras/cameras.protocol.ts';
import { createDirectorySearch } from '../../../../../src-renderer/features/cameras/directorySearch.ts';
import {
  createDirectoryStore,
  takeDirectory,
  takeHealth,
  viewOfCamera,
} from '../../../../../src-renderer/features/cameras/directoryStore.ts';

const site: SiteEntry = {
  siteId: 's1',
  externalId: '1',
  siteName: '温泉（东）中学',
  // The brackets have no sound: their entries are empty.
  sitePinyin: 'wen quan  dong  zhong xue',
  siteType: 'school_canteen',
  district: '咸安区',
  address: '温泉路 8 号',
};
const camera: CameraEntry = {
  cameraId: 'c1',
  externalId: '11',
  siteId: 's1',
  cameraName: '灶台',
  cameraPinyin: 'zao tai',
};

function searched() {
  const store = createDirectoryStore();
  const search = createDirectorySearch(store);
  takeDirectory(store, { revision: 1, sites: [site], cameras: [camera] });
  return {
    store,
    search,
    found: (query: string) => search.search(query).hits.map(({ cameraId }) => cameraId),
  };
}

describe('searching the directory', () => {
  it('finds by initials that go over characters without a sound, and marks the right ones', () => {
    const { search, found } = searched();
    expect(found('wqdzx')).toEqual(['c1']);
    const [highlight] = search.search('dzx').hits[0]?.highlights ?? [];
    expect(site.siteName.slice(highlight?.start, highlight?.end)).toBe('东）中学');
  });

  it('follows the registry', () => {
    const { store, found } = searched();
    takeDirectory(store, { revision: 2, sites: [site], cameras: [{ ...camera, cameraId: 'c2' }] });
    expect(found('zaotai')).toEqual(['c2']);
  });

  it('follows the health of the cameras', () => {
    const { store, found } = searched();
    expect(found('离线')).toEqual([]);
    takeHealth(store, [{ cameraId: 'c1', condition: 'offline', sinceMs: 1 }]);
    expect(found('离线')).toEqual(['c1']);
    takeHealth(store, [{ cameraId: 'c1', condition: 'unknown', sinceMs: 2 }]);
    expect(found('离线')).toEqual([]);
  });

  it('leaves out a camera whose site is missing', () => {
    const { store, found } = searched();
    takeDirectory(store, { revision: 3, sites: [], cameras: [camera] });
    expect(found('')).toEqual([]);
    expect(viewOfCamera(store.getState(), 'c1')).toBeUndefined();
  });
});
