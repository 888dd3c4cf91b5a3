import { z } from 'zod';

const minuteOfDay = z
  .number()
  .int()
  .min(0)
  .max(24 * 60);

/**
 * When pictures may be watched from above, in minutes since midnight of the command centre's own time. `fromMinute` above
 * `toMinute` goes over midnight; both alike is never.
 */
export const viewHoursSchema = z.object({ fromMinute: minuteOfDay, toMinute: minuteOfDay });
export type ViewHours = z.output<typeof viewHoursSchema>;

/** Whether a minute of the day lies within the hours; without hours it always does. */
export function isWithinHours(hours: ViewHours | null, minute: number): boolean {
  if (hours === null) return true;
  const { fromMinute, toMinute } = hours;
  return fromMinute <= toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}
