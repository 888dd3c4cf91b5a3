import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RegistryChange, RegistryOutcome } from '../features/cameras/registry.repository.ts';
import { keepsPassword } from '../features/cameras/urlSecrets.ts';
import type { CameraImport } from '../../src-shared/cameras/registryImport.ts';
import { openCameraPassword, passwordBinding, type PasswordOwner } from './cameraPasswords.ts';
import { rowsPerStatement, type CameraRow, type SiteRow } from './registryRows.ts';
import type { SecretBox } from './secretBox.ts';

/** The rows of sites that an import adds or changes, counted in `outcome`, and the id of each site by its external id. */
export function planSites(
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

/** The rows of cameras that an import adds or changes, counted in `outcome`. Throws when a camera's site is in neither the import nor the store. */
export async function planCameras(
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

function differs(before: object, after: object): boolean {
  const old = before as Record<string, unknown>;
  return Object.entries(after).some(([name, value]) => old[name] !== value);
}
