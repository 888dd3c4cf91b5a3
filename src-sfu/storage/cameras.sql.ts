import { randomUUID } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import type {
  Camera,
  CamerasRepository,
  RegistryChange,
  RegistryImportReport,
  Site,
} from '../features/cameras/cameras.repository.ts';
import type { CameraImport } from '../../src-shared/cameras/registryImport.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import type { SecretBox } from './secretBox.ts';

type SiteRow = Selectable<StoreSchema['sites']>;
type CameraRow = Selectable<StoreSchema['cameras']>;

/** The registry in the store. Camera passwords are sealed on their way in and opened only by findStreamAddress. */
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
    importRegistry(change, actor, nowMs) {
      return store.transaction().execute(async (transaction) => {
        const report: RegistryImportReport = {
          sites: { added: 0, changed: 0, unchanged: 0 },
          cameras: { added: 0, changed: 0, unchanged: 0 },
          changedCameraIds: [],
        };
        const siteIds = await upsertSites(transaction, change, report, nowMs);
        await upsertCameras(transaction, change.cameras, siteIds, report, secrets, nowMs);
        await appendAudit(transaction, {
          atMs: nowMs,
          actor,
          action: 'cameras:importRegistry',
          subject: 'registry',
          detail: { sites: report.sites, cameras: report.cameras },
        });
        return report;
      });
    },
  };
}

async function upsertSites(
  transaction: Transaction<StoreSchema>,
  change: RegistryChange,
  report: RegistryImportReport,
  nowMs: number,
): Promise<Map<string, string>> {
  const known = await transaction.selectFrom('sites').selectAll().execute();
  const rowByExternalId = new Map(known.map((row) => [row.external_id, row]));
  const siteIds = new Map(known.map((row) => [row.external_id, row.id]));
  for (const site of change.sites) {
    const before = rowByExternalId.get(site.externalId);
    const row = {
      external_id: site.externalId,
      name: site.name,
      name_en: site.nameEn ?? null,
      type: site.type,
      district: site.district,
      address: site.address,
      phone: site.phone ?? null,
      latitude: site.wgs84?.latitude ?? null,
      longitude: site.wgs84?.longitude ?? null,
      source_latitude: site.position?.latitude ?? null,
      source_longitude: site.position?.longitude ?? null,
      source_system: site.position?.system ?? null,
    };
    if (before === undefined) {
      const id = randomUUID();
      await transaction
        .insertInto('sites')
        .values({ id, ...row, updated_at_ms: nowMs })
        .execute();
      siteIds.set(site.externalId, id);
      report.sites.added += 1;
    } else if (differs(before, row)) {
      await transaction
        .updateTable('sites')
        .set({ ...row, updated_at_ms: nowMs })
        .where('id', '=', before.id)
        .execute();
      report.sites.changed += 1;
    } else {
      report.sites.unchanged += 1;
    }
  }
  return siteIds;
}

async function upsertCameras(
  transaction: Transaction<StoreSchema>,
  cameras: CameraImport[],
  siteIds: Map<string, string>,
  report: RegistryImportReport,
  secrets: SecretBox,
  nowMs: number,
): Promise<void> {
  const known = await transaction.selectFrom('cameras').selectAll().execute();
  const rowByExternalId = new Map(known.map((row) => [row.external_id, row]));
  for (const camera of cameras) {
    const before = rowByExternalId.get(camera.externalId);
    const siteId = siteIds.get(camera.siteExternalId);
    if (siteId === undefined) throw new Error(`there is no site "${camera.siteExternalId}"`);
    const address = {
      main_url: camera.streams.main.url,
      sub_url: camera.streams.sub?.url ?? null,
      username: camera.username ?? null,
    };
    const row = {
      external_id: camera.externalId,
      site_id: siteId,
      name: camera.name,
      name_en: camera.nameEn ?? null,
      ...address,
    };
    if (before === undefined) {
      const sealed = camera.password === undefined ? null : secrets.seal(camera.password);
      await transaction
        .insertInto('cameras')
        .values({ id: randomUUID(), ...row, password_sealed: sealed, updated_at_ms: nowMs })
        .execute();
      report.cameras.added += 1;
      continue;
    }
    const passwordChanged = passwordDiffers(before.password_sealed, camera.password, secrets);
    if (!passwordChanged && !differs(before, row)) {
      report.cameras.unchanged += 1;
      continue;
    }
    const sealed = !passwordChanged
      ? before.password_sealed
      : camera.password === undefined
        ? null
        : secrets.seal(camera.password);
    await transaction
      .updateTable('cameras')
      .set({ ...row, password_sealed: sealed, updated_at_ms: nowMs })
      .where('id', '=', before.id)
      .execute();
    report.cameras.changed += 1;
    if (passwordChanged || differs(before, address)) report.changedCameraIds.push(before.id);
  }
}

function passwordDiffers(sealed: string | null, password: string | undefined, secrets: SecretBox): boolean {
  if (sealed === null) return password !== undefined;
  try {
    return secrets.open(sealed) !== password;
  } catch {
    return true;
  }
}

function differs(before: object, after: Record<string, unknown>): boolean {
  const old = before as Record<string, unknown>;
  return Object.entries(after).some(([name, value]) => old[name] !== value);
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
