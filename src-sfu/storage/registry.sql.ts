import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Selectable, Transaction } from 'kysely';
import type {
  RegistryChange,
  RegistryOutcome,
  RegistryRepository,
} from '../features/cameras/registry.repository.ts';
import { keepsPassword } from '../features/cameras/urlSecrets.ts';
import type { CameraImport, SiteImport } from '../../src-shared/cameras/registryImport.ts';
import { appendAudit } from './audit.sql.ts';
import { openCameraPassword, passwordBinding, type PasswordOwner } from './cameraPasswords.ts';
import type { Store } from './database.ts';
import type { StoreSchema } from './schema.ts';
import type { SecretBox } from './secretBox.ts';

type SiteRow = Selectable<StoreSchema['sites']>;
type CameraRow = Selectable<StoreSchema['cameras']>;

/** Rows written by one statement. Between two, the hub's other work gets its turn. */
const rowsPerStatement = 100;

/** The registry as a whole in the store. Camera passwords are sealed on their way in and never read back out. */
export function createRegistryRepository(store: Store, secrets: SecretBox): RegistryRepository {
  return {
    async readRegistry() {
      const sites = await store.selectFrom('sites').selectAll().orderBy('external_id').execute();
      const cameras = await store.selectFrom('cameras').selectAll().orderBy('external_id').execute();
      const externalIds = new Map(sites.map((row) => [row.id, row.external_id]));
      return {
        sites: sites.map(siteImportOfRow),
        cameras: cameras.map((row) => cameraImportOfRow(row, externalIds.get(row.site_id) ?? '')),
      };
    },
    importRegistry(change, { actor, nowMs, dryRun, removesMissing }) {
      return store.transaction().execute(async (transaction) => {
        const outcome: RegistryOutcome = {
          sites: { added: 0, changed: 0, unchanged: 0, removed: 0 },
          cameras: { added: 0, changed: 0, unchanged: 0, removed: 0 },
          changedCameraIds: [],
          forgottenPasswords: [],
        };
        const knownSites = await transaction.selectFrom('sites').selectAll().execute();
        const sites = planSites(change.sites, knownSites, outcome, nowMs);
        const knownCameras = await transaction.selectFrom('cameras').selectAll().execute();
        const cameras = await planCameras(change.cameras, knownCameras, sites.ids, outcome, secrets, nowMs);
        const missing = removesMissing
          ? findMissing(change, knownSites, knownCameras, sites.ids)
          : nothingMissing;
        outcome.sites.removed = missing.siteIds.length;
        outcome.cameras.removed = missing.cameraIds.length;
        outcome.changedCameraIds.push(...missing.cameraIds);
        if (dryRun) return outcome;
        await upsertSites(transaction, sites.rows);
        await upsertCameras(transaction, cameras);
        const allowed = await allowBasic(transaction, change.cameras, nowMs);
        outcome.changedCameraIds.push(...allowed.filter((id) => !outcome.changedCameraIds.includes(id)));
        // Cameras first: a site is kept for as long as one hangs there.
        await removeRows(transaction, 'cameras', missing.cameraIds);
        await removeRows(transaction, 'sites', missing.siteIds);
        await appendAudit(transaction, {
          atMs: nowMs,
          actor,
          action: 'cameras:importRegistry',
          subject: 'registry',
          detail: { sites: outcome.sites, cameras: outcome.cameras },
        });
        return outcome;
      });
    },
  };
}

/** Takes a person's word that these cameras may get their password in clear; the cameras for which that is new. */
async function allowBasic(
  transaction: Transaction<StoreSchema>,
  cameras: readonly CameraImport[],
  nowMs: number,
): Promise<string[]> {
  const allowed: string[] = [];
  for (const camera of cameras) {
    if (camera.allowBasic !== true) continue;
    const changed = await transaction
      .updateTable('camera_sign_ins')
      .set({ basic_allowed_at_ms: nowMs })
      .where('basic_allowed_at_ms', 'is', null)
      .where('camera_id', 'in', (query) =>
        query.selectFrom('cameras').select('id').where('external_id', '=', camera.externalId),
      )
      .returning('camera_id')
      .execute();
    allowed.push(...new Set(changed.map((row) => row.camera_id)));
  }
  return allowed;
}

const nothingMissing = { siteIds: [], cameraIds: [] };

/** What the change does not name: cameras, and sites where no camera hangs any more. */
function findMissing(
  change: RegistryChange,
  knownSites: SiteRow[],
  knownCameras: CameraRow[],
  siteIdByExternalId: ReadonlyMap<string, string>,
): { siteIds: string[]; cameraIds: string[] } {
  const named = new Set(change.cameras.map(({ externalId }) => externalId));
  const kept = new Set(change.sites.map(({ externalId }) => siteIdByExternalId.get(externalId)));
  for (const { siteExternalId } of change.cameras) kept.add(siteIdByExternalId.get(siteExternalId));
  return {
    siteIds: knownSites.flatMap(({ id }) => (kept.has(id) ? [] : [id])),
    cameraIds: knownCameras.flatMap((row) => (named.has(row.external_id) ? [] : [row.id])),
  };
}

async function removeRows(
  transaction: Transaction<StoreSchema>,
  table: 'cameras' | 'sites',
  ids: string[],
): Promise<void> {
  for (let start = 0; start < ids.length; start += rowsPerStatement) {
    await transaction
      .deleteFrom(table)
      .where('id', 'in', ids.slice(start, start + rowsPerStatement))
      .execute();
    await nextTurn();
  }
}

function planSites(
  sites: RegistryChange['sites'],
  known: SiteRow[],
  outcome: RegistryOutcome,
  nowMs: number,
): { rows: SiteRow[]; ids: Map<string, string> } {
  const rowByExternalId = new Map(known.map((row) => [row.external_id, row]));
  const ids = new Map(known.map((row) => [row.external_id, row.id]));
  const rows: SiteRow[] = [];
  for (const site of sites) {
    const before = rowByExternalId.get(site.externalId);
    const row: SiteRow = {
      id: before?.id ?? randomUUID(),
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
      updated_at_ms: before?.updated_at_ms ?? nowMs,
    };
    ids.set(site.externalId, row.id);
    if (before !== undefined && !differs(before, row)) {
      outcome.sites.unchanged += 1;
      continue;
    }
    outcome.sites[before === undefined ? 'added' : 'changed'] += 1;
    rows.push({ ...row, updated_at_ms: nowMs });
  }
  return { rows, ids };
}

async function planCameras(
  cameras: CameraImport[],
  known: CameraRow[],
  siteIds: Map<string, string>,
  outcome: RegistryOutcome,
  secrets: SecretBox,
  nowMs: number,
): Promise<CameraRow[]> {
  const rowByExternalId = new Map(known.map((row) => [row.external_id, row]));
  const rows: CameraRow[] = [];
  for (const [index, camera] of cameras.entries()) {
    if (index % rowsPerStatement === rowsPerStatement - 1) await nextTurn();
    const before = rowByExternalId.get(camera.externalId);
    const siteId = siteIds.get(camera.siteExternalId);
    if (siteId === undefined) throw new Error(`there is no site "${camera.siteExternalId}"`);
    const plain = {
      external_id: camera.externalId,
      site_id: siteId,
      name: camera.name,
      name_en: camera.nameEn ?? null,
      main_url: camera.streams.main.url,
      sub_url: camera.streams.sub?.url ?? null,
      username: camera.username ?? null,
    };
    const id = before?.id ?? randomUUID();
    const password = sealedPassword(camera.password, before, { id, ...plain }, secrets);
    const row = { id, ...plain, password_sealed: password };
    if (before !== undefined && !differs(before, row)) {
      outcome.cameras.unchanged += 1;
      continue;
    }
    outcome.cameras[before === undefined ? 'added' : 'changed'] += 1;
    rows.push({ ...row, updated_at_ms: nowMs });
    if (before === undefined) continue;
    const { main_url, sub_url, username, password_sealed } = row;
    if (differs(before, { main_url, sub_url, username, password_sealed })) {
      outcome.changedCameraIds.push(row.id);
    }
    if (camera.password === undefined && before.password_sealed !== null && password === null) {
      outcome.forgottenPasswords.push(camera.externalId);
    }
  }
  return rows;
}

/** The password to store: the given one, none for an empty one, or the stored one where it still belongs. */
function sealedPassword(
  given: string | undefined,
  before: CameraRow | undefined,
  after: PasswordOwner & { username: string | null },
  secrets: SecretBox,
): string | null {
  const binding = passwordBinding(after);
  if (given === '' || binding === undefined) return null;
  const sealed = before?.password_sealed ?? null;
  if (given === undefined && (before === undefined || sealed === null)) return null;
  if (given === undefined && before !== undefined && !keepsPassword(useOf(before), useOf(after))) return null;
  const isBoundAlike = before !== undefined && passwordBinding(before) === binding;
  if (given === undefined && isBoundAlike) return sealed;
  const stored = before === undefined ? undefined : openCameraPassword(before, secrets);
  if (isBoundAlike && stored !== undefined && stored === given) return sealed;
  const password = given ?? stored;
  return password === undefined ? null : secrets.seal(password, binding);
}

function useOf(row: { main_url: string; sub_url: string | null; username: string | null }) {
  return {
    username: row.username,
    urls: row.sub_url === null ? [row.main_url] : [row.main_url, row.sub_url],
  };
}

async function upsertSites(transaction: Transaction<StoreSchema>, rows: SiteRow[]): Promise<void> {
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

async function upsertCameras(transaction: Transaction<StoreSchema>, rows: CameraRow[]): Promise<void> {
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

function differs(before: object, after: object): boolean {
  const old = before as Record<string, unknown>;
  return Object.entries(after).some(([name, value]) => old[name] !== value);
}

function siteImportOfRow(row: SiteRow): SiteImport {
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

function cameraImportOfRow(row: CameraRow, siteExternalId: string): CameraImport {
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
