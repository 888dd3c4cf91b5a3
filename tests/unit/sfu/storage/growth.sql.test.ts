import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendAudit } from '../../../../src-sfu/storage/audit.sql.ts';
import { createAuditArchiver } from '../../../../src-sfu/storage/auditArchive.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { readGrowth } from '../../../../src-sfu/storage/growth.sql.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import { growthSchema } from '../../../../src-shared/retention/retention.protocol.ts';

const dayMs = 86_400_000;
const nowMs = 1_790_000_000_000;
const forEver = {
  alerts: 0,
  snapshots: 0,
  status: 0,
  talk: 0,
  orders: 0,
  findings: 0,
  attachments: 0,
  positions: 0,
  shifts: 0,
  citizens: 0,
  sessions: 0,
  audit: 0,
};

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-growth-'));
  store = await openStore(folder);
});
afterEach(async () => {
  await (store as unknown as { destroy(): Promise<void> }).destroy();
  rmSync(folder, { recursive: true, force: true });
});

const read = async (kept: Partial<typeof forEver> = {}) => {
  const repository = createRetentionRepository(store, createAuditArchiver(store, folder), () => nowMs);
  const growth = await readGrowth({
    store,
    repository,
    kept: { ...forEver, ...kept },
    dataDir: folder,
    nowMs,
  });
  // What is sent must be what the wire says.
  expect(growthSchema.parse(growth)).toEqual(growth);
  return growth;
};
const picture = (hash: string, bytes: number, ageDays: number) =>
  sql`insert into alert_snapshots (hash, state, bytes, received_at_ms)
    values (${hash}, 'ready', ${bytes}, ${nowMs - ageDays * dayMs})`.execute(store);

describe('what grows in a hub', () => {
  it('is nothing in a new one, whose kinds are all there', async () => {
    const { kinds, places } = await read();
    expect(kinds.map(({ kind }) => kind)).toEqual(Object.keys(forEver));
    for (const kind of kinds.filter(({ kind: name }) => name !== 'audit')) {
      expect(kind).toEqual({ kind: kind.kind, rows: 0, bytes: 0, rowsPerDay: 0, keptDays: 0, removable: 0 });
    }
    expect(places.find(({ place }) => place === 'database')?.bytes).toBeGreaterThan(4_096);
  });

  it('is counted with its oldest, what comes in a day, and what its setting would remove', async () => {
    for (let index = 0; index < 14; index += 1) await picture(`new ${index}`, 1_000_000, 1);
    for (let index = 0; index < 6; index += 1) await picture(`old ${index}`, 1_000_000, 100);
    const found = async (kept: object) => (await read(kept)).kinds.find(({ kind }) => kind === 'snapshots');
    const kept = await found({});
    expect(kept).toMatchObject({ rows: 20, oldestMs: nowMs - 100 * dayMs, rowsPerDay: 2, removable: 0 });
    expect(kept?.bytes).toBeGreaterThan(20_000_000);
    expect(kept?.bytes).toBeLessThan(20_100_000);
    expect(await found({ snapshots: 30 })).toMatchObject({ keptDays: 30, removable: 6 });
  });

  it('has the size of long records, of text in every script', async () => {
    await store.transaction().execute(async (transaction) => {
      for (let line = 0; line < 50; line += 1) {
        const detail = { text: '温'.repeat(1_000) };
        await appendAudit(transaction, { atMs: nowMs, actor: 'a', action: 'b', subject: 'c', detail });
      }
    });
    const audit = (await read()).kinds.find(({ kind }) => kind === 'audit');
    expect(audit?.bytes).toBeGreaterThan(150_000);
    expect(audit?.bytes).toBeLessThan(200_000);
  });

  it('has a day at least to be divided by, so that the first hour does not look like a flood', async () => {
    await picture('first', 1, 0.04);
    expect((await read()).kinds.find(({ kind }) => kind === 'snapshots')?.rowsPerDay).toBe(1);
  });

  it('counts the files of each place, in folders too', async () => {
    mkdirSync(join(folder, 'snapshots', 'ab'), { recursive: true });
    writeFileSync(join(folder, 'snapshots', 'one.jpg'), Buffer.alloc(10));
    writeFileSync(join(folder, 'snapshots', 'ab', 'two.jpg'), Buffer.alloc(20));
    const { places } = await read();
    expect(places).toContainEqual({ place: 'snapshots', files: 2, bytes: 30 });
    expect(places).toContainEqual({ place: 'map', files: 0, bytes: 0 });
  });
});
