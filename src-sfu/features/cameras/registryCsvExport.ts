import { stringify } from 'csv-stringify/sync';
import type { CameraImport, RegistryImport, SiteImport } from '../../../src-shared/cameras/registryImport.ts';
import { siteTypeWords } from '../../../src-shared/cameras/siteWords.ts';
import { neutraliseCell } from './cellText.ts';
import { cellsOfPublication, cellsOfPublicCamera } from './publicationCells.ts';
import { exportedFields, headerOf, type ColumnField, type TableKind } from './registryColumns.ts';

type Row = Partial<Record<ColumnField, string>>;

/** A table of the registry as CSV with Chinese headers, safe to open in a spreadsheet program; without passwords. */
export function writeRegistryCsv(registry: RegistryImport, kind: TableKind): string {
  const fields = exportedFields[kind];
  const rows = tableRows(registry, kind).map((row) =>
    fields.map((field) => neutraliseCell(row[field] ?? '')),
  );
  return stringify([fields.map((field) => headerOf(field)), ...rows], { record_delimiter: '\r\n' });
}

/** A table's rows by field, without passwords. */
export function tableRows({ sites, cameras }: RegistryImport, kind: TableKind): Row[] {
  switch (kind) {
    case 'sites':
      return sites.map(siteRow);
    case 'cameras':
      return cameras.map(cameraRow);
    case 'combined': {
      const camerasBySite = Map.groupBy(cameras, (camera) => camera.siteExternalId);
      return sites.flatMap((site) => {
        const row = siteRow(site);
        const own = camerasBySite.get(site.externalId) ?? [];
        return own.length === 0 ? [row] : own.map((camera) => ({ ...row, ...cameraRow(camera) }));
      });
    }
  }
}

function siteRow(site: SiteImport): Row {
  return {
    siteId: site.externalId,
    siteName: site.name,
    siteNameEn: site.nameEn ?? '',
    siteType: siteTypeWords[site.type].zh[0],
    district: site.district,
    address: site.address,
    phone: site.phone ?? '',
    ...(site.position === undefined
      ? {}
      : {
          latitude: String(site.position.latitude),
          longitude: String(site.position.longitude),
          system: site.position.system.toUpperCase(),
        }),
    ...cellsOfPublication(site.publication),
  };
}

function cameraRow(camera: CameraImport): Row {
  return {
    cameraId: camera.externalId,
    siteId: camera.siteExternalId,
    cameraName: camera.name,
    cameraNameEn: camera.nameEn ?? '',
    mainUrl: camera.streams.main.url,
    subUrl: camera.streams.sub?.url ?? '',
    username: camera.username ?? '',
    ...cellsOfPublicCamera(camera.publication),
  };
}
