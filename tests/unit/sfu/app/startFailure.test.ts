import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFailure } from '../../../../src-sfu/app/startFailure.ts';
import { portProblem } from '../../../../src-sfu/base/startError.ts';
import { readOwnCertificate } from '../../../../src-sfu/http/trust/certificateFiles.ts';
import { readConfig } from '../../../../src-sfu/config.ts';
import { openStore, StoreError } from '../../../../src-sfu/storage/database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'mingchu.sqlite');
/** What something throws, or rejects with. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
const open = (): Promise<unknown> => thrownBy(() => openStore(folder));

describe('a hub that did not start is tried again', () => {
  it('while another program holds the database', async () => {
    const other = new SqliteDatabase(path());
    other.exec('BEGIN EXCLUSIVE');
    const error = await thrownBy(() => new SqliteDatabase(path(), { timeout: 0 }).exec('BEGIN IMMEDIATE'));
    other.close();
    const { text, exitCode } = startFailure(new StoreError(path(), error));
    expect(exitCode).toBe(3);
    expect(text).toContain('Another program holds it');
    // The same, found later in the start.
    expect(startFailure(error).exitCode).toBe(3);
  });

  it('while its disk is full', async () => {
    const database = new SqliteDatabase(path());
    database.pragma('max_page_count = 2');
    const error = await thrownBy(() =>
      database.exec('create table t (b); insert into t values (zeroblob(100000))'),
    );
    database.close();
    const { text, exitCode } = startFailure(new StoreError(path(), error));
    expect(exitCode).toBe(3);
    expect(text).toContain('The disk is full');
  });

  it('while the folder is not there, and while a port is taken or an address is missing', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(startFailure(await thrownBy(() => openStore(join(folder, 'file', 'data')))).exitCode).toBe(3);
    for (const code of ['EADDRINUSE', 'EADDRNOTAVAIL', 'ENOSPC']) {
      const error = await thrownBy(() => portProblem(7_400)(Object.assign(new Error(code), { code })));
      expect(startFailure(error).exitCode).toBe(3);
    }
  });
});

describe('a hub that did not start is left alone', () => {
  it('where its settings are wrong', async () => {
    const error = await thrownBy(() => readConfig({ MINGCHU_PORT: 'seventy' }, folder));
    expect(startFailure(error)).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('MINGCHU_PORT') as string,
    });
  });

  it('where the certificate that its settings name is wrong', async () => {
    const named = join(folder, 'server.pem');
    const read = () => thrownBy(() => readOwnCertificate(named, named, 0));
    const missing = startFailure(await read());
    expect(missing).toMatchObject({ exitCode: 2, text: expect.stringContaining('no such file') as string });
    writeFileSync(named, 'not a certificate');
    expect(startFailure(await read()).exitCode).toBe(2);
  });

  it('where its database is damaged', async () => {
    writeFileSync(path(), 'This is not a database, and is longer than the header of one. '.repeat(40));
    expect(startFailure(await open())).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('npm run restore') as string,
    });
  });

  it('where its tables are of a newer version, which it says', async () => {
    await (await openStore(folder)).destroy();
    const database = new SqliteDatabase(path());
    database.exec(`insert into kysely_migration values ('9999_of_tomorrow', '2030-01-01T00:00:00.000Z')`);
    database.close();
    expect(startFailure(await open())).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('newer version') as string,
    });
  });
});

it('a fault of the program is neither, and shows where it is', () => {
  const { text, exitCode } = startFailure(new TypeError('x is not a function'));
  expect(exitCode).toBe(1);
  expect(text).toContain('startFailure.test.ts');
  expect(startFailure('words')).toEqual({ text: 'words', exitCode: 1 });
});
