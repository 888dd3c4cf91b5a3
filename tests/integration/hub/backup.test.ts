import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src-sfu/storage/database.ts';
import { createSettingsRepository } from '../../../src-sfu/storage/settings.sql.ts';
import { startHubProcess } from '../../support/processes.ts';

const scripts = join(import.meta.dirname, '..', '..', '..', 'scripts');
const scratch = mkdtempSync(join(tmpdir(), 'mingchu-backups-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function run(name: 'backup' | 'restore' | 'audit', ...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(scripts, `${name}.mjs`), ...options], {
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

async function save(dataDir: string, value: string): Promise<void> {
  const store = await openStore(dataDir);
  await createSettingsRepository(store).save('theme', value, '王芳', Date.now());
  await store.destroy();
}

/** What the settings of a data folder say; throws where the database is not whole. */
function read(dataDir: string): string {
  const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), {
    readonly: true,
    fileMustExist: true,
  });
  try {
    expect(database.pragma('quick_check', { simple: true })).toBe('ok');
    return String(
      database.prepare(`select json_extract(value, '$') from settings where name = 'theme'`).pluck().get(),
    );
  } finally {
    database.close();
  }
}

describe('npm run backup and npm run restore', () => {
  it('copy the data of a hub that runs, and bring it back; the audit log stays whole and says so', async () => {
    let hub = await startHubProcess();
    const { dataDir } = hub;
    const target = join(scratch, 'first');
    expect(run('backup', target, '--data', dataDir)).toMatchObject({ status: 0 });
    const whileItRuns = run('restore', target, '--data', dataDir);
    expect(whileItRuns).toMatchObject({ status: 3 });
    expect(whileItRuns.text).toMatch(/Stop/);
    await hub.stop();
    await save(dataDir, 'later');
    const checked = run('restore', target, '--data', dataDir, '--dry-run');
    expect(checked.text).toContain('can be restored');
    const restored = run('restore', target, '--data', dataDir);
    expect(restored).toMatchObject({ status: 0 });
    expect(restored.text).toContain('are kept in');
    expect(read(dataDir)).toBe('undefined');
    hub = await startHubProcess({ dataDir });
    const health = (await (await fetch(`${hub.url}/healthz`)).json()) as object;
    expect(health).toMatchObject({ status: 'ok', audit: 'agrees' });
    await hub.stop();
    const verified = run('audit', 'verify', '--data', dataDir);
    expect(verified.text).toMatch(/was restored; the lines \d+ to \d+ of the log before it were replaced/);
    expect(verified.text).toContain('The audit log is whole');
    expect(verified.status).toBe(0);
  });

  it('leave the old database or the new one, whole, when they are killed at any moment', async () => {
    const dataDir = join(scratch, 'killed');
    const target = join(scratch, 'of-killed');
    await save(dataDir, 'old');
    expect(run('backup', target, '--data', dataDir).status).toBe(0);
    const seen = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      await save(dataDir, 'new');
      const child = spawn(process.execPath, [join(scripts, 'restore.mjs'), target, '--data', dataDir]);
      const ended = once(child, 'exit');
      // Until the work begins nothing can be broken off; from then on it takes some 100 ms.
      await Promise.race([untilItBegins(dataDir), ended]);
      await delay(round * 20);
      child.kill('SIGKILL');
      await ended;
      seen.add(read(dataDir));
    }
    expect([...seen].filter((value) => value !== 'old' && value !== 'new')).toEqual([]);
    expect(run('restore', target, '--data', dataDir).status).toBe(0);
    expect(read(dataDir)).toBe('old');
    expect(readdirSync(dataDir)).not.toContain('restore.incomplete');
  });

  it('say what is wrong, with the exit code', () => {
    expect(run('restore', join(scratch, 'none'), '--data', scratch)).toMatchObject({ status: 3 });
    expect(run('restore')).toMatchObject({ status: 2 });
    expect(run('restore', 'a', '--credentials', 'maybe')).toMatchObject({ status: 2 });
    expect(run('backup', 'a', 'b')).toMatchObject({ status: 2 });
  });
});

async function untilItBegins(dataDir: string): Promise<void> {
  while (!existsSync(join(dataDir, 'restore.incomplete'))) await delay(2);
}
