import type { TimeSpan } from '../../../src-shared/timeline/laneMarks.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  timelineLanes,
  type TimelineEvent,
  type TimelineLane,
  type TimelinePage,
  type TimelineSubject,
} from '../../../src-shared/timeline/timeline.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

/** A timeline that was read to its end. */
export type ReadTimeline = Omit<TimelinePage, 'readId' | 'nextOffset'>;

export interface TimelineState {
  /** What is open; undefined while no timeline is. */
  subject: TimelineSubject | undefined;
  isReading: boolean;
  problem: RefusalWords | undefined;
  timeline: ReadTimeline | undefined;
  /** The moment that all panes show. */
  timeMs: number;
  /** The part of the period that the lanes show. */
  shown: TimeSpan;
  lanes: ReadonlySet<TimelineLane>;
  /** Only events with these words. */
  words: string;
  exporting: 'html' | 'pdf' | undefined;
  exported: { name: string; sha256: string } | undefined;
  /** The code of an export that failed; empty where none did. */
  exportProblem: string;
}

export type TimelineStore = StoreApi<TimelineState>;

export function createTimelineStore(): TimelineStore {
  return createStore<TimelineState>(() => closedTimeline);
}

/** As it is while no timeline is open. */
export const closedTimeline: TimelineState = {
  subject: undefined,
  isReading: false,
  problem: undefined,
  timeline: undefined,
  timeMs: 0,
  shown: { fromMs: 0, toMs: 1 },
  lanes: new Set(timelineLanes),
  words: '',
  exporting: undefined,
  exported: undefined,
  exportProblem: '',
};

/** The shortest part of a period that the lanes show. Milliseconds. */
export const leastShownMs = 10_000;

/** From the first to the last moment of a timeline, with what is drawn before its period began. */
export function wholeSpan({ head, events }: Pick<ReadTimeline, 'head' | 'events'>): TimeSpan {
  const fromMs = Math.min(head.fromMs, events[0]?.atMs ?? Infinity);
  return { fromMs, toMs: Math.max(head.toMs, fromMs + leastShownMs) };
}

/** The part that is shown after zooming by a factor (below 1: closer) about a moment, within the whole. */
export function zoomed(shown: TimeSpan, factor: number, aboutMs: number, whole: TimeSpan): TimeSpan {
  const wholeMs = whole.toMs - whole.fromMs;
  const lengthMs = Math.min(wholeMs, Math.max(leastShownMs, (shown.toMs - shown.fromMs) * factor));
  const share = (aboutMs - shown.fromMs) / Math.max(1, shown.toMs - shown.fromMs);
  const fromMs = aboutMs - lengthMs * Math.min(1, Math.max(0, share));
  return within({ fromMs, toMs: fromMs + lengthMs }, whole);
}

/** The part moved so that it contains the moment, and lies within the whole. */
export function revealed(shown: TimeSpan, timeMs: number, whole: TimeSpan): TimeSpan {
  if (timeMs >= shown.fromMs && timeMs <= shown.toMs) return shown;
  const lengthMs = shown.toMs - shown.fromMs;
  const fromMs = timeMs - lengthMs / 2;
  return within({ fromMs, toMs: fromMs + lengthMs }, whole);
}

function within({ fromMs, toMs }: TimeSpan, whole: TimeSpan): TimeSpan {
  const lengthMs = toMs - fromMs;
  const latestMs = whole.toMs - lengthMs;
  const begin = Math.max(whole.fromMs, Math.min(fromMs, latestMs));
  return { fromMs: begin, toMs: begin + lengthMs };
}

/** The events of the lanes that are chosen, in their order. */
export function eventsOfLanes(
  events: readonly TimelineEvent[],
  lanes: ReadonlySet<TimelineLane>,
): readonly TimelineEvent[] {
  return lanes.size === timelineLanes.length ? events : events.filter(({ lane }) => lanes.has(lane));
}
