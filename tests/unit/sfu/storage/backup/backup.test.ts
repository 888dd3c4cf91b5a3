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
