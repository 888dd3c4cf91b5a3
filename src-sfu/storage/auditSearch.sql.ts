import { sql } from 'kysely';
import type { AuditFilter, AuditLine } from '../../src-shared/audit/audit.protocol.ts';
import type { AuditPage } from '../features/audit/audit.repository.ts';
import type { AuditArchive } from './auditArchiveFile.ts';
import type { AuditArchiveSearch } from './auditArchiveSearch.ts';
import type { Store } from './database.ts';
import { inwardDates, outwardDates, type RecordDates } from './recordDates.ts';

/** Archives that one page of a search reads at most: 200,000 lines, in about two seconds of a thread of its own. */
const archivesPerPage = 10;

/** The archives, and how the dates in them are read. */
export interface SearchedArchives {
  search: AuditArchiveSearch;
  dates: RecordDates;
}

interface Sought {
  filter: AuditFilter;
  limit: number;
  beforeId: number | undefined;
}

/** Lines from the newest back: those of the database, then those of the archives. */
export async function searchAudit(
  store: Store,
  archives: SearchedArchives | undefined,
  sought: Sought,
): Promise<AuditPage> {
  const { limit, beforeId } = sought;
  const stored = (await matching(store, sought).limit(limit).execute()).map(lineOf);
  const lastStored = stored.at(-1);
  if (lastStored !== undefined && stored.length >= limit)
    return { lines: stored, nextBeforeId: lastStored.id };
  if (archives === undefined) return { lines: stored };
  // Read after the lines: what was archived meanwhile is in both, and nothing is in neither.
  const all = await listArchives(store);
  const [newest] = all;
  if (newest === undefined) return { lines: stored };
  const waiting = all.filter(
    (archive) => (beforeId === undefined || archive.firstId < beforeId) && mayHave(archive, sought.filter),
  );
  const found = await archives.search.search({
    archives: waiting.slice(0, archivesPerPage),
    filter: recordFilter(sought.filter, archives.dates),
    beforeId,
    limit,
  });
  const archived = archivedLines(found.lines, archives.dates);
  const known = new Set(stored.map(({ id }) => id));
  const lines = [...stored, ...archived.filter(({ id }) => !known.has(id))]
    .sort((one, other) => other.id - one.id)
    .slice(0, limit);
  const isFull = lines.length >= limit;
  const nextBeforeId = isFull
    ? lines.at(-1)?.id
    : found.searched < waiting.length
      ? waiting[found.searched - 1]?.firstId
      : undefined;
  return {
    lines,
    ...(nextBeforeId === undefined ? {} : { nextBeforeId }),
    archives: {
      files: all.length,
      upToId: newest.lastId,
      left: waiting.length - found.searched,
      faults: found.faults.map(({ archive: { file, firstId, lastId }, kind }) => ({
        file,
        firstId,
        lastId,
        kind,
      })),
    },
  };
}

/** An archive with the dates of its lines, in the hub's own time; null where they are not known. */
export type DatedArchive = AuditArchive & { fromMs: number | null; toMs: number | null };

/** All archives, the newest first. */
export async function listArchives(store: Store): Promise<DatedArchive[]> {
  const rows = await store
    .selectFrom('audit_archives')
    .leftJoin('audit_archive_times', 'audit_archive_times.last_id', 'audit_archives.last_id')
    .select(['audit_archives.last_id', 'first_id', 'file', 'file_sha256', 'from_ms', 'to_ms'])
    .orderBy('audit_archives.last_id', 'desc')
    .execute();
  return rows.map(({ last_id, first_id, file, file_sha256, from_ms, to_ms }) => ({
    ...{ lastId: Number(last_id), firstId: Number(first_id), file, sha256: file_sha256 },
    fromMs: from_ms === null ? null : Number(from_ms),
    toMs: to_ms === null ? null : Number(to_ms),
  }));
}

/** Whether lines of an archive may be in the time that is searched. */
export function mayHave(archive: DatedArchive, { fromMs, toMs }: AuditFilter): boolean {
  return (
    (fromMs === undefined || archive.toMs === null || archive.toMs >= fromMs) &&
    (toMs === undefined || archive.fromMs === null || archive.fromMs <= toMs)
  );
}

/** The filter with the dates of records. */
export function recordFilter({ fromMs, toMs, ...filter }: AuditFilter, dates: RecordDates): AuditFilter {
  const [from, to] = inwardDates([fromMs, toMs], dates) as (number | undefined)[];
  return {
    ...filter,
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}

type AuditRow = Parameters<typeof lineOf>[0];

/** Lines of archives as lines of the log, in the hub's own time. */
export function archivedLines(
  lines: readonly (Omit<AuditRow, 'at_ms'> & { atMs: number })[],
  dates: RecordDates,
): AuditLine[] {
  const rows = lines.map(({ atMs, ...line }) => ({ ...line, at_ms: atMs }));
  return (outwardDates(rows, dates) as AuditRow[]).map(lineOf);
}

function lineOf({
  id,
  at_ms,
  actor,
  action,
  subject,
  detail,
  principal,
}: {
  id: number;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  principal: string | null;
}): AuditLine {
  return {
    id: Number(id),
    atMs: Number(at_ms),
    actor,
    action,
    subject,
    detail: parseObject(detail) ?? {},
    ...(principal === null ? {} : { principal: parseObject(principal) }),
  };
}

/** As `auditMatcher` (auditMatching.ts), in the database. */
function matching(store: Store, { filter, beforeId }: Sought) {
  const { fromMs, toMs, who, what, kinds } = filter;
  let query = store.selectFrom('audit_log').selectAll().orderBy('id', 'desc');
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs);
  if (toMs !== undefined) query = query.where('at_ms', '<=', toMs);
  if (who !== undefined && who !== '') query = query.where(contains(['actor', 'principal'], who));
  if (what !== undefined && what !== '') query = query.where(contains(['subject', 'detail'], what));
  if (kinds !== undefined && kinds.length > 0) {
    query = query.where(({ eb, or }) => or(kinds.map((kind) => eb('action', 'like', `${kind}:%`))));
  }
  return query;
}

/** Whether one of the columns contains the words, whatever characters they have. */
function contains(columns: readonly string[], words: string) {
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
  const parts = columns.map((column) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`);
  return sql<boolean>`(${sql.join(parts, sql` or `)})`;
}

/** A JSON object; undefined for any other text. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
