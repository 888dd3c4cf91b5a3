import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, StoreError, type Database } from '../../../../src-sfu/storage/database.ts';
import { createDatabaseTurns } from '../../../../src-sfu/storage/databaseTurns.ts';
import { createSettingsRepository } from '../../../../src-sfu/storage/settings.sql.ts';
import { runTogether } from '../../../../src-sfu/storage/threadDialect.ts';
import { troubleOf } from '../../../../src-sfu/storage/storeErrors.ts';

let folder: string;
let database: Database | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-thread-'));
});
afterEach(async () => {
  await database?.close();
  database = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const opened = async (): Promise<Database> => (database = await openDatabase(folder));

/** Another connection that holds the database. */
function lock(): { release(): void } {
  const other = new SqliteDatabase(join(folder, 'mingchu.sqlite'));
  other.exec('BEGIN EXCLUSIVE');
  return {
    release() {
      other.exec('ROLLBACK');
      other.close();
    },
  };
}

const put = (on: Database, name: string, value: string): Promise<unknown> =>
  createSettingsRepository(on.store).save(name, value, 'test', 1);

describe('the database in its thread', () => {
  it('lets the hub go on while a statement waits for a lock, and says that it was locked', async () => {
    const on = await opened();
    const held = lock();
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const error: unknown = await put(on, 'a', 'b').catch((thrown: unknown) => thrown);
    clearInterval(timer);
    held.release();
    // 500 ms pass until the statement is refused; with the database in the same thread there is not one turn.
    expect(turns).toBeGreaterThan(20);
    expect(troubleOf(error)).toBe('locked');
    await put(on, 'a', 'b');
    expect(await createSettingsRepository(on.store).read('a')).toBe('b');
  });

  it('answers only after the commit: another connection reads at once what was answered', async () => {
    const on = await opened();
    const reader = new SqliteDatabase(join(folder, 'mingchu.sqlite'), { readonly: true });
    for (let count = 0; count < 20; count += 1) {
      await put(on, `name ${count}`, 'value');
      const { rows } = reader.prepare('select count(*) as rows from settings').get() as { rows: number };
      expect(rows).toBe(count + 1);
    }
    reader.close();
  });

  it('keeps transactions apart, and leaves nothing of one that failed', async () => {
    const on = await opened();
    const failing = on.store.transaction().execute(async (transaction) => {
      await sql`insert into settings (name, value) values ('x', '1')`.execute(transaction);
      await sql`insert into no_such_table values (1)`.execute(transaction);
    });
    const [failed] = await Promise.allSettled([failing, put(on, 'y', '2'), put(on, 'z', '3')]);
    expect(failed).toMatchObject({ reason: { message: expect.stringContaining('no such table') as string } });
    const { rows } = await sql<{ name: string }>`select name from settings order by name`.execute(on.store);
    expect(rows.map(({ name }) => name)).toEqual(['y', 'z']);
  });

  it('runs a group of statements all or none', async () => {
    const on = await opened();
    const insert = (name: string) => on.store.insertInto('settings').values({ name, value: '1' });
    await runTogether(on.store, [insert('a'), insert('b')]);
    await expect(runTogether(on.store, [insert('c'), insert('a')])).rejects.toThrow('UNIQUE');
    const { rows } = await sql<{ name: string }>`select name from settings order by name`.execute(on.store);
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('serves what safety depends on before all that waits', async () => {
    const on = await opened();
    const order: string[] = [];
    const ask = async (store: Database['store'], name: string): Promise<void> => {
      await sql`select 1`.execute(store);
      order.push(name);
    };
    await Promise.all([
      ask(on.store, 'first'),
      ask(on.store, 'second'),
      ask(on.store, 'third'),
      ask(on.urgentStore, 'urgent'),
    ]);
    expect(order).toEqual(['first', 'urgent', 'second', 'third']);
  });

  it.each([
    ['another file', 'This is not a database, and is longer than the header of one. '.repeat(40)],
    ['a header and then something else', `SQLite format 3\0${'x'.repeat(8_000)}`],
  ])('does not touch a file that is damaged (%s), and says what to do', async (_name, text) => {
    const path = join(folder, 'mingchu.sqlite');
    writeFileSync(path, text);
    const error: unknown = await openDatabase(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreError);
    expect((error as Error).message).toContain('npm run restore');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('turns at the database', () => {
  it('refuse who waits too long or comes when too many wait, and never what is urgent', async () => {
    const turns = createDatabaseTurns({ maxWaiting: 1, patienceMs: 10 });
    await turns.take(false);
    const late = turns.take(false);
    await expect(turns.take(false)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    const urgent = turns.take(true);
    await expect(late).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    expect(turns.waiting()).toEqual({ urgent: 1, others: 0 });
    turns.give();
    await urgent;
  });
});
