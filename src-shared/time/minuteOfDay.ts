/** The minute of the day of a date, 0 to 1439, by the calendar of the machine that asks. `date`: a date, or Unix milliseconds. */
export function minuteOfDay(date: Date | number): number {
  const at = new Date(date);
  return at.getHours() * 60 + at.getMinutes();
}
