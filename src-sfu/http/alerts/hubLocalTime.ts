import type { LocalTime } from '../../features/alerts/reportedTime.ts';

/** The hub stands in the city whose clocks platforms write without an offset. */
export const hubLocalTime: LocalTime = (year, month, day, hours, minutes, seconds) =>
  new Date(year, month - 1, day, hours, minutes, seconds).getTime();
