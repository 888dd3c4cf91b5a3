/** Minutes since midnight as a time field has them: 690 → `11:30`; 1440, the end of a day, as `24:00`. */
export function minuteText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** `11:30` → 690; undefined for anything that is no time of day. */
export function minuteOf(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(text.trim());
  if (parts === null) return undefined;
  const minute = Number(parts[1]) * 60 + Number(parts[2]);
  return Number(parts[2]) < 60 && minute <= 1_440 ? minute : undefined;
}
