/** Which entry of the schedule rules a screen. Pure: the caller reads the clock. */
import type { ScheduleEntry } from './wallLibrary.ts';

/** A moment of local time. */
export interface LocalMoment {
  /** Days since 1 January 1970 on the local calendar. */
  day: number;
  /** Minutes since local midnight, 0…1439. */
  minuteOfDay: number;
}

/** An entry that began on a day. The same entry a week later is another one. */
export interface RulingEntry {
  entry: ScheduleEntry;
  /** The local day on which it began. */
  beganDay: number;
}

/** The entry a screen shows at a moment: the last that began, however many days ago. Undefined when it has none. */
export function rulingEntry(
  schedule: readonly ScheduleEntry[],
  screenId: string,
  moment: LocalMoment,
): RulingEntry | undefined {
  const entries = entriesOf(schedule, screenId);
  for (let daysAgo = 0; daysAgo <= 7; daysAgo += 1) {
    const beganDay = moment.day - daysAgo;
    const began = entries.filter(
      ({ weekdays, fromMinute }) =>
        weekdays.includes(weekdayOf(beganDay)) && (daysAgo > 0 || fromMinute <= moment.minuteOfDay),
    );
    const entry = began.at(-1);
    if (entry !== undefined) return { entry, beganDay };
  }
  return undefined;
}

/** Identifies one rule of a screen: rules differ in their beginning or in what they show. */
export function ruleKey({ entry, beganDay }: RulingEntry): string {
  return `${beganDay}:${entry.fromMinute}:${entry.shows.type}:${entry.shows.id}`;
}

/** 1 is Monday, 7 is Sunday; 1 January 1970 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** What keeps a schedule from being saved: entries with one id, or two that begin on one screen at the same minute. */
export function scheduleProblem(schedule: readonly ScheduleEntry[]): string | undefined {
  const ids = new Set<string>();
  const beginnings = new Map<string, string>();
  for (const { id, screenId, weekdays, fromMinute } of schedule) {
    if (ids.has(id)) return `Two entries have the id ${id}: give one of them another.`;
    ids.add(id);
    for (const weekday of new Set(weekdays)) {
      const key = `${screenId} ${weekday} ${fromMinute}`;
      const other = beginnings.get(key);
      if (other !== undefined) {
        return `Entries ${other} and ${id} both begin on screen ${screenId} at ${clockOf(fromMinute)} on weekday ${weekday}: move one of them.`;
      }
      beginnings.set(key, id);
    }
  }
  return undefined;
}

function entriesOf(schedule: readonly ScheduleEntry[], screenId: string): ScheduleEntry[] {
  return schedule
    .filter((entry) => entry.screenId === screenId)
    .sort((left, right) => left.fromMinute - right.fromMinute);
}

function clockOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
