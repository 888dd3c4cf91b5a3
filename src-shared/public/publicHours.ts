import { z } from 'zod';

const minutesOfDay = 24 * 60;
/** Monday is 1, Sunday 7. */
const daysOfWeek = [1, 2, 3, 4, 5, 6, 7] as const;
const minute = z.number().int().min(0).max(minutesOfDay);
const spanShape = { from: minute, to: minute };
const beginsAndEnds = ({ from, to }: { from: number; to: number }): boolean => from !== to;
const sameTimes = { error: 'the hours begin and end at different times' };
const spanSchema = z.object(spanShape).refine(beginsAndEnds, sameTimes);
type Span = z.output<typeof spanSchema>;

/** Spans of one day, the first one included. */
const mostSpans = 6;

/**
 * Hours in which a site is shown: minutes since midnight, from `from` until `to`; `to` before `from` goes over midnight, and belongs to the
 * day on which it begins. `further`: more spans of the same days. `days`: of these days of the week alone; left out, of each.
 */
export const publicHoursSchema = z
  .object({
    ...spanShape,
    further: z
      .array(spanSchema)
      .min(1)
      .max(mostSpans - 1)
      .optional(),
    days: z
      .array(z.literal(daysOfWeek))
      .min(1)
      .max(daysOfWeek.length - 1)
      .optional(),
  })
  .refine(beginsAndEnds, sameTimes);
export type PublicHours = z.output<typeof publicHoursSchema>;
type DayOfWeek = (typeof daysOfWeek)[number];

/** A moment of the hub's own time zone. Without its day of the week it is within no hours that name days. */
export interface PublicMoment {
  minuteOfDay: number;
  /** Monday is 1, Sunday 7. */
  dayOfWeek?: number;
}

/** Whether a moment is within the hours: from the first minute of a span on, and until its last one, which is outside. */
export function isWithinHours({ from, to, further = [], days }: PublicHours, now: PublicMoment): boolean {
  const { minuteOfDay, dayOfWeek } = now;
  const isOn = (day: number | undefined): boolean => days === undefined || days.some((one) => one === day);
  const isToday = isOn(dayOfWeek);
  const wasYesterday = isOn(dayOfWeek === undefined ? undefined : ((dayOfWeek + 5) % 7) + 1);
  return [{ from, to }, ...further].some((span) =>
    span.from < span.to
      ? isToday && minuteOfDay >= span.from && minuteOfDay < span.to
      : (isToday && minuteOfDay >= span.from) || (wasYesterday && minuteOfDay < span.to),
  );
}

const between = '\\s*[-–—~～至到]\\s*';
const clockTime = '(\\d{1,2})[:：](\\d{2})';
const spanPattern = new RegExp(`${clockTime}${between}${clockTime}`, 'gu');
const onlySeparators = /^[\s,，、]*$/u;

/** Reads `06:30-20:00` and `06:30-08:30 11:00-13:00; 周一至周五` (or `Mon-Fri`); undefined for anything else. */
export function readPublicHours(text: string): PublicHours | undefined {
  const [spansText = '', daysText, ...others] = text.split(/[;；]/u);
  if (others.length > 0 || !onlySeparators.test(spansText.replaceAll(spanPattern, ' '))) return undefined;
  const spans: Span[] = [];
  for (const found of spansText.matchAll(spanPattern)) {
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1).map(Number);
    if (fromMinute > 59 || toMinute > 59) return undefined;
    spans.push({ from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute });
  }
  const [first, ...further] = spans;
  const days = daysText === undefined ? undefined : readDays(daysText);
  if (first === undefined || (daysText !== undefined && days === undefined)) return undefined;
  const hours = publicHoursSchema.safeParse({
    ...first,
    ...(further.length === 0 ? {} : { further }),
    ...(days === undefined || days.length === daysOfWeek.length ? {} : { days }),
  });
  return hours.success ? hours.data : undefined;
}

const zhDays = '一二三四五六日';
const enDays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function readDay(text: string): number | undefined {
  const zh = /^(?:周|星期|礼拜)([一二三四五六日天])$/u.exec(text)?.[1]?.replace('天', '日');
  const index =
    zh === undefined
      ? enDays.findIndex((name) => new RegExp(`^${name}[a-z]*$`, 'iu').test(text))
      : zhDays.indexOf(zh);
  return index < 0 ? undefined : index + 1;
}

/** The days of `周一至周五、周日` in their order; undefined where a word is no day. A range may go over Sunday. */
function readDays(text: string): number[] | undefined {
  const days = new Set<number>();
  const words = text
    .replaceAll(/\s*([-–—~～至到])\s*/gu, '$1')
    .split(/[\s,，、]+/u)
    .filter((word) => word !== '');
  for (const word of words) {
    const ends = word.split(new RegExp(between, 'u')).map(readDay);
    const [from, to = from] = ends;
    if (from === undefined || to === undefined || ends.length > 2 || ends.includes(undefined))
      return undefined;
    for (let day = from; ; day = (day % 7) + 1) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days.size === 0 ? undefined : [...days].sort((one, other) => one - other);
}

/** `06:30-20:00`, or `06:30-08:30 11:00-13:00; 周一至周五` (in English `Mon-Fri`), as `readPublicHours` reads it. */
export function writePublicHours(
  { from, to, further = [], days }: PublicHours,
  language: 'zh-CN' | 'en' = 'zh-CN',
): string {
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const spans = [{ from, to }, ...further].map((span) => `${clock(span.from)}-${clock(span.to)}`).join(' ');
  return days === undefined ? spans : `${spans}; ${writeDays(days, language)}`;
}

function writeDays(days: readonly DayOfWeek[], language: 'zh-CN' | 'en'): string {
  const isEnglish = language === 'en';
  const nameOf = (day: number): string =>
    isEnglish ? (enDays[day - 1] ?? '') : `周${zhDays[day - 1] ?? ''}`;
  const runs: number[][] = [];
  for (const day of [...days].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last?.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  const words = runs.flatMap((run) =>
    run.length < 3
      ? run.map(nameOf)
      : [`${nameOf(run[0] ?? 0)}${isEnglish ? '-' : '至'}${nameOf(run.at(-1) ?? 0)}`],
  );
  return words.join(isEnglish ? ', ' : '、');
}
