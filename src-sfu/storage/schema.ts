import type { Generated } from 'kysely';
import type {
  EmergenciesTable,
  MemberPositionsTable,
  MemberSessionsTable,
  MemberSignInCodesTable,
  MemberStatusChangesTable,
  SquadMembersTable,
  SquadsTable,
  TalksTable,
} from './squadsSchema.ts';

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

/** How cameras took their password, one row a camera and `host:port`. */
interface CameraSignInsTable {
  camera_id: string;
  place: string;
  /** When it took Digest last. */
  digest_at_ms: number;
  /** When a person allowed Basic since then. */
  basic_allowed_at_ms: number | null;
}

/** Append-only: who changed what, written in the same transaction as the change (audit.sql.ts). Triggers refuse anything else. */
interface AuditLogTable {
  id: number;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  /** Who it was, as JSON; null where only a name was known. */
  principal: string | null;
  /** SHA-256 in hexadecimal that follows from the line before (auditChain.ts). */
  hash: string | null;
}

/** Old lines of the audit log that lie in files (auditArchive.ts). */
interface AuditArchivesTable {
  last_id: number;
  first_id: number;
  /** The hash of the last line. */
  last_hash: string;
  /** The name of the file in the folder `audit-archive`. */
  file: string;
  /** SHA-256 of the file in hexadecimal. */
  file_sha256: string;
  at_ms: number;
}

interface AuditArchiveTimesTable {
  last_id: number;
  /** Of the oldest line, and of the newest. */
  from_ms: number;
  to_ms: number;
}

/** The views of desks that have not ended (audit log). */
interface OpenViewsTable {
  id: string;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  principal: string | null;
}

/** The steps of alerts, for the view of one alert. */
interface AlertHistoryTable {
  id: Generated<number>;
  alert_id: string;
  at_ms: number;
  actor: string;
  /** JSON. */
  entry: string;
}

/** Small values of the hub itself, as JSON text. */
interface SettingsTable {
  name: string;
  value: string;
}

/** One row per probed camera: its condition and since when. */
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

/** One row an alert; what is searched stands in columns, all of it in the document. */
export interface AlertsTable {
  id: string;
  kind_id: string;
  class: number;
  state: string;
  camera_id: string | null;
  camera_name: string | null;
  site_id: string | null;
  site_name: string | null;
  site_type: string | null;
  district: string | null;
  raised_at_ms: number;
  document: string;
}

/**
 * Append-only: each time that an alert was reported. A reporter's id is taken once; where it comes again with other content,
 * `external_id` is the id, U+0001 and the fingerprint. Rows of older versions have no fingerprint.
 */
interface AlertOccurrencesTable {
  id: Generated<number>;
  alert_id: string;
  key_id: string;
  external_id: string;
  received_at_ms: number;
  occurred_at_ms: number;
  snapshot_hash: string | null;
  detail: string;
  fingerprint: string | null;
}

/** One row a picture, by the SHA-256 of what was sent; the bytes lie in files. */
interface AlertSnapshotsTable {
  hash: string;
  state: string;
  bytes: number;
  width: number | null;
  height: number | null;
  received_at_ms: number;
  /** The key that sent it first. */
  key_id: string | null;
}

/** Used signatures, for as long as they would be accepted. */
interface AlertNoncesTable {
  key_id: string;
  nonce: string;
  at_ms: number;
}

/** What requests with an idempotency key were answered. */
interface AlertRequestsTable {
  key_id: string;
  idempotency_key: string;
  body_hash: string;
  answer: string;
  at_ms: number;
}

/** Kinds of alert that were added or changed, as JSON. */
interface AlertKindsTable {
  id: string;
  document: string;
}

/** Keys of other systems. The secret is sealed (secretBox.ts). */
interface ApiKeysTable {
  id: string;
  name: string;
  /** One of `keyPurposes`. */
  purpose: string;
  /** JSON: `"all"` or a list of districts. */
  districts: string;
  /** Empty for a key that is a token. */
  secret_sealed: string;
  /** SHA-256 in hexadecimal; null for a key that signs. */
  token_hash: string | null;
  alerts_per_second: number;
  created_at_ms: number;
  expires_at_ms: number;
  revoked_at_ms: number | null;
  last_used_at_ms: number | null;
  last_address: string | null;
}

/** Recorders and encoders that send by WHIP, with the SHA-256 of their tokens. */
interface WhipDevicesTable {
  id: string;
  name: string;
  member_id: string;
  token_hash: string;
  created_at_ms: number;
  expires_at_ms: number;
  last_used_at_ms: number | null;
  last_address: string | null;
}

/** Every table of the store. */
export interface StoreSchema {
  sites: SitesTable;
  cameras: CamerasTable;
  camera_health: CameraHealthTable;
  camera_sign_ins: CameraSignInsTable;
  audit_log: AuditLogTable;
  audit_archives: AuditArchivesTable;
  audit_archive_times: AuditArchiveTimesTable;
  alert_history: AlertHistoryTable;
  open_views: OpenViewsTable;
  settings: SettingsTable;
  alerts: AlertsTable;
  alert_occurrences: AlertOccurrencesTable;
  alert_snapshots: AlertSnapshotsTable;
  alert_nonces: AlertNoncesTable;
  alert_requests: AlertRequestsTable;
  alert_kinds: AlertKindsTable;
  api_keys: ApiKeysTable;
  squads: SquadsTable;
  squad_members: SquadMembersTable;
  member_sign_in_codes: MemberSignInCodesTable;
  member_sessions: MemberSessionsTable;
  member_status_changes: MemberStatusChangesTable;
  member_positions: MemberPositionsTable;
  emergencies: EmergenciesTable;
  talks: TalksTable;
  whip_devices: WhipDevicesTable;
}
