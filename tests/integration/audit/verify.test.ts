import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { openStore } from '../../../src-sfu/storage/database.ts';
import { createSettingsRepository } from '../../../src-sfu/storage/settings.sql.ts';

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'audit.mjs');

function verify(dataDir: string, ...more: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, 'verify', '--data', dataDir, ...more],
    { encoding: 'utf8' },
  );
  return { status, text: stdout + stderr };
}

/** The files of a database that nobody has open. */
function copyDatabase(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of ['mingchu.sqlite', 'mingchu.sqlite-wal', 'mingchu.sqlite-shm', 'audit-heads.jsonl']) {
    rmSync(join(to, name), { force: true });
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}

function tamper(dataDir: string, statement: string): void {
  const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'));
  const triggers = database.prepare("select name, sql from sqlite_master where type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of triggers) database.exec(`drop trigger ${name}`);
  database.exec(statement);
  for (const { sql } of triggers) database.exec(sql);
  database.close();
}

async function changeSettings(dataDir: string, count: number): Promise<void> {
  const store = await openStore(dataDir);
  const settings = createSettingsRepository(store);
  for (let number = 0; number < count; number += 1)
    await settings.save(`s${number}`, number, '王芳', 1_790_000_000_000);
  await store.destroy();
}

describe('npm run audit -- verify', () => {
  let hub: HubProcess;
  let original: string;
  let copy: string;
  beforeAll(async () => {
    hub = await startHubProcess();
    await hub.stop();
    original = hub.dataDir;
    copy = join(original, 'copy');
    await changeSettings(original, 6);
    // At its start and at its end the hub publishes the head.
    const again = await startHubProcess({ dataDir: original });
    await again.stop();
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('finds a whole log whole', () => {
    const { status, text } = verify(original);
    expect(text).toMatch(/^The audit log is whole: \d+ lines, compared with [12] published heads/);
    expect(status).toBe(0);
  });

  it.each([
    ['an edit', "update audit_log set actor = '李强' where id = 3", 'Line 3 was changed'],
    ['a deletion', 'delete from audit_log where id = 3', 'Line 3 is missing'],
    [
      'a swap',
      'update audit_log set id = -1 where id = 2; update audit_log set id = 2 where id = 4; update audit_log set id = 4 where id = -1',
      'Line 2 was changed',
    ],
    ['the end cut off', 'delete from audit_log where id > 4', /The lines? 5.* (?:is|are) missing/],
  ])('finds %s and says which line', (_name, statement, sentence) => {
    copyDatabase(original, copy);
    tamper(copy, statement);
    const { status, text } = verify(copy);
    expect(text).toMatch(sentence);
    expect(text).toContain('The audit log is NOT whole');
    expect(status).toBe(1);
  });

  it('finds an older copy of the database by the heads beside it, and by those of another place', async () => {
    copyDatabase(original, copy);
    await changeSettings(original, 2);
    const again = await startHubProcess({ dataDir: original });
    await again.stop();
    expect(verify(original).status).toBe(0);
    expect(verify(copy).status).toBe(0);
    const { status, text } = verify(copy, '--heads', join(original, 'audit-heads.jsonl'));
    expect(text).toMatch(/are missing/);
    expect(status).toBe(1);
  });

  it('is said by the hub itself when it starts with a log whose end was cut off', async () => {
    copyDatabase(original, copy);
    tamper(copy, 'delete from audit_log where id > 3');
    const tampered = await startHubProcess({ dataDir: copy });
    const health = (await (await fetch(`${tampered.url}/healthz`)).json()) as { audit: unknown };
    await tampered.stop();
    expect(health.audit).toMatchObject({ kind: 'missing' });
  });

  it('says what it cannot read', () => {
    const { status, text } = verify(join(original, 'nowhere'));
    expect(text).toContain('cannot be read');
    expect(status).toBe(3);
    expect(verify(original, '--heads', join(original, 'nothing')).status).toBe(3);
    expect(verify(original, '--what').status).toBe(2);
    expect(readFileSync(join(original, 'audit-heads.jsonl'), 'utf8').split('\n').length).toBeGreaterThan(1);
  });
});
