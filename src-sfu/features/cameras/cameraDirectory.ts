import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CameraEntry, CameraView, SiteEntry } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Camera, CamerasRepository, Site } from './cameras.repository.ts';
import { pinyinOf } from './pinyin.ts';

/** Every site and camera of the registry, as surfaces receive it. */
export type DirectoryContents = OutputOf<'cameras:readDirectory'>;

/**
 * The registry in memory: names of sites and cameras, for tiles, lists, search and the map. It has no passwords, and its URLs are
 * not given to others.
 */
export interface CameraDirectory {
  /** Reads the registry again; the former content is used until the reading is complete. */
  reload(): Promise<void>;
  /** Rises with every reload, also over restarts of the hub. */
  revision(): number;
  camera(cameraId: string): Camera | undefined;
  /** The district of the camera's site. */
  districtOf(cameraId: string): string | undefined;
  siteOf(cameraId: string): string | undefined;
  districtOfSite(siteId: string): string | undefined;
  cameras(): Iterable<Camera>;
  /** The camera with this id of the registry's tables. */
  cameraOfExternalId(externalId: string): Camera | undefined;
  site(siteId: string): Site | undefined;
  /** The site with this id of the registry's tables. */
  siteOfExternalId(externalId: string): Site | undefined;
  /** In the order of the registry; empty for a site that is not there. */
  camerasOf(siteId: string): readonly Camera[];
  counts(): { sites: number; cameras: number };
  view(cameraId: string): CameraView | undefined;
  views(): CameraView[];
  /** Everything with its pinyin, made once for each revision. */
  read(): Promise<DirectoryContents>;
}

/** Names put into pinyin before the hub's other work gets its turn; one takes about a fifth of a millisecond. */
const namesPerTurn = 20;

/** An empty directory, until the first reload. `nowMs` gives the first revision, so that no two hubs share one. */
export function createCameraDirectory(repository: CamerasRepository, nowMs: () => number): CameraDirectory {
  let sites = new Map<string, Site>();
  let sitesByExternalId = new Map<string, Site>();
  let cameras = new Map<string, Camera>();
  let camerasByExternalId = new Map<string, Camera>();
  let camerasBySite = new Map<string, Camera[]>();
  let revision = 0;
  let contents: { revision: number; promise: Promise<DirectoryContents> } | undefined;
  /** A city's cameras share few names, and an import changes few. */
  let pinyinByName = new Map<string, string>();

  const viewOf = (camera: Camera): CameraView | undefined => {
    const site = sites.get(camera.siteId);
    if (site === undefined) return undefined;
    return {
      cameraId: camera.id,
      externalId: camera.externalId,
      cameraName: camera.name,
      ...(camera.nameEn === undefined ? {} : { cameraNameEn: camera.nameEn }),
      siteId: site.id,
      siteName: site.name,
      ...(site.nameEn === undefined ? {} : { siteNameEn: site.nameEn }),
      siteType: site.type,
      district: site.district,
    };
  };

  const build = async (): Promise<DirectoryContents> => {
    const built = { revision, sites: [...sites.values()], cameras: [...cameras.values()] };
    const names = new Map<string, string>();
    let made = 0;
    for (const { name } of [...built.sites, ...built.cameras]) {
      if (names.has(name)) continue;
      const known = pinyinByName.get(name);
      names.set(name, known ?? pinyinOf(name).join(' '));
      if (known !== undefined) continue;
      made += 1;
      if (made % namesPerTurn === 0) await nextTurn();
    }
    pinyinByName = names;
    return {
      revision: built.revision,
      sites: built.sites.map((site) => siteEntry(site, names.get(site.name) ?? '')),
      cameras: built.cameras.map((camera) => cameraEntry(camera, names.get(camera.name) ?? '')),
    };
  };

  return {
    async reload() {
      const [siteList, cameraList] = await Promise.all([repository.listSites(), repository.listCameras()]);
      sites = new Map(siteList.map((site) => [site.id, site]));
      sitesByExternalId = new Map(siteList.map((site) => [site.externalId, site]));
      cameras = new Map(cameraList.map((camera) => [camera.id, camera]));
      camerasByExternalId = new Map(cameraList.map((camera) => [camera.externalId, camera]));
      camerasBySite = Map.groupBy(cameraList, ({ siteId }) => siteId);
      revision = Math.max(revision + 1, nowMs());
    },
    revision: () => revision,
    camera: (cameraId) => cameras.get(cameraId),
    siteOf: (cameraId) => cameras.get(cameraId)?.siteId,
    districtOfSite: (siteId) => sites.get(siteId)?.district,
    districtOf: (cameraId) => sites.get(cameras.get(cameraId)?.siteId ?? '')?.district,
    cameras: () => cameras.values(),
    cameraOfExternalId: (externalId) => camerasByExternalId.get(externalId),
    site: (siteId) => sites.get(siteId),
    siteOfExternalId: (externalId) => sitesByExternalId.get(externalId),
    camerasOf: (siteId) => camerasBySite.get(siteId) ?? [],
    counts: () => ({ sites: sites.size, cameras: cameras.size }),
    view(cameraId) {
      const camera = cameras.get(cameraId);
      return camera === undefined ? undefined : viewOf(camera);
    },
    views: () => [...cameras.values()].map(viewOf).filter((view) => view !== undefined),
    read() {
      if (contents?.revision !== revision) contents = { revision, promise: build() };
      return contents.promise;
    },
  };
}

function siteEntry(site: Site, sitePinyin: string): SiteEntry {
  return {
    siteId: site.id,
    externalId: site.externalId,
    siteName: site.name,
    ...(site.nameEn === undefined ? {} : { siteNameEn: site.nameEn }),
    sitePinyin,
    siteType: site.type,
    district: site.district,
    address: site.address,
    ...(site.phone === undefined ? {} : { phone: site.phone }),
    ...(site.position ?? {}),
  };
}

function cameraEntry(camera: Camera, cameraPinyin: string): CameraEntry {
  return {
    cameraId: camera.id,
    externalId: camera.externalId,
    siteId: camera.siteId,
    cameraName: camera.name,
    ...(camera.nameEn === undefined ? {} : { cameraNameEn: camera.nameEn }),
    cameraPinyin,
  };
}
