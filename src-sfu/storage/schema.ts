import type { Generated } from 'kysely';

/** One row a site. Positions are WGS-84 degrees; what the source gave is kept beside them. */
interface SitesTable {
  id: string;
  external_id: string;
  name: string;
  name_en: string | null;
  type: string;
  district: string;
  address: string;
  phone: string | null;
  latitude: number | null;
  longitude: number | null;
  source_latitude: number | null;
  source_longitude: number | null;
  source_system: string | null;
  updated_at_ms: number;
}

/** One row a camera. URLs are stored without credentials; the password is sealed (secretBox.ts). */
interface CamerasTable {
  id: string;
  external_id: string;
  site_id: string;
  name: string;
  name_en: string | null;
  main_url: string;
  sub_url: string | null;
  username: string | null;
  password_sealed: string | null;
  updated_at_ms: number;
}

/** Append-only: who changed what, written in the same transaction as the change. */
interface AuditLogTable {
  id: Generated<number>;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

/** Small values of the hub itself, as JSON text. */
interface SettingsTable {
  name: string;
  value: string;
}

/** One row a camera that was looked at: how it does and since when. */
interface CameraHealthTable {
  camera_id: string;
  condition: string;
  since_ms: number;
  failures: number;
  failing_since_ms: number | null;
  message: string | null;
  checked_at_ms: number;
  codec: string | null;
  width: number | null;
  height: number | null;
  frame_rate: number | null;
}

/** Every table of the store. */
export interface StoreSchema {
  sites: SitesTable;
  cameras: CamerasTable;
  camera_health: CameraHealthTable;
  audit_log: AuditLogTable;
  settings: SettingsTable;
}
