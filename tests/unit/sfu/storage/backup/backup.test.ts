import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyAuditChain } from '../../../../../src-sfu/storage/auditChain.ts';
import { openAuditHeadsFile } from '../../../../../src-sfu/storage/auditHeadsFile.ts';
import { readAuditLines, readAuditRestores } from '../../../../../src-sfu/storage/auditReading.ts';
import { makeBackup } from '../../../../../src-sfu/storage/backup/makeBackup.ts';
import {
  restoreBackup,
  type UnknownCredentials,
} from '../../../../../src-sfu/storage/backup/restoreBackup.ts';
import {
  credentialTables,
  partlyKeptTables,
} from '../../../../../src-sfu/storage/backup/presentCredentials.ts';
import { mayShow, type PublicSite } from '../../../../../src-shared/public/publicView.ts';
import { openStore } from '../../../../../src-sfu/storage/database.ts';
import { createSettingsRepository } from '../../../../../src-sfu/storage/settings.sql.ts';
import { openSecretBox } from '../../../../../src-sfu/storage/secretBox.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mingchu-backup-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const madeAtMs = Date.UTC(2026, 10, 1, 8);
const restoredAtMs = Date.UTC(2026, 10, 2, 8);
const picture = randomBytes(3_000);
const pictureHash = createHash('sha256').update(picture).digest('hex');
const picturePath = `snapshots/${pictureHash.slice(0, 2)}/${pictureHash}.sent`;

async function save(dataDir: string, name: string, value: string): Promise<void> {
  const store = await openStore(dataDir);
  await createSettingsRepository(store).save(name, value, '王芳', madeAtMs);
  await store.destroy();
}

function inDatabase<Value>(dataDir: string, work: (database: SqliteDatabase.Database) => Value): Value {
  const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
  try {
    return work(database);
  } finally {
    database.close();
  }
}
const run = (dataDir: string, statements: string): void =>
  inDatabase(dataDir, (database) => void database.exec(statements));
const valueOf = (dataDir: string, query: string): unknown =>
  inDatabase(dataDir, (database) => database.prepare(query).pluck().get());
const setting = (dataDir: string): unknown =>
  valueOf(dataDir, `select json_extract(value, '$') from settings where name = 'theme'`);

/** Everybody who has access, as one of each kind. */
const credentials = `
  insert into accounts values ('a1', 'wang', 'wang', '王芳', 'supervisor', '{}', 'hash-1', 0, null, null, '[]', 0, 0, 1, 0);
  insert into account_sessions (id, token_hash, account_id, created_at_ms, last_used_at_ms, expires_at_ms, address, device, is_locked)
    values ('s1', 't1', 'a1', 1, 1, 9, '192.0.2.1', 'desk', 0);
  insert into paired_screens (id, credential_hash, surface, screen_id, name, paired_at_ms, paired_by, last_used_at_ms, address)
    values ('p1', 'c1', 'wall', 'main', 'Hall', 1, '王芳', 1, '192.0.2.2');
  insert into api_keys (id, name, secret_sealed, alerts_per_second, created_at_ms) values ('k1', 'AI', 'x', 10, 1);
  insert into squads (id, name, starts_body_cam) values ('q1', '温泉中队', 0);
  insert into squad_members (id, squad_id, name, status, since_ms) values ('m1', 'q1', '李强', 'off_duty', 1);
  insert into member_sessions (token_hash, member_id, phone_name, signed_in_at_ms) values ('f1', 'm1', 'phone', 1);
  insert into whip_devices (id, name, member_id, token_hash, created_at_ms) values ('w1', 'recorder', 'm1', 'd1', 1);
  insert into recorders (id, name, password_sealed, created_at_ms, address, port, protocol)
    values ('42120000001180000001', 'School', 'x', 1, '10.77.0.9', 5060, 'udp');
  insert into push_subscriptions (member_id, document, at_ms) values ('m1', '{}', 1);
  insert into site_links (id, site_id, for_whom, made_by, made_at_ms, code_hash, expires_at_ms, token_hash)
    values ('sl1', 'site-1', '张经理', '王芳', 1, 'e1', 9, 'g1');
`;
const revocations = `
  update accounts set is_disabled = 1, password_hash = 'hash-2';
  update account_sessions set ended_at_ms = 5;
  update paired_screens set ended_at_ms = 5;
  update api_keys set revoked_at_ms = 5;
  update member_sessions set ended_at_ms = 5;
  delete from whip_devices;
  delete from recorders;
  delete from push_subscriptions;
  update site_links set ended_at_ms = 5;
  insert into accounts values ('a2', 'li', 'li', '李', 'duty_officer', '{}', 'hash-3', 0, null, null, '[]', 0, 0, 6, 0);
`;

/** What other systems are sent and the public sees, at the time of the backup. */
const agreed =
  '{"publication":{"consent":{"agreedOn":"2026-01-01","recordedBy":"王芳","recordedAtMs":1},"facts":{}}}';
const sharedWithOthers = `
  insert into upper_platforms values ('u1', '{}', 'x', '{}', 1);
  insert into cascade_limits values ('c1', 0, null);
  insert into webhooks values ('w1', '{}', 'x', 0, 0), ('w2', '{}', 'x', 0, 0);
  update squad_members set is_leader = 1;
  insert into public_sites values ('shown', 'CODE-1', '${agreed}'), ('withdrawn', 'CODE-2', '${agreed}'),
    ('curtain', 'CODE-3', '${agreed}'), ('unknown', 'CODE-4', '${agreed}'),
    ('opened', 'CODE-5', json_set('${agreed}', '$.curtain', json('{"drawnBy":"王芳","atMs":1}')));
  insert into public_cameras values ('c1', '{"headPercent":4}'), ('near', '{"headPercent":4}'), ('far', '{"headPercent":20}');
  insert into sites (id, external_id, name, type, address, latitude, longitude, district, updated_at_ms)
    values ('s1', 's1', '红灯笼', 'restaurant', '', 29.8, 114.3, '咸安区', 1);
  insert into cameras (id, external_id, site_id, name, main_url, updated_at_ms)
    values ('renamed', 'renamed', 's1', '后厨', 'rtsp://192.0.2.9/1', 1), ('c2', 'c2', 's1', '后厨 2', 'rtsp://192.0.2.9/2', 1);
  insert into cascade_calls values ('u1', 'call-1', 'sip:1@192.0.2.9', 'a', 'b', 1);
`;
/** Tables that a restore turns back to the backup, by what they hold: nobody gets in by them. */
const turnedBack: Record<string, string> = {
  'the registry and what is known of cameras and recorders; passwords in it are those by which the hub signs in elsewhere':
    'sites cameras camera_health camera_presets camera_holds camera_turns recorder_channels recorder_calls recorder_habits former_sources onvif_devices onvif_presets cascade_ids cascade_places',
  'what happened, and what was decided about it':
    'alerts alert_occurrences alert_snapshots alert_history attachments attachment_uploads orders order_steps order_figures findings finding_steps shifts shift_notes member_status_changes member_positions position_samples body_cam_times emergencies talks kitchen_talks site_alert_views site_appeals site_reports citizen_reports',
  'commands and messages that are not carried out twice; they are answered within minutes':
    'alert_nonces alert_requests order_commands finding_commands shift_commands',
  'what the operator set, which opens nothing': 'settings alert_kinds clauses kitchen_sentences squads',
  'the audit log, which says that it was turned back':
    'audit_log audit_archives audit_archive_times open_views',
  'the state of the tables themselves': 'kysely_migration kysely_migration_lock',
};

/** A data folder at the time of the backup, and the backup; each test works on copies. */
let before: string;
let backup: string;
let dataDir: string;
let source: string;
let count = 0;

beforeAll(async () => {
  before = join(scratch, 'before');
  backup = join(scratch, 'backup');
  await save(before, 'theme', 'of the backup');
  run(before, credentials);
  openSecretBox(before);
  mkdirSync(join(before, picturePath, '..'), { recursive: true });
  writeFileSync(join(before, picturePath), picture);
  run(
    before,
    `insert into alert_snapshots (hash, state, bytes, received_at_ms) values ('${pictureHash}', 'good', 3000, 1)`,
  );
  mkdirSync(join(before, 'map', 'glyphs'), { recursive: true });
  writeFileSync(join(before, 'map', 'glyphs', '0-255.pbf'), 'map');
  mkdirSync(join(before, 'tls'));
  writeFileSync(join(before, 'tls', 'authority.key'), 'secret');
  await makeBackup(before, backup, madeAtMs);
  await save(before, 'theme', 'later');
});
beforeEach(() => {
  count += 1;
  dataDir = join(scratch, `data-${count}`);
  source = join(scratch, `source-${count}`);
  cpSync(before, dataDir, { recursive: true });
  cpSync(backup, source, { recursive: true });
});

const restore = (options: { credentials?: UnknownCredentials; isDryRun?: boolean; nowMs?: number } = {}) =>
  restoreBackup({
    dataDir,
    source,
    headsPath: join(dataDir, 'audit-heads.jsonl'),
    nowMs: restoredAtMs,
    ...options,
  });

/** A backup in which others are sent something and the public sees something; the data folder has the same. */
async function backUpShared(): Promise<void> {
  run(dataDir, sharedWithOthers);
  source = join(scratch, `shared-${count}`);
  await makeBackup(dataDir, source, madeAtMs);
}

describe('a backup', () => {
  it('has the database, pictures and the map, and no key', () => {
    const files = readdirSync(backup, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(backup.length + 1));
    expect(files.sort()).toEqual(
      ['manifest.json', 'map/glyphs/0-255.pbf', 'mingchu.sqlite', picturePath].sort(),
    );
    expect(statSync(join(backup, 'mingchu.sqlite')).mode & 0o077).toBe(0);
  });

  it('is a line of the audit log, of whoever may write while a hub has the database open', async () => {
    const hub = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
    hub.pragma('journal_mode = WAL');
    await makeBackup(dataDir, join(scratch, `made-${count}`), madeAtMs);
    hub.close();
    expect(valueOf(dataDir, 'select action from audit_log order by id desc limit 1')).toBe('backup:make');
    const verdict = inDatabase(dataDir, (database) => verifyAuditChain(readAuditLines(database, '').lines));
    expect(verdict.faults).toEqual([]);
  });

  it('overwrites nothing, and leaves nothing behind when it fails', async () => {
    await expect(makeBackup(dataDir, source, madeAtMs)).rejects.toThrow('is not empty');
    await expect(makeBackup(dataDir, join(source, 'manifest.json'), madeAtMs)).rejects.toThrow('is a file');
    await expect(makeBackup(dataDir, join(dataDir, 'backup'), madeAtMs)).rejects.toThrow(
      'outside of the data folder',
    );
    await expect(makeBackup(source + '-none', join(scratch, 'x'), madeAtMs)).rejects.toThrow(
      'has no mingchu.sqlite',
    );
    rmSync(join(dataDir, 'map'), { recursive: true });
    mkdirSync(join(dataDir, 'map'));
    writeFileSync(join(dataDir, 'mingchu.sqlite'), randomBytes(8_192));
    await expect(makeBackup(dataDir, join(scratch, 'broken'), madeAtMs)).rejects.toThrow('is damaged');
    expect(readdirSync(scratch).filter((name) => name.startsWith('broken'))).toEqual([]);
  });
});

describe('a restore', () => {
  it('brings back what was there, and keeps what it replaces', async () => {
    rmSync(join(dataDir, picturePath));
    writeFileSync(join(dataDir, 'map', 'own.json'), '{}');
    const { keptIn, sealingKey } = await restore();
    expect(setting(dataDir)).toBe('of the backup');
    expect(readFileSync(join(dataDir, picturePath))).toEqual(picture);
    expect(readdirSync(join(dataDir, 'map'))).toEqual(['glyphs']);
    expect(setting(keptIn ?? '')).toBe('later');
    expect(readdirSync(join(keptIn ?? '', 'map')).sort()).toEqual(['glyphs', 'own.json']);
    expect(sealingKey).toBe('same');
    expect(readdirSync(dataDir)).not.toContain('restore.incomplete');
  });

  it('leaves who has access as it is now: what was revoked since stays revoked', async () => {
    run(dataDir, revocations);
    const { credentials: from, access } = await restore();
    expect(from).toBe('present');
    expect(access).toEqual({ accounts: 1, screens: 0, keys: 0, phones: 0, recorders: 0, sites: 0 });
    // A phone that was signed out since is not rung again.
    expect(valueOf(dataDir, 'select count(*) from push_subscriptions')).toBe(0);
    // A recorder that was removed since does not register again.
    expect(valueOf(dataDir, 'select count(*) from recorders')).toBe(0);
    expect(valueOf(dataDir, `select password_hash from accounts where id = 'a1'`)).toBe('hash-2');
    expect(valueOf(dataDir, `select is_disabled from accounts where id = 'a1'`)).toBe(1);
    expect(valueOf(dataDir, `select count(*) from accounts`)).toBe(2);
    expect(valueOf(dataDir, `select count(*) from account_sessions where ended_at_ms is null`)).toBe(0);
  });

  it('gives nothing to a phone of a member that the backup does not have', async () => {
    run(
      dataDir,
      `insert into squad_members (id, squad_id, name, status, since_ms) values ('m2', 'q1', '新', 'off_duty', 1);
       insert into member_sessions (token_hash, member_id, phone_name, signed_in_at_ms) values ('f2', 'm2', 'phone', 1);`,
    );
    expect((await restore()).access?.phones).toBe(1);
  });

  it('leaves what others are sent, who leads a squad and what the public sees no wider than it is now', async () => {
    await backUpShared();
    run(
      dataDir,
      `pragma foreign_keys = off; delete from upper_platforms; delete from webhooks where id = 'w1';
       delete from cascade_calls; update cascade_limits set is_shut = 1;
       update squad_members set is_leader = 0;
       insert into order_steps (id, order_id, at_ms, document) values (41, 'o1', 1, '{}');
       update webhooks set order_step = 41;
       update public_sites set document = json_set(document, '$.publication.withdrawal', json('{"recordedBy":"李","atMs":5}')) where site_id = 'withdrawn';
       update public_sites set document = json_set(document, '$.curtain', json('{"drawnBy":"李","atMs":5}')) where site_id = 'curtain';
       update public_sites set document = json_remove(document, '$.curtain') where site_id = 'opened';
       delete from public_sites where site_id = 'unknown';
       insert into public_sites values ('later', 'CODE-LATER', '${agreed}');
       update public_cameras set document = '{"room":"changing_room"}' where camera_id = 'c1';
       update public_cameras set document = '{"headPercent":15}' where camera_id in ('near', 'far');
       update cameras set name = '更衣室' where id = 'renamed';
       insert into public_cameras values ('c2', '{"curtain":{"drawnBy":"李","atMs":5}}');
       insert into showcase values ('curtain', '{"isDrawn":true,"sinceMs":5}')`,
    );
    await restore();
    const all = (query: string): unknown[] =>
      inDatabase(dataDir, (database) => database.prepare(query).pluck().all());
    expect(all('select id from upper_platforms')).toEqual([]);
    // A call that has ended since is not ended by a BYE again.
    expect(all('select call_id from cascade_calls')).toEqual([]);
    expect(all('select is_shut from cascade_limits')).toEqual([1]);
    expect(all('select id from webhooks')).toEqual(['w2']);
    // What happens from now on has a number that no webhook has passed.
    run(
      dataDir,
      `pragma foreign_keys = off; insert into order_steps (order_id, at_ms, document) values ('o1', 9, '{}')`,
    );
    expect(all('select max(id) from order_steps')).toEqual([42]);
    expect(all('select is_leader from squad_members')).toEqual([0]);
    const sites = inDatabase(
      dataDir,
      (database) =>
        database.prepare('select site_id, code, document from public_sites').all() as {
          site_id: string;
          code: string;
          document: string;
        }[],
    );
    const reasons = sites.map(({ site_id, document }) => {
      const view = mayShow({ name: '后厨' }, JSON.parse(document) as PublicSite, { minuteOfDay: 600 });
      return [site_id, view.shown ? 'shown' : view.reason];
    });
    expect(Object.fromEntries(reasons)).toEqual({
      shown: 'shown',
      withdrawn: 'consent_withdrawn',
      curtain: 'curtain_over_site',
      opened: 'curtain_over_site',
      unknown: 'consent_withdrawn',
      later: 'no_consent',
    });
    expect(sites.find(({ site_id }) => site_id === 'later')?.code).toBe('CODE-LATER');
    const cameras = Object.fromEntries(
      ['c1', 'c2', 'near', 'far', 'renamed'].map((id) => [
        id,
        JSON.parse(String(valueOf(dataDir, `select document from public_cameras where camera_id = '${id}'`))),
      ]),
    ) as Record<string, object>;
    expect(cameras.c1).toMatchObject({ room: 'changing_room', headPercent: 4 });
    expect(cameras.c2).toMatchObject({ curtain: { drawnBy: '李' } });
    // Of two softenings the one that shows less.
    expect(cameras.near).toEqual({ headPercent: 15 });
    expect(cameras.far).toEqual({ headPercent: 20 });
    // Only its present name says that nobody may see it; the restored one does not.
    expect(valueOf(dataDir, `select name from cameras where id = 'renamed'`)).toBe('后厨');
    expect(cameras.renamed).toMatchObject({ curtain: { atMs: restoredAtMs } });
    expect(
      valueOf(dataDir, `select json_extract(document, '$.isDrawn') from showcase where name = 'curtain'`),
    ).toBe(1);
  });

  it('sends nothing to others and shows the public nothing where nobody knows what was revoked', async () => {
    await backUpShared();
    rmSync(join(dataDir, 'mingchu.sqlite'));
    await restore({ credentials: 'end' });
    const counts = `select (select count(*) from upper_platforms) + (select count(*) from cascade_calls) + (select count(*) from webhooks) + (select sum(is_leader) from squad_members)`;
    expect(valueOf(dataDir, counts)).toBe(0);
    const documents = inDatabase(dataDir, (database) =>
      database.prepare<[], string>('select document from public_sites').pluck().all(),
    );
    const shown = documents.map(
      (document) => mayShow({ name: '后厨' }, JSON.parse(document) as PublicSite, { minuteOfDay: 600 }).shown,
    );
    expect(shown).toEqual([false, false, false, false, false]);
  });

  it('has decided of every table whether it says who gets in', () => {
    const names = inDatabase(dataDir, (database) =>
      database
        .prepare<[], string>(
          `select name from sqlite_schema where type = 'table' and name not glob 'sqlite_*'`,
        )
        .pluck()
        .all(),
    );
    const decided = [
      ...credentialTables,
      ...partlyKeptTables,
      ...Object.values(turnedBack).flatMap((names) => names.split(' ')),
    ];
    expect(names.toSorted()).toEqual(decided.toSorted());
  });

  it('asks what becomes of access where the present database cannot tell, and does that', async () => {
    for (const ending of ['', '-wal', '-shm'])
      rmSync(join(dataDir, `mingchu.sqlite${ending}`), { force: true });
    await expect(restore()).rejects.toThrow(/no database to replace.*--credentials end/);
    expect(existsSync(join(dataDir, 'mingchu.sqlite'))).toBe(false);
    expect((await restore({ credentials: 'end' })).access).toEqual({
      accounts: 0,
      screens: 0,
      keys: 0,
      phones: 0,
      recorders: 0,
      sites: 0,
    });
    expect(setting(dataDir)).toBe('of the backup');
    expect(valueOf(dataDir, 'select password_sealed from recorders')).toBe('');
    // It is not called where it was, and what comes from there is not of a recorder.
    const places = 'select count(*) from recorders where coalesce(address, port, protocol) is not null';
    expect(valueOf(dataDir, places)).toBe(0);
    rmSync(join(dataDir, 'mingchu.sqlite'));
    expect((await restore({ credentials: 'keep' })).access).toEqual({
      accounts: 1,
      screens: 1,
      keys: 1,
      phones: 1,
      recorders: 1,
      sites: 1,
    });
  });

  it('takes the place of a damaged database, whose log is not played into it', async () => {
    writeFileSync(join(dataDir, 'mingchu.sqlite'), randomBytes(8_192));
    writeFileSync(join(dataDir, 'mingchu.sqlite-wal'), randomBytes(8_192));
    await expect(restore()).rejects.toThrow('cannot be read');
    const { keptIn } = await restore({ credentials: 'end' });
    expect(setting(dataDir)).toBe('of the backup');
    expect(statSync(join(keptIn ?? '', 'mingchu.sqlite')).size).toBe(8_192);
  });

  it('is a line of the audit log, which agrees with the heads that were published before', async () => {
    const heads = openAuditHeadsFile(join(dataDir, 'audit-heads.jsonl'));
    const last = inDatabase(
      dataDir,
      (database) =>
        database.prepare('select id, hash from audit_log order by id desc limit 1').get() as {
          id: number;
          hash: string;
        },
    );
    await heads.append({ atMs: madeAtMs, ...last });
    await restore();
    const published = await heads.read();
    const { verdict, restores } = inDatabase(dataDir, (database) => ({
      verdict: verifyAuditChain(readAuditLines(database, '').lines, published),
      restores: readAuditRestores(database),
    }));
    expect(verdict.faults).toEqual([]);
    expect(restores).toEqual([{ id: last.id - 1, atMs: restoredAtMs, madeAtMs, replacedLines: last.id }]);
  });

  it('only checks when asked to', async () => {
    const { manifest } = await restore({ isDryRun: true });
    expect(manifest.madeAtMs).toBe(madeAtMs);
    expect(setting(dataDir)).toBe('later');
  });

  it('says when the key is missing or is another one', async () => {
    rmSync(join(dataDir, 'hub.key'));
    expect((await restore()).sealingKey).toBe('missing');
    openSecretBox(dataDir);
    expect((await restore({ nowMs: restoredAtMs + 1 })).sealingKey).toBe('other');
  });

  it('refuses while a hub runs, or has the database open', async () => {
    const socket = createServer().listen(join(dataDir, 'hub.sock'));
    await expect(restore()).rejects.toThrow('A hub runs');
    await new Promise((closed) => socket.close(closed));
    const open = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
    open.prepare('select count(*) from accounts').get();
    await expect(restore()).rejects.toThrow('in use');
    open.close();
    await restore();
  });
});

describe('a backup that is not whole', () => {
  const manifest = (): string => join(source, 'manifest.json');
  const change = (
    work: (manifest: { files: { path: string }[] } & Record<string, unknown>) => void,
  ): void => {
    const value = JSON.parse(readFileSync(manifest(), 'utf8')) as { files: { path: string }[] };
    work(value);
    writeFileSync(manifest(), JSON.stringify(value));
  };
  const database = (): string => join(source, 'mingchu.sqlite');
  const faults: [string, () => void, RegExp][] = [
    ['no folder', () => rmSync(source, { recursive: true }), /is not a backup/],
    ['no manifest', () => rmSync(manifest()), /is not a backup, or one that was not completed/],
    [
      'half a manifest',
      () => writeFileSync(manifest(), readFileSync(manifest()).subarray(0, 200)),
      /not complete JSON/,
    ],
    ['a manifest of something else', () => writeFileSync(manifest(), '[1]'), /not the manifest of a backup/],
    ['another version', () => change((value) => (value.version = 2)), /version 2/],
    [
      'tables of a newer program',
      () => change((value) => (value.lastMigration = '9999_later')),
      /newer program/,
    ],
    [
      'a path out of the folder',
      () => change(({ files }) => files.push({ ...files[0], path: 'map/../../x' })),
      /not a path/,
    ],
    [
      'an absolute path',
      () => change(({ files }) => files.push({ ...files[0], path: '/etc/passwd' })),
      /not a path/,
    ],
    ['the key', () => change(({ files }) => files.push({ ...files[0], path: 'hub.key' })), /not a path/],
    ['a file twice', () => change(({ files }) => files.push(files[0] as { path: string })), /twice/],
    [
      'no database in the list',
      () => change((value) => (value.files = value.files.slice(1))),
      /names no database/,
    ],
    [
      'a truncated database',
      () => writeFileSync(database(), readFileSync(database()).subarray(0, 5_000)),
      /5000 bytes/,
    ],
    [
      'one changed byte',
      () => {
        const bytes = readFileSync(database());
        bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
        writeFileSync(database(), bytes);
      },
      /is not what was saved/,
    ],
    ['a missing picture', () => rmSync(join(source, picturePath)), /is missing/],
    [
      'a symbolic link',
      () => {
        rmSync(join(source, picturePath));
        symlinkSync('/etc/passwd', join(source, picturePath));
      },
      /not a regular file/,
    ],
  ];
  it.each(faults)('%s', async (_name, damage, message) => {
    damage();
    await expect(restore()).rejects.toThrow(message);
    expect(setting(dataDir)).toBe('later');
    expect(readdirSync(dataDir).filter((name) => /restore/.test(name))).toEqual([]);
  });
});
