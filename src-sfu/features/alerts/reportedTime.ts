/** A time as a platform wrote it: Unix milliseconds, and whether it was not written as the description asks for. */
export interface ReportedTime {
  ms: number;
  isAssumed: boolean;
}

/** Milliseconds of a moment that is given by the clock on the wall, in the hub's own time zone. */
export type LocalTime = (
  ...fields: [year: number, month: number, day: number, hours: number, minutes: number, seconds: number]
) => number;

const offset = String.raw`(?<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?`;
const separated = new RegExp(
  String.raw`^(?<year>\d{4})[-/.年](?<month>\d{1,2})[-/.月](?<day>\d{1,2})日?[Tt ]\s*` +
    String.raw`(?<hours>\d{1,2})[:：时点](?<minutes>\d{1,2})(?:[:：分](?<seconds>\d{1,2})?(?:[.,](?<fraction>\d{1,9}))?秒?)?\s*` +
    String.raw`${offset}(?:\[[^\]]{1,64}\])?$`,
  'i',
);
/** ISO 8601 without separators, and what recorders name their files by: `20261123T080000+0800`, `20261123080000123`. */
const compact = new RegExp(
  String.raw`^(?<year>(?:19|20)\d{2})(?<month>\d{2})(?<day>\d{2})[Tt ]?(?<hours>\d{2})(?<minutes>\d{2})(?<seconds>\d{2})[.,]?(?<fraction>\d{1,9})?${offset}$`,
  'i',
);
/** RFC 5322, as `toUTCString` writes it. */
const mailDate =
  /^(?:[a-z]{3},\s*)?\d{1,2}\s+[a-z]{3}\s+\d{4}\s+\d{2}:\d{2}(?::\d{2})?\s+(?:GMT|UTC|[+-]\d{4})$/i;
const documented = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a time leniently: RFC 3339, its relatives of spreadsheets and recorders, Unix seconds, milliseconds, microseconds
 * or nanoseconds, as a number or as text. A clock time without an offset is the hub's own local time. Undefined for what is
 * no time.
 */
export function readReportedTime(value: unknown, localTime: LocalTime): ReportedTime | undefined {
  if (typeof value === 'number') {
    const digits = Number.isSafeInteger(value) ? String(value) : '';
    return (/^(?:19|20)\d{12}$/.test(digits) ? readClockTime(digits, localTime) : undefined) ?? ofUnix(value);
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const clockTime = readClockTime(text, localTime);
  if (clockTime !== undefined) return { ...clockTime, isAssumed: !documented.test(value) };
  if (/^\d{8,19}(?:\.\d{1,9})?$/.test(text)) {
    const unix = ofUnix(Number(text));
    return unix === undefined ? undefined : { ...unix, isAssumed: true };
  }
  if (!mailDate.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : { ms, isAssumed: true };
}

/** The unit by the size: each is read as the moment that lies between 1973 and the year 5000. */
function ofUnix(value: number): ReportedTime | undefined {
  if (!Number.isFinite(value) || value < 0 || value >= 1e20) return undefined;
  const msPerUnit = value < 1e11 ? 1e3 : value < 1e14 ? 1 : value < 1e17 ? 1e-3 : 1e-6;
  const ms = Math.round(value * msPerUnit);
  return { ms, isAssumed: ms !== value };
}

function readClockTime(text: string, localTime: LocalTime): ReportedTime | undefined {
  const { groups } = separated.exec(text) ?? compact.exec(text) ?? {};
  if (groups === undefined) return undefined;
  const field = (name: string): number => Number(groups[name] ?? 0);
  const [year, month, day] = [field('year'), field('month'), field('day')];
  const [hours, minutes, seconds] = [field('hours'), field('minutes'), field('seconds')];
  const isDay = month >= 1 && month <= 12 && new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  // A leap second is written as 60.
  if (!isDay || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const fractionMs = Math.floor(Number(`0.${groups.fraction ?? '0'}`) * 1_000);
  const offsetMs = offsetMsOf(groups.offset);
  const ms =
    offsetMs === undefined
      ? localTime(year, month, day, hours, minutes, seconds)
      : Date.UTC(year, month - 1, day, hours, minutes, seconds) - offsetMs;
  return { ms: ms + fractionMs, isAssumed: true };
}

/** How far a zone is ahead of UTC, in milliseconds; undefined without one. */
function offsetMsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
