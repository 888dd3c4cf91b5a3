import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  CameraEntry,
  CameraHealth,
  CameraView,
  SiteEntry,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Refused } from '../../../src-shared/protocol/define.ts';

/** Sites and cameras of the registry with the conditions of the cameras: a cache of the hub's state. */
export interface DirectoryState {
  /** `failed` keeps what was there before; `problem` is the hub's refusal. */
  loading: 'loading' | 'ready' | 'failed';
  problem: Refused | undefined;
  revision: number | undefined;
  sites: ReadonlyMap<string, SiteEntry>;
  cameras: ReadonlyMap<string, CameraEntry>;
  health: ReadonlyMap<string, CameraHealth>;
}

export type DirectoryStore = StoreApi<DirectoryState>;

/** A directory that was not read yet. */
export function createDirectoryStore(): DirectoryStore {
  return createStore<DirectoryState>(() => ({
    loading: 'loading',
    problem: undefined,
    revision: undefined,
    sites: new Map(),
    cameras: new Map(),
    health: new Map(),
  }));
}

/** Replaces the directory by the hub's answer. */
export function takeDirectory(
  store: DirectoryStore,
  directory: { revision: number; sites: readonly SiteEntry[]; cameras: readonly CameraEntry[] },
): void {
  store.setState({
    loading: 'ready',
    problem: undefined,
    revision: directory.revision,
    sites: new Map(directory.sites.map((site) => [site.siteId, site])),
    cameras: new Map(directory.cameras.map((camera) => [camera.cameraId, camera])),
  });
}

/** Updates the health of the given cameras; the others stay as they are. */
export function takeHealth(store: DirectoryStore, changed: readonly CameraHealth[]): void {
  const health = new Map(store.getState().health);
  for (const one of changed) health.set(one.cameraId, one);
  store.setState({ health });
}

/** A camera as a tile shows it; undefined when it is not in the directory any more. */
export function viewOfCamera(
  { sites, cameras }: Pick<DirectoryState, 'sites' | 'cameras'>,
  cameraId: string,
): CameraView | undefined {
  const camera = cameras.get(cameraId);
  const site = camera === undefined ? undefined : sites.get(camera.siteId);
  if (camera === undefined || site === undefined) return undefined;
  return {
    cameraId,
    externalId: camera.externalId,
    cameraName: camera.cameraName,
    ...(camera.cameraNameEn === undefined ? {} : { cameraNameEn: camera.cameraNameEn }),
    siteId: site.siteId,
    siteName: site.siteName,
    ...(site.siteNameEn === undefined ? {} : { siteNameEn: site.siteNameEn }),
    siteType: site.siteType,
    district: site.district,
  };
}
