import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CopyBefore } from '../../../../src-sfu/storage/copyBefore.ts';
import { openDatabase, StoreError } from '../../../../src-sfu/storage/database.ts';
import { readMigrations } from '../../../../src-sfu/storage/migrations.ts';
import { createSettingsRepository } from '../../../../src-sfu/storage/settings.sql.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-copy-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The steps of an older version: without the newest ones. */
const without = (count: number) => async () =>
  Object.fromEntries(Object.entries(await readMigrations()).slice(0, -count));
const numberOf = async (fromTheEnd: number): Promise<string> =>
  Object.keys(await readMigrations())
    .at(-fromTheEnd)
    ?.slice(0, 4) ?? '';

/** Runs a version on the data folder; what it wrote before is read, then something is written. */
async function run(migrations = readMigrations, value = 'x') {
  const copies: CopyBefore[] = [];
  const database = await openDatabase(folder, undefined, { migrations, onCopy: (copy) => copies.push(copy) });
  const settings = createSettingsRepository(database.store);
  const before = await settings.read('name');
  await settings.save('name', value, 'test', 1);
  await database.close();
  return { copies, before };
}
const files = (): string[] => readdirSync(folder).filter((name) => name.includes('before'));

describe('a database whose tables are changed', () => {
  it('is copied before, once, and not when it is new or already changed', async () => {
    expect((await run(without(2))).copies).toEqual([]);
    const { copies } = await run();
    const path = join(folder, `mingchu.sqlite.before-${await numberOf(2)}`);
    expect(copies).toEqual([{ begunPath: path }, { path }]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect((await run()).copies).toEqual([]);
    expect(files()).toHaveLength(1);
  });

  it('keeps the newest copy alone, also beside what a killed start left', async () => {
    await run(without(2));
    await run(without(1));
    writeFileSync(join(folder, `mingchu.sqlite.before-${await numberOf(1)}.new`), 'half');
    writeFileSync(join(folder, 'mingchu.sqlite.before-0007.new'), 'half, of another step');
    await run();
    expect(files()).toEqual([`mingchu.sqlite.before-${await numberOf(1)}`]);
  });

  it('is changed also where it could not be copied, which is said', async () => {
    await run(without(1), 'kept');
    const number = await numberOf(1);
    // What lies there cannot be replaced.
    mkdirSync(join(folder, `mingchu.sqlite.before-${number}`, 'in it'), { recursive: true });
    const { copies, before } = await run();
    expect(copies).toEqual([{ begunPath: expect.any(String) }, { failure: expect.any(Error) }]);
    expect(before).toBe('kept');
    expect(files()).toEqual([`mingchu.sqlite.before-${number}`]);
  });

  it('is refused by the version before, whose words lead back to what it had', async () => {
    await run(without(1), 'of the older version');
    await run(readMigrations, 'of the newer version');
    const error: unknown = await openDatabase(folder, undefined, { migrations: without(1) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StoreError);
    const database = join(folder, 'mingchu.sqlite');
    const copy = `${database}.before-${await numberOf(1)}`;
    expect((error as Error).message).toContain(`go back to ${copy}`);
    // As the sentence says.
    for (const name of [`${database}-wal`, `${database}-shm`]) rmSync(name, { force: true });
    renameSync(database, join(folder, 'aside'));
    renameSync(copy, database);
    expect((await run(without(1))).before).toBe('of the older version');
    expect(existsSync(join(folder, 'aside'))).toBe(true);
  });

  it('is refused without a copy by a version that the copy is too new for', async () => {
    await run(without(1));
    await run();
    const error: unknown = await openDatabase(folder, undefined, { migrations: without(3) }).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).message).toMatch(
      /newer version\. Install that version again, or put back a backup/,
    );
  });
});
