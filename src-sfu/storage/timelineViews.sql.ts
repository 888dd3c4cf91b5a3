import type { Period, TimelineRecords, ViewGap } from '../features/timeline/timeline.ports.ts';
import { parseJson } from './alertsRows.ts';
import { readArchivedViews, type TimelineArchives } from './archivedViews.ts';
import type { Store } from './database.ts';

/** How views are named in the audit log. */
const viewActions = [
  'cameras:view',
  'bodycam:view',
  'alerts:viewSnapshot',
  'attachments:view',
  'timeline:open',
  'timeline:export',
];

/** Reads the earliest rows of several ids within one period, in as many parts as its dates need. */
export type EarliestOfIds = <Row>(
  ids: readonly string[],
  period: Period,
  limit: number,
  timeOf: (row: Row) => number,
  read: (ids: string[], part: Period) => Promise<Row[]>,
) => Promise<Row[]>;

/** Who viewed something, from the audit log and its archives. */
export function createTimelineViews({
  store,
  parts,
  archives,
  ofIds,
}: {
  store: Store;
  parts(fromMs: number, toMs: number): Period[];
  archives: TimelineArchives | undefined;
  ofIds: EarliestOfIds;
}): TimelineRecords['views'] {
  return async (subjects, period, limit) => {
    const rows = await ofIds(subjects, period, limit, atMs, (some, part) =>
      store
        .selectFrom('audit_log')
        .select(['id', 'at_ms', 'actor', 'action', 'subject', 'detail'])
        .where('subject', 'in', some)
        .where('action', 'in', viewActions)
        .where('at_ms', '>=', part.fromMs)
        .where('at_ms', '<=', part.toMs)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    const stored = rows.map(({ id, at_ms, actor, action, subject, detail }) => ({
      ...{ id: Number(id), atMs: Number(at_ms), actor, action, subject },
      detail: (parseJson(detail) ?? {}) as { seconds?: unknown },
    }));
    const lines = new Map(stored.map((line) => [line.id, line]));
    const gaps: ViewGap[] = [];
    // Read after the lines: what was archived meanwhile is in both, and nothing is in neither.
    for (const part of parts(period.fromMs, period.toMs)) {
      if (archives === undefined) break;
      const sought = { subjects, actions: viewActions, period: part, limit };
      const archived = await readArchivedViews(store, archives, sought);
      for (const { id, atMs: when, actor, action, subject, detail } of archived.lines) {
        lines.set(id, { id, atMs: when, actor, action, subject, detail });
      }
      gaps.push(...archived.gaps);
    }
    const views = [...lines.values()]
      .sort((left, right) => left.atMs - right.atMs)
      .slice(0, limit)
      .map(({ detail: { seconds }, ...line }) => ({
        ...line,
        ...(typeof seconds === 'number' ? { seconds } : {}),
      }));
    return { views, gaps };
  };
}

const atMs = ({ at_ms }: { at_ms: number }): number => Number(at_ms);
