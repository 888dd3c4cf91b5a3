/** Writes times as this screen's language and time zone have them, 24 hours, with seconds. Made again each day. */
export interface TimeFormat {
  /** `14:03:22`; with month and day before it when it is not of today. */
  timeOfDay(atMs: number): string;
  /** `14:03:22`. */
  clock(atMs: number): string;
  /** `11月22日星期日`, `Sunday 22 November`. */
  day(atMs: number): string;
  /** `2027-11-22`. */
  date(atMs: number): string;
  isToday(atMs: number): boolean;
}

const localeOf: Record<string, string> = { 'zh-CN': 'zh-CN', en: 'en-GB' };

/** `nowMs` says which day is today; `timeZone` defaults to the screen's own. */
export function createTimeFormat(language: string, nowMs: number, timeZone?: string): TimeFormat {
  const locale = localeOf[language] ?? language;
  const zone = timeZone === undefined ? {} : { timeZone };
  const hours = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const clock = new Intl.DateTimeFormat(locale, { ...hours, ...zone });
  const dated = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', ...hours, ...zone });
  const day = new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', weekday: 'long', ...zone });
  const date = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone });
  const today = date.format(nowMs);
  const isToday = (atMs: number): boolean => date.format(atMs) === today;
  return {
    timeOfDay: (atMs) => (isToday(atMs) ? clock : dated).format(atMs),
    clock: (atMs) => clock.format(atMs),
    day: (atMs) => day.format(atMs),
    date: (atMs) => date.format(atMs),
    isToday,
  };
}

/** How long something takes or has taken: `4:07`, `1:04:07`. Less than nothing is nothing. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
