import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendAudit } from '../../../../src-sfu/storage/audit.sql.ts';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { verifyAuditChain } from '../../../../src-sfu/storage/auditChain.ts';
import { readAuditLines } from '../../../../src-sfu/storage/auditReading.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import type { RetentionKind } from '../../../../src-sfu/features/retention/retention.repository.ts';

const nowMs = Date.UTC(2026, 10, 29);
const dayMs = 86_400_000;
const ago = (days: number): number => nowMs - days * dayMs;

let dataDir: string;
let archive: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingchu-retention-'));
  archive = join(dataDir, 'audit-archive');
  store = await openStore(dataDir);
});
afterEach(async () => {
  await store.destroy();
  rmSync(dataDir, { recursive: true });
});

const run = async (...statements: string[]): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(store);
};
const count = async (table: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
    store,
  );
  return Number(rows[0]?.count);
};
const repository = () =>
  createRetentionRepository(store, createAuditArchiver(store, archive, 1), () => nowMs);
const removeAll = async (kind: RetentionKind, days: number): Promise<number> => {
  let total = 0;
  for (;;) {
    const removed = await repository().removeSome(kind, ago(days));
    if (removed === 0) return total;
    total += removed;
  }
};

const alert = (id: string, state: string, days: number, lastDays = days): string =>
  `insert into alerts (id, kind_id, class, state, raised_at_ms, document)
   values ('${id}', 'rat', 1, '${state}', ${ago(days)}, '{"lastAtMs":${ago(lastDays)}}')`;
const report = (alertId: string, hash: string | null): string =>
  `insert into alert_occurrences (alert_id, key_id, external_id, received_at_ms, occurred_at_ms, snapshot_hash, detail)
   values ('${alertId}', 'k', '${alertId}${hash ?? ''}', 1, 1, ${hash === null ? 'null' : `'${hash}'`}, '{}')`;
const picture = (hash: string, days: number, state = 'ready'): string =>
  `insert into alert_snapshots (hash, state, bytes, received_at_ms) values ('${hash}', '${state}', 9, ${ago(days)})`;

describe('alerts', () => {
  it('go when they are closed and old, with their reports and pictures; open and newer ones stay', async () => {
    await run(
      alert('old', 'resolved', 400),
      alert('open', 'acknowledged', 400),
      alert('new', 'false_alarm', 10),
      alert('again', 'resolved', 400, 10),
      ...[report('old', 'own'), report('old', 'shared'), report('new', 'shared'), report('open', null)],
      ...[picture('own', 400), picture('shared', 400)],
      `insert into alert_history (alert_id, at_ms, actor, entry) values ('old', 1, 'x', '{}'), ('new', 1, 'x', '{}')`,
    );
    expect(await repository().count('alerts', ago(365))).toBe(1);
    expect(await removeAll('alerts', 365)).toBe(1);
    const left = await store.selectFrom('alerts').select('id').orderBy('id').execute();
    expect(left.map(({ id }) => id)).toEqual(['again', 'new', 'open']);
    expect(await count('alert_occurrences')).toBe(2);
    expect(await count('alert_history')).toBe(1);
    const pictures = await store.selectFrom('alert_snapshots').select('hash').execute();
    expect(pictures).toEqual([{ hash: 'shared' }]);
  });

  it('lose their pictures sooner, but not while they are open', async () => {
    await run(
      alert('old', 'resolved', 100),
      alert('open', 'new', 100),
      ...[report('old', 'a'), report('open', 'b')],
      ...[picture('a', 100), picture('b', 100), picture('c', 100, 'checking'), picture('d', 1)],
    );
    expect(await removeAll('snapshots', 30)).toBe(1);
    const pictures = await store.selectFrom('alert_snapshots').select('hash').orderBy('hash').execute();
    expect(pictures.map(({ hash }) => hash)).toEqual(['b', 'c', 'd']);
  });
});

describe('the rest', () => {
  it('goes by its age, and nothing that is in use', async () => {
    await run(
      `insert into talks (group_id, epoch, started_at_ms, end_cause, document) values
        ('g', 1, ${ago(100)}, 'released', '{}'), ('g', 2, ${ago(100)}, null, '{}'), ('g', 3, ${ago(1)}, 'released', '{}')`,
      `insert into member_status_changes (change_id, member_id, status, changed_by, happened_at_ms, received_at_ms) values
        ('a', 'm', 'on_duty', 'x', 1, ${ago(100)}), ('b', 'm', 'on_duty', 'x', 1, ${ago(1)})`,
      `insert into member_sessions (token_hash, member_id, phone_name, signed_in_at_ms, ended_at_ms) values
        ('a', 'm', 'p', 1, ${ago(100)}), ('b', 'm', 'p', 1, null)`,
      `insert into member_sign_in_codes (code_hash, member_id, expires_at_ms) values ('a', 'm', ${ago(100)})`,
    );
    expect(await removeAll('talk', 30)).toBe(1);
    expect(await removeAll('status', 30)).toBe(1);
    expect(await removeAll('sessions', 30)).toBe(2);
    expect([
      await count('talks'),
      await count('member_status_changes'),
      await count('member_sessions'),
    ]).toEqual([2, 1, 1]);
  });

  it('gives its room back to the disk', async () => {
    const text = 'x'.repeat(3_000);
    await run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
       insert into talks (group_id, epoch, started_at_ms, end_cause, document) select 'g', i, 1, 'released', '${text}' from n`,
    );
    expect(await removeAll('talk', 30)).toBe(2_000);
    let left = await repository().shrink();
    expect(left).toBeGreaterThan(0);
    for (let round = 0; left > 0 && round < 10; round += 1) left = await repository().shrink();
    expect(left).toBe(0);
  });
});

describe('the audit log', () => {
  const append = async (lines: number, days: number): Promise<void> => {
    const entries = Array.from({ length: lines }, (_, index) => ({
      ...{ atMs: ago(days), actor: '王芳', action: 'wall:showCameras', subject: `s${index}`, detail: {} },
    }));
    await store.transaction().execute((transaction) => appendAudit(transaction, ...entries));
  };
  const verify = () => {
    const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), { readonly: true });
    try {
      const { lines, guards, archiveFaults } = readAuditLines(database, archive);
      const verdict = verifyAuditChain(lines);
      return { ...verdict, guards, archiveFaults };
    } finally {
      database.close();
    }
  };

  it('leaves the database for a file, and is verified through both', async () => {
    await append(1_200, 400);
    await append(5, 1);
    expect(await repository().count('audit', ago(365))).toBe(1_200);
    expect(await removeAll('audit', 365)).toBe(1_200);
    expect(await count('audit_log')).toBe(6);
    expect(readdirSync(archive)).toEqual(['audit-0000000001-0000001200.jsonl']);
    expect(verify()).toMatchObject({ lines: 1_206, faults: [], guards: true, archiveFaults: [] });
    await append(700, 400);
    // A new line stands before them: dates that were set back archive nothing out of turn.
    expect(await removeAll('audit', 365)).toBe(0);
  });

  it('keeps its last line, so that the next one has one to follow', async () => {
    await append(10, 400);
    expect(await repository().removeSome('audit', ago(365))).toBe(9);
    await append(1, 1);
    expect(verify()).toMatchObject({ lines: 12, faults: [], guards: true });
  });

  it('makes no file for a few lines', async () => {
    await append(10, 400);
    await append(1, 1);
    expect(await createAuditArchiver(store, archive).step(ago(365), nowMs)).toBe(0);
  });

  it('removes nothing that no file has', async () => {
    await append(10, 400);
    await expect(run('delete from audit_log where id = 1')).rejects.toThrow('only appended to');
    await expect(run(`insert into audit_archives values (5, 1, 'no hash', 'f', 's', 1)`)).rejects.toThrow(
      'only appended to',
    );
    await expect(
      run(`insert into audit_archives select 10, 1, hash, 'f', 's', 1 from audit_log where id = 10`),
    ).rejects.toThrow('only appended to');
    await removeAll('audit', 365);
    await expect(run('delete from audit_archives')).rejects.toThrow('only appended to');
    await expect(run(`update audit_archives set file = 'x'`)).rejects.toThrow('only appended to');
  });

  it('goes on where it was broken off', async () => {
    await append(1_200, 400);
    await append(1, 1);
    expect(await repository().removeSome('audit', ago(365))).toBe(500);
    expect(verify()).toMatchObject({ lines: 1_202, faults: [] });
    expect(await removeAll('audit', 365)).toBe(700);
    expect(verify()).toMatchObject({ lines: 1_202, faults: [] });
  });

  it('says which lines of an archive were changed, and when one is missing', async () => {
    await append(10, 400);
    await append(1, 1);
    await removeAll('audit', 365);
    const [name = ''] = readdirSync(archive);
    const path = join(archive, name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"s3"', '"s4"'));
    expect(verify().archiveFaults).toEqual([`The archive ${name} was changed.`]);
    expect(verify().faults).toEqual([{ kind: 'changed', id: 4 }]);
    rmSync(path);
    expect(existsSync(path)).toBe(false);
    expect(verify().faults).toEqual([{ kind: 'missing', fromId: 1, toId: 10 }]);
  });

  it('archives nothing of a log that was changed', async () => {
    await append(10, 400);
    await append(1, 1);
    await run('drop trigger audit_log_no_update', `update audit_log set subject = 'other' where id = 4`);
    await expect(removeAll('audit', 365)).rejects.toThrow('Line 4 of the audit log does not follow');
    expect(await count('audit_log')).toBe(11);
  });
});
