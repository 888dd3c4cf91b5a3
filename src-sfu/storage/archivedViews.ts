import type { AuditLine } from '../../src-shared/audit/audit.protocol.ts';
import type { Period, ViewGap } from '../features/timeline/timeline.ports.ts';
import {
  archivedLines,
  listArchives,
  mayHave,
  recordFilter,
  type SearchedArchives,
} from './auditSearch.sql.ts';
import type { Store } from './database.ts';

/** Archives that one timeline reads at most: 320,000 lines, in about three seconds of the thread of the archives. */
const archivesPerTimeline = 16;

/** The archives of the audit log as timelines read them. */
export interface TimelineArchives extends SearchedArchives {
  /** A search failed as a whole; the timeline says that its lines are missing. */
  onFault(error: unknown): void;
}

/**
 * Lines that have left the database, of exactly these subjects and actions within a period: the earliest `limit` of them, the oldest
 * first, and where lines may be missing. The files are read in a thread of their own.
 */
export async function readArchivedViews(
  store: Store,
  { search, dates, onFault }: TimelineArchives,
  sought: { subjects: readonly string[]; actions: readonly string[]; period: Period; limit: number },
): Promise<{ lines: AuditLine[]; gaps: ViewGap[] }> {
  const { period, limit, ...exactly } = sought;
  const waiting = (await listArchives(store)).filter((archive) => mayHave(archive, period)).toReversed();
  if (waiting.length === 0) return { lines: [], gaps: [] };
  const gapOf = (kind: ViewGap['kind'], from: number | null, to: number | null, file?: string): ViewGap => ({
    kind,
    fromMs: Math.max(period.fromMs, from ?? period.fromMs),
    toMs: Math.min(period.toMs, to ?? period.toMs),
    ...(file === undefined ? {} : { file }),
  });
  const archives = waiting.slice(0, archivesPerTimeline);
  const [firstLeft] = waiting.slice(archivesPerTimeline);
  const left = firstLeft === undefined ? [] : [gapOf('not_read', firstLeft.fromMs, null)];
  try {
    const found = await search.search({
      archives,
      filter: recordFilter(period, dates),
      exactly,
      isOldestFirst: true,
      limit,
    });
    const faults = found.faults.map(({ archive: { file }, kind }) => {
      const dated = waiting.find((one) => one.file === file);
      return gapOf(kind, dated?.fromMs ?? null, dated?.toMs ?? null, file);
    });
    return { lines: archivedLines(found.lines, dates), gaps: [...faults, ...left] };
  } catch (error) {
    onFault(error);
    return { lines: [], gaps: [gapOf('not_read', waiting[0]?.fromMs ?? null, null)] };
  }
}
