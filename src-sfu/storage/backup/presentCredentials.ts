import SqliteDatabase from 'better-sqlite3';
import { hideFromPublic, keepPresentlyHidden } from './presentPublicity.ts';

/**
 * The tables that say who gets in and who is sent what, in an order that their references allow. What was revoked after a backup must
 * stay revoked, so these are never turned back: a restore keeps them as they are in the database that it replaces.
 */
export const credentialTables = [
  'accounts',
  'account_sessions',
  'account_codes',
  'paired_screens',
  'api_keys',
  'member_sessions',
  'member_sign_in_codes',
  'whip_devices',
  'recorders',
  'push_subscriptions',
  'site_links',
  'upper_platforms',
  'cascade_calls',
  'cascade_limits',
  'webhooks',
] as const;
/** Tables of which a restore keeps a part as it is now; see `keepPresentCredentials`. */
export const partlyKeptTables = [
  'camera_sign_ins',
  'squad_members',
  'public_sites',
  'public_cameras',
  'showcase',
] as const;
/** Rows that belong to a member of a squad; a member that the backup does not have takes its rows along. */
const ofMembers: readonly string[] = [
  'member_sessions',
  'member_sign_in_codes',
  'whip_devices',
  'push_subscriptions',
];

/** How many of each have access after the restore. */
export interface CredentialsKept {
  accounts: number;
  screens: number;
  keys: number;
  phones: number;
  recorders: number;
  /** Phones of sites. */
  sites: number;
}

/**
 * Puts the credentials of `presentPath` in the place of those in `restoredPath`, and hides from the public what is hidden now: both are up
 * to date and in nobody's use.
 */
export function keepPresentCredentials(
  restoredPath: string,
  presentPath: string,
  nowMs: number,
): CredentialsKept {
  return change(restoredPath, (database) => {
    database.prepare('attach ? as present').run(presentPath);
    database.transaction(() => {
      for (const table of [...credentialTables].reverse()) database.exec(`delete from main.${table}`);
      for (const table of credentialTables) {
        const columns = columnsOf(database, 'main', table).filter((name) =>
          columnsOf(database, 'present', table).includes(name),
        );
        const list = columns.map((name) => `"${name}"`).join(', ');
        const only = ofMembers.includes(table)
          ? ' where member_id in (select id from main.squad_members)'
          : '';
        database.exec(`insert into main.${table} (${list}) select ${list} from present.${table}${only}`);
      }
      // A camera that once asked for a digest is not sent its password in clear afterwards.
      database.exec(
        `insert or ignore into main.camera_sign_ins (camera_id, place, digest_at_ms)
         select camera_id, place, digest_at_ms from present.camera_sign_ins where camera_id in (select id from main.cameras)`,
      );
      // Who leads a squad only since the backup is chosen again; who leads none any more does not again.
      database.exec(
        `update main.squad_members set is_leader = 0
         where id not in (select id from present.squad_members where is_leader = 1)`,
      );
      keepStepNumbers(database);
      keepPresentlyHidden(database, nowMs);
    })();
  });
}

/**
 * Ends every credential of a restored database, because nobody knows which were revoked since: people get a new code from an
 * administrator, screens, phones and recorders are paired again, keys, links of sites, upper platforms and webhooks are made again, leaders of
 * squads are chosen again, and a curtain is drawn over each site that the public saw.
 */
export function endAllCredentials(restoredPath: string, nowMs: number): CredentialsKept {
  return change(restoredPath, (database) => {
    database.transaction(() => {
      database.prepare('update account_sessions set ended_at_ms = ? where ended_at_ms is null').run(nowMs);
      database.prepare('update paired_screens set ended_at_ms = ? where ended_at_ms is null').run(nowMs);
      database.prepare('update api_keys set revoked_at_ms = ? where revoked_at_ms is null').run(nowMs);
      database.prepare('update site_links set ended_at_ms = ? where ended_at_ms is null').run(nowMs);
      database.prepare('update member_sessions set ended_at_ms = ? where ended_at_ms is null').run(nowMs);
      database.exec(
        `delete from member_sign_in_codes; delete from account_codes; delete from whip_devices; delete from push_subscriptions;
         delete from upper_platforms; delete from cascade_calls; delete from webhooks; update squad_members set is_leader = 0`,
      );
      hideFromPublic(database, nowMs);
      database.exec(`update accounts set password_hash = null, recovery_code_hashes = '[]'`);
      // A recorder stays listed and cannot register until it has a new password. Where it was is where it would still be called.
      database.exec(
        `update recorders set password_sealed = '', address = null, port = null, protocol = null`,
      );
    })();
  });
}

/** Steps of orders and findings are numbered on from where the present numbers end: a webhook names with them how far it has delivered. */
function keepStepNumbers(database: SqliteDatabase.Database): void {
  for (const table of ['order_steps', 'finding_steps']) {
    const ended = (schema: 'main' | 'present'): number =>
      database
        .prepare<[string], number>(`select seq from ${schema}.sqlite_sequence where name = ?`)
        .pluck()
        .get(table) ?? 0;
    const last = Math.max(ended('main'), ended('present'));
    database.prepare('delete from main.sqlite_sequence where name = ?').run(table);
    database.prepare('insert into main.sqlite_sequence (name, seq) values (?, ?)').run(table, last);
  }
}

/** How many have access by the credentials of a database. */
export function countCredentials(path: string): CredentialsKept {
  return change(path, () => undefined);
}

function change(path: string, work: (database: SqliteDatabase.Database) => void): CredentialsKept {
  const database = new SqliteDatabase(path, { fileMustExist: true });
  try {
    database.pragma('foreign_keys = OFF');
    work(database);
    const count = (query: string): number => database.prepare<[], number>(query).pluck().get() ?? 0;
    return {
      accounts: count('select count(*) from accounts where is_disabled = 0 and password_hash is not null'),
      screens: count('select count(*) from paired_screens where ended_at_ms is null'),
      keys: count('select count(*) from api_keys where revoked_at_ms is null'),
      phones: count('select count(*) from member_sessions where ended_at_ms is null'),
      recorders: count('select count(*) from whip_devices'),
      sites: count('select count(*) from site_links where ended_at_ms is null and token_hash is not null'),
    };
  } finally {
    database.close();
  }
}

function columnsOf(database: SqliteDatabase.Database, schema: 'main' | 'present', table: string): string[] {
  return database
    .prepare<[string, string], string>('select name from pragma_table_info(?, ?)')
    .pluck()
    .all(table, schema);
}
