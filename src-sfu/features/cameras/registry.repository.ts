import type { CameraImport, RegistryImport, SiteImport } from '../../../src-shared/cameras/registryImport.ts';
import type { RegistryImportReport, RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';

/** A registry as it was imported, positions already in WGS-84 beside their source. */
export interface RegistryChange {
  sites: (SiteImport & { wgs84?: { latitude: number; longitude: number } })[];
  cameras: CameraImport[];
}

/** The result of an import from the store. */
export type RegistryOutcome = Omit<
  RegistryImportReport,
  'dryRun' | 'ignoredColumns' | 'publications' | 'publicCameras' | 'keptCameras'
>;

/** Who imports and when; in a dry run nothing is written. */
export interface RegistryImportContext {
  actor: string;
  nowMs: number;
  dryRun: boolean;
  /** Cameras that the change does not name go, and sites it does not name and that have no camera then. */
  removesMissing: boolean;
}

/** The registry's storage as a whole. An import is all or nothing. */
export interface RegistryRepository {
  /** Every site and camera in the import format, positions as they were given, without passwords. */
  readRegistry(): Promise<RegistryImport>;
  importRegistry(change: RegistryChange, context: RegistryImportContext): Promise<RegistryOutcome>;
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
        ...registryFault('standsTwice', { value: site.externalId }),
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
        ...registryFault('standsTwice', { value: camera.externalId }),
      });
    }
    cameraIds.add(camera.externalId);
    if (!siteIds.has(camera.siteExternalId) && !knownSiteIds.has(camera.siteExternalId)) {
      problems.push({
        path: `cameras.${index}.siteExternalId`,
        message: `there is no site "${camera.siteExternalId}", neither here nor in the registry`,
        ...registryFault('noSuchSite', { value: camera.siteExternalId }),
      });
    }
  });
  return problems;
}
