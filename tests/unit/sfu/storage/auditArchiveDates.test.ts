import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { appendAudit } from '../../../../src-sfu/storage/audit.sql.ts';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { verifyAuditChain } from '../../../../src-sfu/storage/auditChain.ts';
import { readAuditLines } from '../../../../src-sfu/storage/auditReading.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const day = 24 * 3_600_000;

it.each([2 * day, -2 * day])(
  'archives of the audit log are made after the date was set by %d ms while the hub runs, with the lines as they were stored',
  async (stepMs) => {
    const dataDir = temporaryFolder('mingchu-archive-dates-');
    let aheadMs = 0;
    const store = await openStore(dataDir, {
      hasStepped: () => aheadMs !== 0,
      toRecordMs: (ms) => ms + aheadMs,
      toOwnMs: (ms) => ms - aheadMs,
    });
    const startMs = 1_790_000_000_000;
    const write = (number: number) =>
      appendAudit(store, {
        atMs: startMs + number,
        actor: '["陈静"]',
        action: 'settings:save',
        subject: `{"nameMs":${startMs}}`,
        detail: { fromMs: startMs, name: '早' },
      });
    for (let number = 1; number <= 10; number += 1) await write(number);
    aheadMs = stepMs;
    for (let number = 11; number <= 14; number += 1) await write(number);
    const archiver = createAuditArchiver(store, join(dataDir, 'audit-archive'), 1);
    while ((await archiver.step(startMs + 10 * day, startMs + 10 * day)) > 0);
    await store.destroy();
    const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), { readonly: true });
    const files = database.prepare('select file from audit_archives').all() as { file: string }[];
    expect(files.length).toBeGreaterThan(0);
    const text = readFileSync(join(dataDir, 'audit-archive', files[0]?.file ?? ''), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { atMs: number; detail: string });
    expect(lines[0]?.atMs).toBe(startMs + 1);
    expect(lines[0]?.detail).toContain(String(startMs));
    expect(lines.at(10)?.atMs).toBe(startMs + 11 + stepMs);
    const { lines: all, archiveFaults } = readAuditLines(database, join(dataDir, 'audit-archive'));
    expect([archiveFaults, verifyAuditChain(all, []).faults]).toEqual([[], []]);
    database.close();
  },
);
