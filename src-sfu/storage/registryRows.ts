import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Selectable, Transaction } from 'kysely';
import type { CameraImport, SiteImport } from '../../src-shared/cameras/registryImport.ts';
import type { StoreSchema } from './schema.ts';

export type SiteRow = Selectable<StoreSchema['sites']>;
export type CameraRow = Selectable<StoreSchema['cameras']>;

/** Rows written by one statement. Between two statements the hub does its other work. */
export const rowsPerStatement = 100;

/** Adds the rows, or changes the ones of the same id. */
export async function upsertSites(transaction: Transaction<StoreSchema>, rows: SiteRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    await transaction
      .insertInto('sites')
      .values(rows.slice(start, start + rowsPerStatement))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          name_en: ref('excluded.name_en'),
          type: ref('excluded.type'),
          district: ref('excluded.district'),
          address: ref('excluded.address'),
          phone: ref('excluded.phone'),
          latitude: ref('excluded.latitude'),
          longitude: ref('excluded.longitude'),
          source_latitude: ref('excluded.source_latitude'),
          source_longitude: ref('excluded.source_longitude'),
          source_system: ref('excluded.source_system'),
          updated_at_ms: ref('excluded.updated_at_ms'),
        })),
      )
      .execute();
    await nextTurn();
  }
}

/** Adds the rows, or changes the ones of the same id. */
export async function upsertCameras(transaction: Transaction<StoreSchema>, rows: CameraRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    await transaction
      .insertInto('cameras')
      .values(rows.slice(start, start + rowsPerStatement))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          site_id: ref('excluded.site_id'),
          name: ref('excluded.name'),
          name_en: ref('excluded.name_en'),
          main_url: ref('excluded.main_url'),
          sub_url: ref('excluded.sub_url'),
          username: ref('excluded.username'),
          password_sealed: ref('excluded.password_sealed'),
          updated_at_ms: ref('excluded.updated_at_ms'),
        })),
      )
      .execute();
    await nextTurn();
  }
}

/** The site as an import describes it. */
export function siteImportOfRow(row: SiteRow): SiteImport {
  const { source_latitude: latitude, source_longitude: longitude, source_system: system } = row;
  return {
    externalId: row.external_id,
    name: row.name,
    ...(row.name_en === null ? {} : { nameEn: row.name_en }),
    type: row.type as SiteImport['type'],
    district: row.district as SiteImport['district'],
    address: row.address,
    ...(row.phone === null ? {} : { phone: row.phone }),
    ...(latitude === null || longitude === null || system === null
      ? {}
      : {
          position: {
            latitude,
            longitude,
            system: system as NonNullable<SiteImport['position']>['system'],
          },
        }),
  };
}

/** The camera as an import describes it, without its password. */
export function cameraImportOfRow(row: CameraRow, siteExternalId: string): CameraImport {
  return {
    externalId: row.external_id,
    siteExternalId,
    name: row.name,
    ...(row.name_en === null ? {} : { nameEn: row.name_en }),
    streams: {
      main: { url: row.main_url },
      ...(row.sub_url === null ? {} : { sub: { url: row.sub_url } }),
    },
    ...(row.username === null ? {} : { username: row.username }),
  };
}
