/** Moments as people type them, in this machine's time zone. */

/** A typed moment: a day, or a day and a time. Undefined when it is not valid. */
export function parseMoment(text: string): number | undefined {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})[:：](\d{2}))?$/.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const moment = new Date(year, month - 1, day, hour, minute);
  const isReal =
    moment.getMonth() === month - 1 && moment.getDate() === day && moment.getHours() === hour && minute < 60;
  return isReal && moment.getTime() >= 0 ? moment.getTime() : undefined;
}

/** A moment as `parseMoment` reads it, rounded up to the minute: `2026-11-29 18:00`. */
export function momentText(atMs: number): string {
  const moment = new Date(Math.ceil(atMs / 60_000) * 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
