import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedHead } from '../../../../src-sfu/features/audit/audit.repository.ts';
import { appendAudit, readAuditHead } from '../../../../src-sfu/storage/audit.sql.ts';
import { verifyAuditChain, type AuditLine } from '../../../../src-sfu/storage/auditChain.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';

const entry = (number: number, subject = `camera ${number}`) => ({
  atMs: 1_790_000_000_000 + number,
  actor: '王芳',
  action: 'cameras:openStream',
  subject,
  detail: { note: '"引号" \\ ' + '\n', number },
});

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
  store = await openStore(folder);
});
afterEach(async () => {
  await store.destroy();
  rmSync(folder, { recursive: true });
});

/** Whoever has the file can do what the hub does not do: here without its triggers. */
function asIntruder(change: (database: SqliteDatabase.Database) => void): void {
  const database = new SqliteDatabase(join(folder, 'mingchu.sqlite'));
  for (const name of ['audit_log_no_update', 'audit_log_no_delete', 'audit_log_in_order']) {
    database.exec(`drop trigger ${name}`);
  }
  change(database);
  database.close();
}

async function verify(published: PublishedHead[] = []) {
  const rows = await store.selectFrom('audit_log').selectAll().orderBy('id').execute();
  return verifyAuditChain(
    rows.map(({ at_ms, ...row }) => ({ ...row, atMs: Number(at_ms) }) as AuditLine & { hash: string }),
    published,
  );
}

async function tenLines(): Promise<void> {
  await appendAudit(store, entry(1), entry(2), entry(3));
  for (const number of [4, 5, 6]) await appendAudit(store, entry(number));
  await appendAudit(store, ...[7, 8, 9, 10].map((number) => entry(number)));
}

describe('the chain of the audit log', () => {
  it('holds over lines that were appended one by one, several at once, and in more parts than one statement takes', async () => {
    await tenLines();
    await appendAudit(store, ...Array.from({ length: 1_000 }, (_, index) => entry(index + 11)));
    expect(await verify()).toMatchObject({ lines: 1_010, head: { id: 1_010 }, faults: [] });
    expect((await readAuditHead(store)).id).toBe(1_010);
  });

  it('holds after transactions that were rolled back', async () => {
    await tenLines();
    const undone = store.transaction().execute(async (transaction) => {
      await appendAudit(transaction, entry(11), entry(12), entry(13));
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    await appendAudit(store, entry(20), entry(21));
    expect(await verify()).toMatchObject({ lines: 12, faults: [] });
  });

  it('holds where the date of the machine was set, as records carry the new date', async () => {
    await store.destroy();
    store = await openStore(folder, {
      hasStepped: () => true,
      toRecordMs: (ms) => ms + 86_400_000,
      toOwnMs: (ms) => ms - 86_400_000,
    });
    await appendAudit(store, { ...entry(1), detail: { seenAtMs: 1_790_000_000_000 } }, entry(2));
    await store.destroy();
    store = await openStore(folder);
    const verdict = await verify();
    expect(verdict).toMatchObject({ lines: 2, faults: [] });
    const row = await store.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow();
    expect(row.detail).toContain(String(1_790_000_000_000 + 86_400_000));
  });

  it.each([
    ["update audit_log set actor = 'nobody' where id = 4"],
    ['delete from audit_log where id = 4'],
    [
      "insert or replace into audit_log select id, at_ms, 'nobody', action, subject, detail, principal, hash from audit_log where id = 4",
    ],
    ["insert into audit_log (at_ms, actor, action, subject, detail) values (1, 'a', 'b', 'c', '{}')"],
  ])('refuses in the database itself: %s', async (statement) => {
    await tenLines();
    const database = new SqliteDatabase(join(folder, 'mingchu.sqlite'));
    expect(() => database.exec(statement)).toThrow('only appended to');
    database.close();
    expect(await verify()).toMatchObject({ lines: 10, faults: [] });
  });

  it.each(['actor', 'action', 'subject', 'detail', 'principal'])(
    'says which line was edited: %s',
    async (column) => {
      await tenLines();
      asIntruder((database) => database.prepare(`update audit_log set ${column} = 'x' where id = 4`).run());
      expect((await verify()).faults).toEqual([{ kind: 'changed', id: 4 }]);
    },
  );

  it('says which line has another date', async () => {
    await tenLines();
    asIntruder((database) => database.exec('update audit_log set at_ms = at_ms + 1 where id = 4'));
    expect((await verify()).faults).toEqual([{ kind: 'changed', id: 4 }]);
  });

  it('says which lines were deleted in the middle', async () => {
    await tenLines();
    asIntruder((database) => database.exec('delete from audit_log where id in (4, 5, 8)'));
    expect((await verify()).faults).toEqual([
      { kind: 'missing', fromId: 4, toId: 5 },
      { kind: 'missing', fromId: 8, toId: 8 },
    ]);
  });

  it('says where lines were deleted and the rest was numbered again', async () => {
    await tenLines();
    asIntruder((database) => {
      database.exec('delete from audit_log where id = 4');
      for (const id of [5, 6, 7, 8, 9, 10])
        database.exec(`update audit_log set id = ${id - 1} where id = ${id}`);
    });
    expect((await verify()).faults[0]).toEqual({ kind: 'changed', id: 4 });
  });

  it('says which lines were swapped, with their hashes or without', async () => {
    await tenLines();
    asIntruder((database) => {
      database.exec('update audit_log set id = 100 where id = 4; update audit_log set id = 4 where id = 7');
      database.exec('update audit_log set id = 7 where id = 100');
    });
    expect((await verify()).faults.map((fault) => fault.kind === 'changed' && fault.id)).toEqual([
      4, 5, 7, 8,
    ]);
  });

  it('says that the end was cut off, by a head that was published', async () => {
    await tenLines();
    const head = { ...(await readAuditHead(store)), atMs: 1 };
    asIntruder((database) => database.exec('delete from audit_log where id > 7'));
    expect((await verify()).faults).toEqual([]);
    expect((await verify([head])).faults).toEqual([{ kind: 'missing', fromId: 8, toId: 10 }]);
  });

  it('says that the end was cut off although the log has grown again since', async () => {
    await tenLines();
    const head = { ...(await readAuditHead(store)), atMs: 5 };
    asIntruder((database) => database.exec('delete from audit_log where id > 7'));
    for (const number of [20, 21, 22, 23, 24]) await appendAudit(store, entry(number));
    expect((await verify([head])).faults).toEqual([{ kind: 'rewritten', id: 10, publishedAtMs: 5 }]);
  });

  it('says nothing of an edit whose hashes were all made again, unless a head was published', async () => {
    await tenLines();
    const head = { ...(await readAuditHead(store)), atMs: 5 };
    asIntruder((database) => database.exec('delete from audit_log'));
    await appendAudit(store, ...Array.from({ length: 10 }, (_, index) => entry(index, 'another camera')));
    expect((await verify()).faults).toEqual([]);
    expect((await verify([head])).faults).toEqual([{ kind: 'rewritten', id: 10, publishedAtMs: 5 }]);
  });
});
