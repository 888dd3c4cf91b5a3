import type { District, SiteType, StreamKind } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CameraImport, RegistryImport, SiteImport } from '../../../src-shared/cameras/registryImport.ts';

/** A food business. Positions are WGS-84 degrees. */
export interface Site {
  id: string;
  externalId: string;
  name: string;
  nameEn?: string;
  type: SiteType;
  district: District;
  address: string;
  phone?: string;
  position?: { latitude: number; longitude: number };
}

/** A camera, without its password: that is asked for only when a connection is made. */
export interface Camera {
  id: string;
  externalId: string;
  siteId: string;
  name: string;
  nameEn?: string;
  urls: { main: string; sub?: string };
  username?: string;
}

/** How to reach one stream of a camera. Never logged, never sent. */
export interface StreamAddress {
  stream: StreamKind;
  url: string;
  username?: string;
  password?: string;
}

/** A registry as it was imported, positions already in WGS-84 beside their source. */
export interface RegistryChange {
  sites: (SiteImport & { wgs84?: { latitude: number; longitude: number } })[];
  cameras: CameraImport[];
}

/** What an import did, by number of records. */
export interface RegistryImportReport {
  sites: { added: number; changed: number; unchanged: number };
  cameras: { added: number; changed: number; unchanged: number };
  /** Ids of cameras whose address or credentials changed: running streams must start anew. */
  changedCameraIds: string[];
}

/** The registry's storage. An import is all or nothing. */
export interface CamerasRepository {
  listSites(): Promise<Site[]>;
  listCameras(): Promise<Camera[]>;
  /** The stream asked for, or main where there is no sub. Undefined for an unknown camera. */
  findStreamAddress(cameraId: string, stream: StreamKind): Promise<StreamAddress | undefined>;
  importRegistry(change: RegistryChange, actor: string, nowMs: number): Promise<RegistryImportReport>;
}

/** What is wrong with an import beyond the shape of its records: `path` points into the document. */
export interface RegistryProblem {
  path: string;
  message: string;
}

/** Duplicate ids, and cameras of sites that are neither in the document nor already registered. */
export function findRegistryProblems(
  registry: RegistryImport,
  knownSiteIds: ReadonlySet<string>,
): RegistryProblem[] {
  const problems: RegistryProblem[] = [];
  const siteIds = new Set<string>();
  registry.sites.forEach((site, index) => {
    if (siteIds.has(site.externalId)) {
      problems.push({
        path: `sites.${index}.externalId`,
        message: `"${site.externalId}" stands here more than once`,
      });
    }
    siteIds.add(site.externalId);
  });
  const cameraIds = new Set<string>();
  registry.cameras.forEach((camera, index) => {
    if (cameraIds.has(camera.externalId)) {
      problems.push({
        path: `cameras.${index}.externalId`,
        message: `"${camera.externalId}" stands here more than once`,
      });
    }
    cameraIds.add(camera.externalId);
    if (!siteIds.has(camera.siteExternalId) && !knownSiteIds.has(camera.siteExternalId)) {
      problems.push({
        path: `cameras.${index}.siteExternalId`,
        message: `there is no site "${camera.siteExternalId}", neither here nor in the registry`,
      });
    }
  });
  return problems;
}
