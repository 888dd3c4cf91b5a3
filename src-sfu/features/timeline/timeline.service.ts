import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import {
  maxTimelineEvents,
  maxTimelineMs,
  timelineLanes,
  timelinePageSize,
  type TimelineEvent,
  type TimelinePage,
  type TimelineSubject,
} from '../../../src-shared/timeline/timeline.protocol.ts';
import { compareEvents } from '../../../src-shared/timeline/timelineOrder.ts';
import type { Period, TimelineCase, TimelineSource } from './timeline.ports.ts';

/** A whole timeline, as far as the asker may see it. */
export type Timeline = Omit<TimelinePage, 'readId' | 'nextOffset'>;

export interface TimelineService {
  /** The first page of a timeline, or the next one of a reading. */
  read(input: InputOf<'timeline:read'>, asker: Principal): Promise<Ack<TimelinePage>>;
  /** All of it, for an export. */
  whole(subject: TimelineSubject, asked: Partial<Period>, asker: Principal): Promise<Ack<Timeline>>;
}

export interface TimelineServiceOptions {
  find(subject: TimelineSubject, asked?: Partial<Period>): Promise<TimelineCase | undefined>;
  sources: readonly TimelineSource[];
  /** Whether the asker may see an order of a case that is about something else, such as an SOS. */
  maySee(order: Order, asker: Principal): boolean;
  namesOf(found: TimelineCase, events: readonly TimelineEvent[]): Promise<TimelinePage['names']>;
  /** When the date was set within a period, in the hub's own time. */
  clockSteps(period: Period): TimelinePage['clockSteps'];
  newId(): string;
  nowMs(): number;
}

/** A reading is kept so long for its next pages. Milliseconds. */
const readingLifeMs = 120_000;
/** Readings that are kept; 20,000 events take about 6 MB. */
const maxReadings = 6;

interface Reading {
  readId: string;
  sessionId: string;
  subject: TimelineSubject;
  madeAtMs: number;
  timeline: Timeline;
}

/** Puts the sources of a timeline together: filtered by what the asker may see, in a clear order, bounded, in pages. */
export function createTimelineService(options: TimelineServiceOptions): TimelineService {
  const { find, sources, nowMs } = options;
  const readings = new Map<string, Reading>();

  async function whole(
    subject: TimelineSubject,
    asked: Partial<Period>,
    asker: Principal,
  ): Promise<Ack<Timeline>> {
    const known = await find(subject, asked);
    if (known === undefined) {
      return refuse('not_found', `There is no ${subject.type} ${subject.id}.`, {
        reason: 'timeline.no_such_subject',
      });
    }
    const found = { ...known, orders: known.orders.filter((order) => options.maySee(order, asker)) };
    const { head } = found;
    const period = { fromMs: head.fromMs, toMs: head.toMs };
    if (period.fromMs > period.toMs) {
      return refuse('bad_request', 'The period ends before it begins. Exchange its ends.', {
        reason: 'timeline.period_reversed',
      });
    }
    if (period.toMs - period.fromMs > maxTimelineMs && subject.type === 'site') {
      const days = maxTimelineMs / (24 * 3_600_000);
      return refuse(
        'bad_request',
        `The timeline of a site has ${days} days at most. Choose a shorter period.`,
        {
          reason: 'timeline.period_too_long',
          days,
        },
      );
    }
    const limit = maxTimelineEvents + 1;
    const open = sources.filter((source) => source.isOpenTo(asker));
    const parts = await Promise.all(open.map((source) => source.eventsOf(found, period, asker, limit)));
    // A source that has more than it gave has events after its last one: what is later than that would be with gaps.
    const cutAtMs = parts
      .filter((events) => events.length >= limit)
      .map((events) => events.reduce((last, { atMs }) => Math.max(last, atMs), -Infinity))
      .reduce((first, atMs) => Math.min(first, atMs), Infinity);
    const unique = new Map(parts.flat().map((event) => [event.eventId, event]));
    const sorted = [...unique.values()].filter(({ atMs }) => atMs <= cutAtMs).sort(compareEvents);
    const events = sorted.slice(0, maxTimelineEvents);
    const closed = sources.filter((source) => !open.includes(source)).flatMap(({ lanes }) => lanes);
    return ok({
      head,
      names: await options.namesOf(found, events),
      events,
      total: events.length,
      isCut: cutAtMs !== Infinity || sorted.length > events.length,
      hiddenLanes: timelineLanes.filter((lane) => closed.includes(lane)),
      clockSteps: options.clockSteps(period),
    });
  }

  function pageOf({ readId, timeline }: Pick<Reading, 'readId' | 'timeline'>, offset: number): TimelinePage {
    const end = offset + timelinePageSize;
    return {
      ...timeline,
      // Names are on the first page only.
      names: offset === 0 ? timeline.names : {},
      readId,
      events: timeline.events.slice(offset, end),
      ...(end < timeline.events.length ? { nextOffset: end } : {}),
    };
  }

  function forgetOld(): void {
    for (const { readId, madeAtMs } of readings.values()) {
      if (nowMs() - madeAtMs > readingLifeMs || readings.size >= maxReadings) readings.delete(readId);
    }
  }

  return {
    whole,
    async read({ subject, page, ...asked }, asker) {
      if (page !== undefined) {
        const reading = readings.get(page.readId);
        const isOwn =
          reading?.sessionId === asker.sessionId &&
          reading.subject.type === subject.type &&
          reading.subject.id === subject.id;
        if (reading === undefined || !isOwn || nowMs() - reading.madeAtMs > readingLifeMs) {
          return refuse('conflict', 'This reading of the timeline has expired. Read it again.', {
            reason: 'timeline.reading_expired',
          });
        }
        return ok(pageOf(reading, page.offset));
      }
      const answer = await whole(subject, withoutUndefined(asked), asker);
      if (!answer.ok) return answer;
      const readId = options.newId();
      const reading = {
        readId,
        sessionId: asker.sessionId,
        subject,
        madeAtMs: nowMs(),
        timeline: answer.data,
      };
      if (answer.data.events.length > timelinePageSize) {
        forgetOld();
        readings.set(readId, reading);
      }
      return ok(pageOf(reading, 0));
    },
  };
}

function withoutUndefined({
  fromMs,
  toMs,
}: {
  fromMs?: number | undefined;
  toMs?: number | undefined;
}): Partial<Period> {
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}
