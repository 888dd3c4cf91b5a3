import type { Selectable, Transaction } from 'kysely';
import type { Camera, CamerasRepository, Site } from '../features/cameras/cameras.repository.ts';
import { addressOfUrl } from '../base/cameraUrl.ts';
import { parseOnvifUrl } from '../base/onvifUrl.ts';
import { appendAudit } from './audit.sql.ts';
import { openCameraPassword } from './cameraPasswords.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import type { SecretBox } from './secretBox.ts';

type SiteRow = Selectable<StoreSchema['sites']>;
type CameraRow = Selectable<StoreSchema['cameras']>;

/** Sites and cameras in the store. Camera passwords lie there sealed and are opened only by findStreamAddress. */
export function createCamerasRepository(store: Store, secrets: SecretBox): CamerasRepository {
  const findSignIn = (cameraId: string, place: string) =>
    store
      .selectFrom('camera_sign_ins')
      .select('basic_allowed_at_ms')
      .where('camera_id', '=', cameraId)
      .where('place', '=', place)
      .executeTakeFirst();
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
        .select(['id', 'main_url', 'sub_url', 'username', 'password_sealed'])
        .where('id', '=', cameraId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const served = stream === 'sub' && row.sub_url !== null ? 'sub' : 'main';
      const url = served === 'sub' && row.sub_url !== null ? row.sub_url : row.main_url;
      const password = openCameraPassword(row, secrets);
      const place = addressOfUrl(url);
      const signIn = place === undefined ? undefined : await findSignIn(cameraId, place);
      return {
        stream: served,
        url,
        ...(row.username === null ? {} : { username: row.username }),
        ...(password === undefined ? {} : { password }),
        ...(place !== undefined && row.password_sealed !== null && password === undefined
          ? { isPasswordUnusable: true }
          : {}),
        // The password of ONVIF devices is that of many, and never shown in clear before a person allows it.
        digestOnly:
          signIn === undefined ? parseOnvifUrl(url) !== undefined : signIn.basic_allowed_at_ms === null,
      };
    },
    async rememberDigest(cameraId, url, nowMs) {
      const place = addressOfUrl(url);
      if (place === undefined) return;
      await store
        .insertInto('camera_sign_ins')
        .values({ camera_id: cameraId, place, digest_at_ms: nowMs, basic_allowed_at_ms: null })
        .onConflict((conflict) =>
          conflict
            .columns(['camera_id', 'place'])
            .doUpdateSet({ digest_at_ms: nowMs, basic_allowed_at_ms: null }),
        )
        .execute();
    },
    allowClearPassword: (cameraId, actor, nowMs) =>
      store.transaction().execute(async (transaction) => {
        const camera = await transaction
          .selectFrom('cameras')
          .select(['main_url', 'sub_url'])
          .where('id', '=', cameraId)
          .executeTakeFirst();
        const urls = [camera?.main_url, camera?.sub_url].filter((url) => typeof url === 'string');
        const places = urls.map(addressOfUrl).filter((place) => place !== undefined);
        if (places.length === 0) return false;
        await enterOnvifSignIns(transaction, cameraId, urls, nowMs);
        const allowed = await transaction
          .updateTable('camera_sign_ins')
          .set({ basic_allowed_at_ms: nowMs })
          .where('camera_id', '=', cameraId)
          .where('place', 'in', places)
          .where('basic_allowed_at_ms', 'is', null)
          .returning('place')
          .execute();
        if (allowed.length === 0) return false;
        await appendAudit(transaction, {
          atMs: nowMs,
          actor,
          action: 'cameras:allowClearPassword',
          subject: cameraId,
          detail: { places: allowed.map(({ place }) => place) },
        });
        return true;
      }),
  };
}

/** A camera by ONVIF asks for Digest from the beginning: what a person allows needs a row to be written into. */
export async function enterOnvifSignIns(
  transaction: Transaction<StoreSchema>,
  cameraId: string,
  urls: readonly string[],
  nowMs: number,
): Promise<void> {
  for (const url of urls) {
    const place = parseOnvifUrl(url) === undefined ? undefined : addressOfUrl(url);
    if (place === undefined) continue;
    await transaction
      .insertInto('camera_sign_ins')
      .values({ camera_id: cameraId, place, digest_at_ms: nowMs, basic_allowed_at_ms: null })
      .onConflict((conflict) => conflict.columns(['camera_id', 'place']).doNothing())
      .execute();
  }
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
