import { sql } from 'kysely';
import type { Clause } from '../../src-shared/findings/clauses.ts';
import type { Finding, FindingStep } from '../../src-shared/findings/findings.protocol.ts';
import type {
  AnsweredFindingCommand,
  ClausesRepository,
  FindingsRepository,
} from '../features/findings/findings.repository.ts';
import { appendAudit } from './audit.sql.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import { searchFindings } from './findingsSearch.sql.ts';
import type { FindingsTables } from './findingsTables.ts';
import { numberColumn, storedCommands, textColumn } from './storedCommands.sql.ts';

const endedStates = ['closed', 'withdrawn'];

const commands = storedCommands<AnsweredFindingCommand>('finding_commands', {
  commandId: textColumn('id'),
  findingId: textColumn('finding_id'),
  atMs: numberColumn('at_ms'),
  refusal: textColumn('refusal'),
});

/** Findings in the store. */
export function createFindingsRepository(store: Store): FindingsRepository {
  const tables = store.withTables<FindingsTables>();
  const findingOf = ({ document }: { document: string }): Finding => JSON.parse(document) as Finding;
  return {
    async loadOpen() {
      const rows = await tables
        .selectFrom('findings')
        .select('document')
        .where('state', 'not in', endedStates)
        .orderBy('count')
        .execute();
      return rows.map(findingOf);
    },
    async lastCount() {
      const { rows } = await sql<{
        seq: number;
      }>`select seq from sqlite_sequence where name = 'findings'`.execute(store);
      return Number(rows[0]?.seq ?? 0);
    },
    async save({ finding, steps, count, command, audit }) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<FindingsTables>();
        const row = {
          state: finding.state,
          escalation: finding.escalation,
          is_appealed: finding.appeal === undefined ? 0 : 1,
          document: JSON.stringify(finding),
        };
        if (count === undefined) {
          await within.updateTable('findings').set(row).where('id', '=', finding.findingId).execute();
        } else {
          const { place } = finding;
          await within
            .insertInto('findings')
            .values({
              count,
              id: finding.findingId,
              class: finding.class,
              site_id: place.siteId ?? null,
              district: place.district ?? null,
              camera_id: place.cameraId ?? null,
              order_id: finding.orderId ?? null,
              alert_id: finding.alertId ?? null,
              found_at_ms: finding.foundAtMs,
              ...row,
            })
            .execute();
        }
        for (const step of steps) {
          const line = {
            id: undefined,
            finding_id: finding.findingId,
            at_ms: step.atMs,
            document: JSON.stringify(step),
          };
          await within.insertInto('finding_steps').values(line).execute();
        }
        if (command !== undefined) {
          await commands.save(transaction, command);
        }
        await appendAudit(transaction, {
          atMs: steps[0]?.atMs ?? finding.sinceMs,
          subject: finding.number,
          ...audit,
        });
      });
    },
    saveRefused: (command) => commands.save(store, command),
    findCommands: (commandIds) => commands.find(store, commandIds),
    async find(findingId) {
      const row = await tables
        .selectFrom('findings')
        .select('document')
        .where('id', '=', findingId)
        .executeTakeFirst();
      return row === undefined ? undefined : findingOf(row);
    },
    async steps(findingId) {
      const rows = await tables
        .selectFrom('finding_steps')
        .select('document')
        .where('finding_id', '=', findingId)
        .orderBy('id')
        .execute();
      return rows.map(({ document }) => JSON.parse(document) as FindingStep);
    },
    search: (question) => searchFindings(store, question),
  };
}

/** Clauses in the store. */
export function createClausesRepository(store: Store): ClausesRepository {
  return {
    async load() {
      const rows = await store
        .withTables<FindingsTables>()
        .selectFrom('clauses')
        .select('document')
        .execute();
      return rows.map(({ document }) => JSON.parse(document) as Clause);
    },
    async save(clauses, { atMs, actor, action }) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<FindingsTables>();
        const rows = clauses.map((clause) => ({ number: clause.number, document: JSON.stringify(clause) }));
        for (const some of chunks(rows)) {
          await within
            .insertInto('clauses')
            .values(some)
            .onConflict((conflict) =>
              conflict.column('number').doUpdateSet({ document: sql<string>`excluded.document` }),
            )
            .execute();
        }
        const [first] = clauses;
        const subject = clauses.length === 1 && first !== undefined ? first.number : `${clauses.length}`;
        await appendAudit(transaction, { atMs, actor, action, subject, detail: { clauses: clauses.length } });
      });
    },
  };
}
