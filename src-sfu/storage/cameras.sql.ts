import type { Selectable } from 'kysely';
import type { Camera, CamerasRepository, Site } from '../features/cameras/cameras.repository.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import type { SecretBox } from './secretBox.ts';

type SiteRow = Selectable<StoreSchema['sites']>;
type CameraRow = Selectable<StoreSchema['cameras']>;

/** Sites and cameras in the store. Camera passwords lie there sealed and are opened only by findStreamAddress. */
export function createCamerasRepository(store: Store, secrets: SecretBox): CamerasRepository {
  return {
    async listSites() {
      const rows = await store.selectFrom('sites').selectAll().orderBy('external_id').execute();
      return rows.map(siteOfRow);
    },
    async listCameras() {
      const rows = await store.selectFrom('cameras').selectAll().orderBy('external_id').execute();
      return rows.map(cameraOfRow);
    },
    async findStreamAddress(cameraId, stream) {
      const row = await store
        .selectFrom('cameras')
        .select(['main_url', 'sub_url', 'username', 'password_sealed'])
        .where('id', '=', cameraId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const served = stream === 'sub' && row.sub_url !== null ? 'sub' : 'main';
      return {
        stream: served,
        url: served === 'sub' && row.sub_url !== null ? row.sub_url : row.main_url,
        ...(row.username === null ? {} : { username: row.username }),
        ...(row.password_sealed === null ? {} : { password: secrets.open(row.password_sealed) }),
      };
    },
  };
}

function siteOfRow(row: SiteRow): Site {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    ...(row.name_en === null ? {} : { nameEn: row.name_en }),
    type: row.type as Site['type'],
    district: row.district as Site['district'],
    address: row.address,
    ...(row.phone === null ? {} : { phone: row.phone }),
    ...(row.latitude === null || row.longitude === null
      ? {}
      : { position: { latitude: row.latitude, longitude: row.longitude } }),
  };
}

function cameraOfRow(row: CameraRow): Camera {
  return {
    id: row.id,
    externalId: row.external_id,
    siteId: row.site_id,
    name: row.name,
    ...(row.name_en === null ? {} : { nameEn: row.name_en }),
    urls: { main: row.main_url, ...(row.sub_url === null ? {} : { sub: row.sub_url }) },
    ...(row.username === null ? {} : { username: row.username }),
  };
}
