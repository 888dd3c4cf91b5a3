import {
  publicationAsImport,
  publicCameraAsImport,
  type PublicationImport,
  type PublicCameraImport,
} from '../../../src-shared/public/publicationImport.ts';
import type { ImportedCamera } from './publicationImports.ts';
import type { Publications } from './publications.service.ts';

type CameraRow = Omit<ImportedCamera, 'cameraId'>;

/**
 * What the tables of the registry say about the public, for their import and export; sites and cameras are named by their external
 * ids.
 */
export function createPublishedSites(parts: {
  publications: Pick<
    Publications,
    | 'record'
    | 'importSites'
    | 'changedBy'
    | 'importCameras'
    | 'camerasChangedBy'
    | 'holdingBack'
    | 'recordOfCamera'
  >;
  directory: {
    siteOfExternalId(externalId: string): { id: string } | undefined;
    cameraOfExternalId(externalId: string): { id: string } | undefined;
  };
  today(): string;
}): {
  today(): string;
  read(externalId: string): PublicationImport | undefined;
  readCamera(externalId: string): PublicCameraImport | undefined;
  holdingBack<T>(cameras: readonly CameraRow[], work: () => Promise<T>): Promise<T>;
  take(
    said: {
      sites: readonly { externalId: string; publication: PublicationImport }[];
      cameras: readonly CameraRow[];
    },
    context: { actor: string; dryRun: boolean },
  ): Promise<{ sites: number; cameras: number; keptCameras: string[] }>;
} {
  const { publications, directory, today } = parts;
  // What is not registered yet, in a dry run or before an import, has nothing recorded.
  const named = (rows: readonly CameraRow[]): ImportedCamera[] =>
    rows.map((row) => ({ ...row, cameraId: directory.cameraOfExternalId(row.externalId)?.id ?? '' }));
  return {
    today,
    read(externalId) {
      const record = publications.record(directory.siteOfExternalId(externalId)?.id ?? '');
      return record === undefined ? undefined : publicationAsImport(record.publication);
    },
    readCamera(externalId) {
      const record = publications.recordOfCamera(directory.cameraOfExternalId(externalId)?.id ?? '');
      return record === undefined ? undefined : publicCameraAsImport(record);
    },
    holdingBack: (rows, work) => publications.holdingBack(named(rows), work),
    async take({ sites, cameras }, { actor, dryRun }) {
      const namedSites = sites.map(({ externalId, publication }) => ({
        siteId: directory.siteOfExternalId(externalId)?.id ?? '',
        publication,
      }));
      // Rooms come before consents: no camera is shown by the second that the first would hide.
      const { records, kept } = dryRun
        ? publications.camerasChangedBy(named(cameras))
        : await publications.importCameras(named(cameras), actor);
      return {
        cameras: records.length,
        keptCameras: kept,
        sites: dryRun
          ? publications.changedBy(namedSites, actor).length
          : await publications.importSites(namedSites, actor),
      };
    },
  };
}
