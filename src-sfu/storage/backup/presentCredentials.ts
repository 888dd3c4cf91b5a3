import SqliteDatabase from 'better-sqlite3';

/**
 * The tables that say who gets in, in an order that their references allow. What was revoked after a backup must stay revoked, so
 * these are never turned back: a restore keeps them as they are in the database that it replaces.
 */
const credentialTables = [
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

/** Puts the credentials of `presentPath` in the place of those in `restoredPath`: both are up to date and in nobody's use. */
export function keepPresentCredentials(restoredPath: string, presentPath: string): CredentialsKept {
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
    })();
  });
}

/**
 * Ends every credential of a restored database, because nobody knows which were revoked since: people get a new code from an
 * administrator, screens, phones and recorders are paired again, keys and links of sites are made again.
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
        `delete from member_sign_in_codes; delete from account_codes; delete from whip_devices; delete from push_subscriptions`,
      );
      database.exec(`update accounts set password_hash = null, recovery_code_hashes = '[]'`);
      // A recorder stays listed and cannot register until it has a new password. Where it was is where it would still be called.
      database.exec(
        `update recorders set password_sealed = '', address = null, port = null, protocol = null`,
      );
    })();
  });
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
