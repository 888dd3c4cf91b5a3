import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { verifyAuditChain } from '../../../src-sfu/storage/auditChain.ts';
import { auditArchiveFolder, readAuditLines } from '../../../src-sfu/storage/auditReading.ts';
import { openAuditHeadsFile } from '../../../src-sfu/storage/auditHeadsFile.ts';
import type { StoredKind } from './ledger.ts';

/** Name of the file with the published heads of the audit log, when it is in the data folder. */
const headsFile = 'audit-heads.jsonl';

/** What the database of a hub that is stopped holds of a shift, by kind; each id as often as it is there. */
export function readAfterwards(dataDir: string): Map<StoredKind, string[]> {
  const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), { readonly: true });
  const ids = (sql: string): string[] =>
    (database.prepare(sql).all() as { id: string }[]).map(({ id }) => id.split('\u0001')[0] ?? id);
  const ofAudit = (action: string): string[] =>
    ids(`SELECT subject AS id FROM audit_log WHERE action = '${action}'`);
  try {
    const emergencies = new Set(ids('SELECT id FROM emergencies'));
    const library = database.prepare(`SELECT value FROM settings WHERE value LIKE '%"scenes"%'`).all() as {
      value: string;
    }[];
    return new Map<StoredKind, string[]>([
      ['alert', ids('SELECT external_id AS id FROM alert_occurrences')],
      [
        'note',
        ids(`SELECT json_extract(entry, '$.note') AS id FROM alert_history WHERE entry LIKE '%"noted"%'`),
      ],
      // Both the emergency and its first line in the audit log.
      ['emergency', ofAudit('squads:raiseEmergency').filter((id) => emergencies.has(id))],
      ['acknowledgement', ofAudit('squads:emergency.acknowledged')],
      ['end', ofAudit('squads:emergency.ended')],
      ['status', ids('SELECT change_id AS id FROM member_status_changes')],
      [
        'scene',
        library.flatMap(({ value }) =>
          (JSON.parse(value) as { scenes: { name: string }[] }).scenes.map(({ name }) => name),
        ),
      ],
      ['site', ids('SELECT external_id AS id FROM sites')],
      // A floor that was given once is there once: the second of two has the same epoch.
      ['talk', ids(`SELECT talks.id || '' AS id FROM talks JOIN talks AS same USING (group_id, epoch)`)],
    ]);
  } finally {
    database.close();
  }
}

/** What is wrong with the chain of the audit log, in words; nothing when it is whole. */
export async function auditFaults(dataDir: string): Promise<string[]> {
  const database = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), { readonly: true });
  try {
    const { lines, archiveFaults } = readAuditLines(database, join(dataDir, auditArchiveFolder));
    const { faults } = verifyAuditChain(lines, await openAuditHeadsFile(join(dataDir, headsFile)).read());
    return [...archiveFaults, ...faults.map((fault) => JSON.stringify(fault))];
  } finally {
    database.close();
  }
}
