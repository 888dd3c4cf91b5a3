import { minuteOfDay } from '../../../src-shared/time/minuteOfDay.ts';
import type { LocalMoment } from '../../../src-shared/wall/schedule.ts';

const dayMs = 86_400_000;

/** A moment in the time zone of this machine. */
export function localMoment(date: Date): LocalMoment {
  const midnightMs = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return { day: midnightMs / dayMs, minuteOfDay: minuteOfDay(date) };
}
