import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import {
  retentionKinds,
  type Growth,
  type KindGrowth,
  type RetentionKind,
} from '../../src-shared/retention/retention.protocol.ts';
import { removedBefore, type KeptDays } from '../features/retention/retention.service.ts';
import type { RetentionRepository } from '../features/retention/retention.repository.ts';
import { attachmentsFolder } from './attachmentPaths.ts';
import { auditArchiveFolder } from './auditReading.ts';
import { databaseFileName, type Store } from './database.ts';

const dayMs = 86_400_000;
/** Growth is what came within this time. */
const growthSpanMs = 7 * dayMs;
/** Rows that are read to estimate how long one is. */
const sampledRows = 200;

/** The tables of each kind: the first has one row for each record, with the column of its date; the others belong to it. */
const tablesOf: Record<RetentionKind, readonly (readonly [table: string, dateColumn?: string])[]> = {
  alerts: [
    ['alerts', 'raised_at_ms'],
    ['alert_occurrences'],
    ['alert_history'],
    ['site_alert_views'],
    ['site_appeals'],
  ],
  snapshots: [['alert_snapshots', 'received_at_ms']],
  status: [['member_status_changes', 'received_at_ms']],
  attachments: [['attachments', 'received_at_ms'], ['attachment_uploads']],
  talk: [['talks', 'started_at_ms'], ['body_cam_times']],
  positions: [['position_samples', 'at_ms']],
  orders: [['orders', 'created_at_ms'], ['order_steps'], ['order_commands']],
  shifts: [['shifts', 'started_at_ms'], ['shift_notes'], ['shift_commands']],
  citizens: [['citizen_reports', 'received_at_ms']],
  findings: [['findings', 'found_at_ms'], ['finding_steps'], ['finding_commands']],
  sessions: [
    ['account_sessions', 'created_at_ms'],
    ['member_sessions', 'signed_in_at_ms'],
    ['site_links', 'made_at_ms'],
    ['site_reports'],
  ],
  audit: [['audit_log', 'at_ms']],
};

/** Reads how much there is of everything that grows. It takes some milliseconds of the database for each 100,000 rows. */
export async function readGrowth(options: {
  store: Store;
  repository: Pick<RetentionRepository, 'count'>;
  kept: KeptDays;
  dataDir: string;
  nowMs: number;
}): Promise<Growth> {
  const { store, repository, kept, dataDir, nowMs } = options;
  const kinds: KindGrowth[] = [];
  for (const kind of retentionKinds) {
    const beforeMs = removedBefore(kept, kind, nowMs);
    const removable = beforeMs === undefined ? 0 : await repository.count(kind, beforeMs);
    kinds.push({ kind, ...(await readKind(store, kind, nowMs)), keptDays: kept[kind], removable });
  }
  const databaseBytes = ['', '-wal']
    .map((end) => statSync(join(dataDir, databaseFileName + end), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
  return {
    kinds,
    places: [
      { place: 'database', files: 1, bytes: databaseBytes },
      { place: 'snapshots', ...(await sizeOf(join(dataDir, 'snapshots'))) },
      { place: 'posters', ...(await sizeOf(join(dataDir, 'posters'))) },
      { place: 'attachments', ...(await sizeOf(join(dataDir, attachmentsFolder))) },
      { place: 'audit_archive', ...(await sizeOf(join(dataDir, auditArchiveFolder))) },
      { place: 'map', ...(await sizeOf(join(dataDir, 'map'))) },
    ],
  };
}

async function readKind(
  store: Store,
  kind: RetentionKind,
  nowMs: number,
): Promise<Pick<KindGrowth, 'rows' | 'bytes' | 'oldestMs' | 'rowsPerDay'>> {
  let [rows, bytes, newRows] = [0, 0, 0];
  let oldestMs: number | undefined;
  for (const [table, dateColumn] of tablesOf[kind]) {
    const name = sql.table(table);
    const count = await oneNumber(store, sql`select count(*) as value from ${name}`);
    bytes += count * (await meanRowBytes(store, table));
    if (dateColumn === undefined || count === 0) continue;
    const date = sql.ref(dateColumn);
    rows += count;
    newRows += await oneNumber(
      store,
      sql`select count(*) as value from ${name} where ${date} >= ${nowMs - growthSpanMs}`,
    );
    const first = await oneNumber(store, sql`select min(${date}) as value from ${name}`);
    oldestMs = Math.min(oldestMs ?? Infinity, first);
  }
  if (kind === 'attachments') {
    bytes += await oneNumber(store, sql`select coalesce(sum(bytes), 0) as value from attachments`);
  }
  if (kind === 'snapshots') {
    bytes += await oneNumber(store, sql`select coalesce(sum(bytes), 0) as value from alert_snapshots`);
  }
  const spanMs = Math.min(growthSpanMs, Math.max(dayMs, nowMs - (oldestMs ?? nowMs)));
  return {
    rows,
    bytes: Math.round(bytes),
    ...(oldestMs === undefined ? {} : { oldestMs }),
    rowsPerDay: Math.round((newRows * dayMs * 10) / spanMs) / 10,
  };
}

async function oneNumber(store: Store, query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await query.execute(store);
  return Number((rows[0] as { value?: number | null } | undefined)?.value ?? 0);
}

/** How long a row is, with what SQLite adds for a row and its index entries. */
async function meanRowBytes(store: Store, table: string): Promise<number> {
  const { rows } = await sql<Record<string, unknown>>`
    select * from ${sql.table(table)} limit ${sql.lit(sampledRows)}
  `.execute(store);
  if (rows.length === 0) return 0;
  const total = rows.reduce((sum, row) => sum + Object.values(row).reduce<number>(addBytes, 16), 0);
  return total / rows.length;
}

function addBytes(sum: number, value: unknown): number {
  if (typeof value === 'string') return sum + Buffer.byteLength(value);
  if (value instanceof Uint8Array) return sum + value.byteLength;
  return sum + (value === null ? 1 : 8);
}

async function sizeOf(folder: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let [files, bytes] = [0, 0];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return { files, bytes };
}
