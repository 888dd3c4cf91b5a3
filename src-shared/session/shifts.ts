/** A shift of the command centre: its name, and the minute after local midnight at which it begins. */
export interface Shift {
  name: string;
  fromMinute: number;
}

const longestName = 20;
const mostShifts = 12;

/**
 * Reads the setting `shifts`, such as `白班 08:00, 夜班 20:00`; undefined where it is not understood. Nothing at all is a list
 * without shifts.
 */
export function readShifts(text: string): Shift[] | undefined {
  const parts = text
    .split(/[,，、;；]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > mostShifts) return undefined;
  const shifts: Shift[] = [];
  for (const part of parts) {
    const [, name = '', hours = '', minutes = ''] = /^(.+?)\s+(\d{1,2})[:：](\d{2})$/.exec(part) ?? [];
    const fromMinute = Number(hours) * 60 + Number(minutes);
    const isTime = Number(hours) < 24 && Number(minutes) < 60;
    if (name === '' || [...name].length > longestName || !isTime) return undefined;
    if (shifts.some((shift) => shift.fromMinute === fromMinute)) return undefined;
    shifts.push({ name, fromMinute });
  }
  return shifts.sort((one, other) => one.fromMinute - other.fromMinute);
}

/** The shift of a minute after local midnight: the last that began, which before the first of the day is yesterday's last. */
export function shiftAt(shifts: readonly Shift[], minuteOfDay: number): Shift | undefined {
  return shifts.findLast(({ fromMinute }) => fromMinute <= minuteOfDay) ?? shifts.at(-1);
}
