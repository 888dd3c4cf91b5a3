import {
  createCameraSearch,
  type CameraCondition,
  type CameraSearch,
  type CameraSearchRecord,
} from '../../../src-shared/cameras/cameraSearch.ts';
import type { CameraEntry, CameraHealth, SiteEntry } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { DirectoryStore } from './directoryStore.ts';

/** What the search knows of a camera; undefined when its site is missing. */
export function searchRecordOf(
  camera: CameraEntry,
  site: SiteEntry | undefined,
  health: CameraHealth | undefined,
): CameraSearchRecord | undefined {
  if (site === undefined) return undefined;
  const condition = conditionOf(health);
  return {
    cameraId: camera.cameraId,
    cameraName: camera.cameraName,
    ...(camera.cameraNameEn === undefined ? {} : { cameraNameEn: camera.cameraNameEn }),
    // One entry a code point; an entry may be empty, so that two spaces may stand together.
    cameraPinyin: camera.cameraPinyin.split(' '),
    siteName: site.siteName,
    ...(site.siteNameEn === undefined ? {} : { siteNameEn: site.siteNameEn }),
    sitePinyin: site.sitePinyin.split(' '),
    siteType: site.siteType,
    district: site.district,
    address: site.address,
    ...(condition === undefined ? {} : { condition }),
  };
}

/** A search that follows the directory: built again when the registry changes, updated with health as it comes. */
export function createDirectorySearch(store: DirectoryStore): Pick<CameraSearch, 'search'> {
  let search = createCameraSearch([]);
  const build = (): void => {
    const { sites, cameras, health } = store.getState();
    search = createCameraSearch(
      [...cameras.values()].flatMap(
        (camera) => searchRecordOf(camera, sites.get(camera.siteId), health.get(camera.cameraId)) ?? [],
      ),
    );
  };
  build();
  store.subscribe((state, before) => {
    if (state.cameras !== before.cameras || state.sites !== before.sites) return build();
    if (state.health === before.health) return;
    for (const [cameraId, health] of state.health) {
      if (before.health.get(cameraId)?.condition === health.condition) continue;
      search.setCondition(cameraId, conditionOf(health));
    }
  });
  return { search: (query, limit) => search.search(query, limit) };
}

function conditionOf(health: CameraHealth | undefined): CameraCondition | undefined {
  return health === undefined || health.condition === 'unknown' ? undefined : health.condition;
}
