import { sql, type RawBuilder } from 'kysely';
import type { RetentionKind, RetentionRepository } from '../features/retention/retention.repository.ts';
import { citizenKeyId } from '../features/alerts/citizenIntake.ts';
import type { AuditArchiver } from './auditArchive.ts';
import type { Store } from './database.ts';

/** Rows that are removed in one transaction: some milliseconds of work. */
const rowsPerStep = 200;
/** Pages that are given back to the disk in one transaction; a page has 4 KiB. */
const pagesPerStep = 500;

type RowKind = Exclude<RetentionKind, 'audit'>;

/** What may be removed before a date: tables with their conditions. Open alerts and talks that go on are never among them. */
const conditions: Record<RowKind, (beforeMs: number) => [table: string, where: RawBuilder<unknown>][]> = {
  alerts: (beforeMs) => [
    [
      'alerts',
      sql`state in ('resolved', 'false_alarm', 'duplicate') and raised_at_ms < ${beforeMs}
        and coalesce(json_extract(document, '$.lastAtMs'), 0) < ${beforeMs}`,
    ],
  ],
  snapshots: (beforeMs) => [
    [
      'alert_snapshots',
      sql`received_at_ms < ${beforeMs} and state <> 'checking' and hash not in (
        select snapshot_hash from alert_occurrences join alerts on alerts.id = alert_occurrences.alert_id
        where snapshot_hash is not null and alerts.state not in ('resolved', 'false_alarm', 'duplicate'))`,
    ],
  ],
  status: (beforeMs) => [['member_status_changes', sql`received_at_ms < ${beforeMs}`]],
  talk: (beforeMs) => [
    ['talks', sql`started_at_ms < ${beforeMs} and end_cause is not null`],
    ['body_cam_times', sql`started_at_ms < ${beforeMs} and end_cause is not null`],
  ],
  positions: (beforeMs) => [['position_samples', sql`at_ms < ${beforeMs}`]],
  orders: (beforeMs) => {
    const ended = sql`state in ('closed', 'cancelled') and created_at_ms < ${beforeMs}`;
    const ofEnded = sql`order_id in (select id from orders where ${ended})`;
    return [
      ['order_steps', ofEnded],
      ['order_commands', ofEnded],
      ['attachments', sql`owner_kind = 'order' and owner_id in (select id from orders where ${ended})`],
      ['orders', ended],
    ];
  },
  findings: (beforeMs) => {
    const ended = sql`state in ('closed', 'withdrawn') and found_at_ms < ${beforeMs}`;
    const ofEnded = sql`finding_id in (select id from findings where ${ended})`;
    return [
      ['finding_steps', ofEnded],
      ['finding_commands', ofEnded],
      ['findings', ended],
    ];
  },
  shifts: (beforeMs) => {
    const ended = sql`state = 'ended' and started_at_ms < ${beforeMs}`;
    const ofEnded = sql`shift_id in (select id from shifts where ${ended})`;
    return [
      ['shift_notes', ofEnded],
      ['shift_commands', ofEnded],
      ['shifts', ended],
    ];
  },
  // The photographs go with the reports, also where other pictures of alerts are kept longer.
  citizens: (beforeMs) => [
    ['citizen_reports', sql`is_answered = 1 and received_at_ms < ${beforeMs}`],
    [
      'alert_snapshots',
      sql`received_at_ms < ${beforeMs} and state <> 'checking' and key_id = ${citizenKeyId} and hash not in (
        select snapshot_hash from alert_occurrences join alerts on alerts.id = alert_occurrences.alert_id
        where snapshot_hash is not null and alerts.state not in ('resolved', 'false_alarm', 'duplicate'))`,
    ],
  ],
  attachments: (beforeMs) => [
    [
      'attachments',
      sql`received_at_ms < ${beforeMs} and not (owner_kind = 'order' and owner_id in (
        select id from orders where state not in ('closed', 'cancelled')))`,
    ],
  ],
  sessions: (beforeMs) => [
    ['account_sessions', sql`ended_at_ms < ${beforeMs} or expires_at_ms < ${beforeMs}`],
    ['account_codes', sql`expires_at_ms < ${beforeMs}`],
    ['paired_screens', sql`ended_at_ms < ${beforeMs}`],
    ['member_sessions', sql`ended_at_ms < ${beforeMs}`],
    ['member_sign_in_codes', sql`expires_at_ms < ${beforeMs}`],
    ['site_links', sql`ended_at_ms < ${beforeMs} or expires_at_ms < ${beforeMs}`],
    ['site_reports', sql`at_ms < ${beforeMs}`],
  ],
};

/** Records in the store that are removed by their age; lines of the audit log leave it for files. */
export function createRetentionRepository(
  store: Store,
  archiver: AuditArchiver,
  nowMs: () => number,
): RetentionRepository {
  return {
    async count(kind, beforeMs) {
      if (kind === 'audit') return archiver.count(beforeMs);
      let count = 0;
      for (const [table, where] of conditions[kind](beforeMs)) {
        const { rows } = await sql<{ count: number }>`
          select count(*) as count from ${sql.table(table)} where ${where}
        `.execute(store);
        count += Number(rows[0]?.count ?? 0);
      }
      return count;
    },
    async removeSome(kind, beforeMs) {
      if (kind === 'audit') return archiver.step(beforeMs, nowMs());
      if (kind === 'alerts') return removeAlerts(store, beforeMs);
      for (const [table, where] of conditions[kind](beforeMs)) {
        const name = sql.table(table);
        const { numAffectedRows } = await sql`
          delete from ${name} where rowid in (select rowid from ${name} where ${where} limit ${sql.lit(rowsPerStep)})
        `.execute(store);
        if (Number(numAffectedRows ?? 0) > 0) return Number(numAffectedRows);
      }
      return 0;
    },
    async shrink() {
      await sql.raw(`pragma incremental_vacuum(${pagesPerStep})`).execute(store);
      const { rows } = await sql<{ auto_vacuum: number }>`pragma auto_vacuum`.execute(store);
      // A file that was made before cannot give room back in pieces; new records use the room.
      if (rows[0]?.auto_vacuum !== 2) return 0;
      const free = await sql<{ freelist_count: number }>`pragma freelist_count`.execute(store);
      return (free.rows[0]?.freelist_count ?? 0) * 4_096;
    },
  };
}

/** An alert goes with its reports, its history and the pictures that no other alert has. */
async function removeAlerts(store: Store, beforeMs: number): Promise<number> {
  return store.transaction().execute(async (transaction) => {
    const [[, where]] = conditions.alerts(beforeMs) as [[string, RawBuilder<unknown>]];
    const { rows } = await sql<{ id: string }>`
      select id from alerts where ${where} limit ${sql.lit(rowsPerStep)}
    `.execute(transaction);
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    const pictures = await transaction
      .selectFrom('alert_occurrences')
      .select('snapshot_hash')
      .distinct()
      .where('alert_id', 'in', ids)
      .where('snapshot_hash', 'is not', null)
      .execute();
    await transaction.deleteFrom('alert_occurrences').where('alert_id', 'in', ids).execute();
    await transaction.deleteFrom('alert_history').where('alert_id', 'in', ids).execute();
    for (const table of ['site_alert_views', 'site_appeals']) {
      await sql`delete from ${sql.table(table)} where alert_id in (${sql.join(ids)})`.execute(transaction);
    }
    await transaction.deleteFrom('alerts').where('id', 'in', ids).execute();
    for (const { snapshot_hash: hash } of pictures) {
      if (hash === null) continue;
      await sql`
        delete from alert_snapshots where hash = ${hash}
          and not exists (select 1 from alert_occurrences where snapshot_hash = ${hash})
      `.execute(transaction);
    }
    return ids.length;
  });
}
