import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { appendAudit } from './audit.sql.ts';
import { chainStart, hashAuditLine, type AuditLine } from './auditChain.ts';
import type { Store } from './database.ts';
import { writeDurably } from './durableFile.ts';

/** Lines of one file: some megabytes, and one read of the database. */
const linesPerFile = 20_000;
/** Fewer lines are not worth a file, which is itself a line of the log. */
const leastLinesPerFile = 1_000;
/** Lines that leave the database in one transaction. */
const linesPerStep = 500;

export interface AuditArchiver {
  /** How many lines may leave the database: all from the first one up to the first that is as new as `beforeMs`. */
  count(beforeMs: number): Promise<number>;
  /**
   * Writes at most one file, durably, and removes lines that files have from the database, at most some hundred. Returns how many
   * were removed; 0 when nothing is left to do.
   */
  step(beforeMs: number, nowMs: number): Promise<number>;
}

/** Moves old lines of the audit log into files that the chain of hashes goes through: `audit-FIRST-LAST.jsonl`. */
export function createAuditArchiver(
  store: Store,
  folder: string,
  leastLines = leastLinesPerFile,
): AuditArchiver {
  const archivedUpTo = async (): Promise<number> => {
    const row = await store
      .selectFrom('audit_archives')
      .select(({ fn }) => fn.max<number | null>('last_id').as('lastId'))
      .executeTakeFirst();
    return Number(row?.lastId ?? 0);
  };
  /** The last line that may leave: dates may have been set back, so it is the one before the first new one. */
  const lastOld = async (beforeMs: number): Promise<number> => {
    const { rows } = await sql<{ lastId: number }>`
      select min(coalesce((select min(id) - 1 from audit_log where at_ms >= ${beforeMs}), max(id) - 1), max(id) - 1) as lastId
      from audit_log
    `.execute(store);
    return Number(rows[0]?.lastId ?? 0);
  };
  const removeArchived = async (upTo: number): Promise<number> => {
    if (upTo === 0) return 0;
    const { numAffectedRows } = await sql`
      delete from audit_log where id in (select id from audit_log where id <= ${upTo} order by id limit ${sql.lit(linesPerStep)})
    `.execute(store);
    return Number(numAffectedRows ?? 0);
  };
  const writeFile = async (firstId: number, lastId: number, nowMs: number): Promise<void> => {
    const lines = await readLines(store, firstId, lastId);
    const last = lines.at(-1);
    if (last === undefined || last.id !== lastId)
      throw new Error(`Line ${lastId} of the audit log is missing.`);
    refuseBroken(lines, firstId);
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    const file = `audit-${padded(firstId)}-${padded(lastId)}.jsonl`;
    await writeDurably(join(folder, file), Buffer.from(text));
    await store.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('audit_archives')
        .values({
          last_id: lastId,
          first_id: firstId,
          last_hash: last.hash,
          file,
          file_sha256: createHash('sha256').update(text).digest('hex'),
          at_ms: nowMs,
        })
        .execute();
      // Within the database, so that dates stay as they were stored.
      await sql`
        insert into audit_archive_times (last_id, from_ms, to_ms)
        select ${lastId}, min(at_ms), max(at_ms) from audit_log where id between ${firstId} and ${lastId}
      `.execute(transaction);
      const detail = { lines: lines.length };
      await appendAudit(transaction, {
        atMs: nowMs,
        actor: 'hub',
        action: 'audit:archive',
        subject: file,
        detail,
      });
    });
  };
  return {
    async count(beforeMs) {
      return Math.max(0, (await lastOld(beforeMs)) - (await archivedUpTo()));
    },
    async step(beforeMs, nowMs) {
      const upTo = await archivedUpTo();
      const removed = await removeArchived(upTo);
      if (removed > 0) return removed;
      const lastId = Math.min(await lastOld(beforeMs), upTo + linesPerFile);
      if (lastId - upTo < leastLines) return 0;
      await writeFile(upTo + 1, lastId, nowMs);
      return removeArchived(lastId);
    },
  };
}

/**
 * Lines as they are stored. A hash is of the stored text: after the date was set, the store maps dates and documents with dates to the hub's
 * own time, so each comes as text behind a letter, which no mapping recognises.
 */
async function readLines(
  store: Store,
  firstId: number,
  lastId: number,
): Promise<(AuditLine & { hash: string })[]> {
  const { rows } = await sql<
    Record<'atMs' | 'actor' | 'action' | 'subject' | 'detail', string> & {
      id: number;
      principal: string | null;
      hash: string | null;
    }
  >`
    select id, 'x' || at_ms as atMs, 'x' || actor as actor, action, 'x' || subject as subject, 'x' || detail as detail,
      'x' || principal as principal, hash
    from audit_log where id between ${sql.lit(firstId)} and ${sql.lit(lastId)} order by id
  `.execute(store);
  return rows.map(({ id, atMs, actor, action, subject, detail, principal, hash }) => ({
    ...{ id: Number(id), atMs: Number(atMs.slice(1)), actor: actor.slice(1), action },
    ...{ subject: subject.slice(1), detail: detail.slice(1), principal: principal?.slice(1) ?? null },
    hash: hash ?? '',
  }));
}

/** Lines that do not follow one another stay in the database, where `npm run audit -- verify` names them. */
function refuseBroken(lines: readonly (AuditLine & { hash: string })[], firstId: number): void {
  let previous = firstId === 1 ? chainStart.hash : undefined;
  for (const [index, line] of lines.entries()) {
    const isNext = line.id === firstId + index;
    if (!isNext || (previous !== undefined && hashAuditLine(previous, line) !== line.hash)) {
      throw new Error(
        `Line ${line.id} of the audit log does not follow the one before. Run: npm run audit -- verify`,
      );
    }
    previous = line.hash;
  }
}

const padded = (id: number): string => String(id).padStart(10, '0');
