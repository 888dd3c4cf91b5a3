import { createCameraSearch, type CameraSearch } from '../../../../src-shared/cameras/cameraSearch.ts';
import type { SiteEntry } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { DirectoryState, DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import type { OnvifSites } from '../../../features/onvif/SiteSelect.tsx';

/** Sites of the directory, found as cameras are: by name, pinyin, initials, district, type or address. */
export function createOnvifSites(directory: DirectoryStore): OnvifSites {
  let known: { sites: DirectoryState['sites']; search: CameraSearch } | undefined;
  const searchOf = (sites: DirectoryState['sites']): CameraSearch => {
    if (known?.sites !== sites)
      known = { sites, search: createCameraSearch([...sites.values()].map(recordOf)) };
    return known.search;
  };
  return {
    find(words, limit) {
      const { sites } = directory.getState();
      return searchOf(sites)
        .search(words, limit)
        .hits.flatMap(({ cameraId }) => sites.get(cameraId) ?? []);
    },
    entry: (siteId) => directory.getState().sites.get(siteId),
    *cameraNames(siteId) {
      for (const camera of directory.getState().cameras.values())
        if (camera.siteId === siteId) yield camera.cameraName;
    },
  };
}

/** A site as the search knows it: a camera without a name, whose id is the site's. */
function recordOf(site: SiteEntry): Parameters<typeof createCameraSearch>[0][number] {
  return {
    cameraId: site.siteId,
    cameraName: '',
    cameraPinyin: [],
    siteName: site.siteName,
    ...(site.siteNameEn === undefined ? {} : { siteNameEn: site.siteNameEn }),
    sitePinyin: site.sitePinyin.split(' '),
    siteType: site.siteType,
    district: site.district,
    address: site.address,
  };
}
