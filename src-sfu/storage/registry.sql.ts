import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type {
  RegistryChange,
  RegistryOutcome,
  RegistryRepository,
} from '../features/cameras/registry.repository.ts';
import type { CameraImport } from '../../src-shared/cameras/registryImport.ts';
import { appendAudit } from './audit.sql.ts';
import { enterOnvifSignIns } from './cameras.sql.ts';
import type { Store } from './database.ts';
import { planCameras, planSites } from './registryPlan.ts';
import {
  cameraImportOfRow,
  rowsPerStatement,
  siteImportOfRow,
  upsertCameras,
  upsertSites,
  type CameraRow,
  type SiteRow,
} from './registryRows.ts';
import type { StoreSchema } from './schema.ts';
import type { SecretBox } from './secretBox.ts';

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
    const row = await transaction
      .selectFrom('cameras')
      .select(['id', 'main_url', 'sub_url'])
      .where('external_id', '=', camera.externalId)
      .executeTakeFirst();
    const urls = [row?.main_url, row?.sub_url].filter((url) => typeof url === 'string');
    if (row !== undefined) await enterOnvifSignIns(transaction, row.id, urls, nowMs);
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
