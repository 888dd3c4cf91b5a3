import { timelineLanes, type TimelineEvent } from './timeline.protocol.ts';

const laneNumbers = new Map(timelineLanes.map((lane, index) => [lane, index]));

/** The order of a timeline: the hub's time; at the same time by lane; then by id, so that two readings never differ. */
export function compareEvents(left: TimelineEvent, right: TimelineEvent): number {
  if (left.atMs !== right.atMs) return left.atMs - right.atMs;
  if (left.lane !== right.lane) return (laneNumbers.get(left.lane) ?? 0) - (laneNumbers.get(right.lane) ?? 0);
  return left.eventId < right.eventId ? -1 : left.eventId > right.eventId ? 1 : 0;
}

/** The index of the last event at or before a time; -1 when all are later. `events` are in their order. */
export function lastIndexAt(events: readonly Pick<TimelineEvent, 'atMs'>[], atMs: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The event nearest to a time, before or after it; of two equally near ones the earlier. `events` are in their order. */
export function nearestEvent<Event extends Pick<TimelineEvent, 'atMs'>>(
  events: readonly Event[],
  atMs: number,
): Event | undefined {
  const index = lastIndexAt(events, atMs);
  const before = events[index];
  const after = events[index + 1];
  if (before === undefined || after === undefined) return before ?? after;
  return atMs - before.atMs <= after.atMs - atMs ? before : after;
}
