import type { CitizenRecord, CitizensRepository } from '../features/citizens/citizens.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';

type CitizensTables = {
  citizen_reports: {
    id: string;
    code_hash: string;
    alert_id: string | null;
    same_as: string | null;
    is_answered: number;
    received_at_ms: number;
    document: string;
  };
};
type Row = CitizensTables['citizen_reports'];

/** Reports of citizens in the store. */
export function createCitizensRepository(store: Store): CitizensRepository {
  const reports = store.withTables<CitizensTables>().selectFrom('citizen_reports').selectAll();
  return {
    async loadOpen() {
      const rows = await reports
        .where('is_answered', '=', 0)
        .where('same_as', 'is', null)
        .orderBy('received_at_ms')
        .execute();
      return rows.map(recordOf);
    },
    async find(reportId) {
      const row = await reports.where('id', '=', reportId).executeTakeFirst();
      return row === undefined ? undefined : recordOf(row);
    },
    async findByCode(codeHash) {
      const row = await reports.where('code_hash', '=', codeHash).executeTakeFirst();
      return row === undefined ? undefined : recordOf(row);
    },
    async ofAlert(alertId, limit) {
      const rows = await reports
        .where('alert_id', '=', alertId)
        .where('same_as', 'is', null)
        .orderBy('received_at_ms')
        .limit(limit)
        .execute();
      return rows.map((row) => recordOf(row).report);
    },
    async save(records, audit) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<CitizensTables>();
        for (const { report, codeHash, contentHash, sameAs } of records) {
          const isAnswered = report.answered === undefined ? 0 : 1;
          const changing = {
            alert_id: report.alertId ?? null,
            is_answered: isAnswered,
            document: JSON.stringify({ report, contentHash }),
          };
          await within
            .insertInto('citizen_reports')
            .values({
              id: report.reportId,
              code_hash: codeHash,
              same_as: sameAs ?? null,
              received_at_ms: report.receivedAtMs,
              ...changing,
            })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(changing))
            .execute();
          if (isAnswered === 0) continue;
          await within
            .updateTable('citizen_reports')
            .set({ is_answered: 1 })
            .where('same_as', '=', report.reportId)
            .execute();
        }
        await appendAudit(transaction, ...audit);
      });
    },
  };
}

function recordOf({ code_hash: codeHash, same_as: sameAs, document }: Row): CitizenRecord {
  const parsed = JSON.parse(document) as Pick<CitizenRecord, 'report' | 'contentHash'>;
  return { ...parsed, codeHash, ...(sameAs === null ? {} : { sameAs }) };
}
