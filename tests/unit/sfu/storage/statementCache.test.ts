import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withStatementCache, type StatementCache } from '../../../../src-sfu/storage/statementCache.ts';

describe('kept statements', () => {
  let sqlite: SqliteDatabase.Database;
  let cache: StatementCache;
  beforeEach(() => {
    sqlite = new SqliteDatabase(':memory:');
    sqlite.exec('create table numbers (value integer)');
    cache = withStatementCache(sqlite as never);
  });
  afterEach(() => cache.close());

  const insert = (value: number) => cache.prepare('insert into numbers values (?)').run([value]);
  const all = () => cache.prepare('select * from numbers order by value').all([]);

  it('are prepared once and give the rows of their present parameters', () => {
    const prepared = vi.spyOn(sqlite, 'prepare');
    insert(1);
    insert(2);
    expect(all()).toEqual([{ value: 1 }, { value: 2 }]);
    insert(3);
    expect(all()).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }]);
    expect(prepared).toHaveBeenCalledTimes(2);
  });

  it('can be used while the rows of the same text are still being read', () => {
    insert(1);
    insert(2);
    const rows = cache.prepare('select * from numbers order by value').iterate([]);
    const [first] = rows;
    expect(first).toEqual({ value: 1 });
    expect(all()).toHaveLength(2);
  });

  it('work after a refusal, and after the tables changed', () => {
    sqlite.exec('create unique index one_value on numbers (value)');
    insert(1);
    expect(() => insert(1)).toThrow('UNIQUE');
    insert(2);
    expect(all()).toHaveLength(2);
    sqlite.exec('alter table numbers add column name text');
    cache.clear();
    expect(all()[0]).toEqual({ value: 1, name: null });
  });

  it('are limited in number and in length', () => {
    const prepared = vi.spyOn(sqlite, 'prepare');
    for (let count = 0; count < 600; count += 1) cache.prepare(`select ${count}`).all([]);
    cache.prepare('select 0').all([]);
    expect(prepared).toHaveBeenCalledTimes(601);
    cache.prepare(`select 1 from (values ${'(1),'.repeat(3_000)}(1))`).all([]);
    cache.prepare(`select 1 from (values ${'(1),'.repeat(3_000)}(1))`).all([]);
    expect(prepared).toHaveBeenCalledTimes(603);
  });
});
