import type { ViewHours } from '../../../src-shared/cascade/viewHours.ts';

/** `07:30`; the end of a day is written as its beginning, `00:00`. */
export function timeText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}

/** Hours from two fields for times: `null` when both are empty, undefined when they are no times. */
export function hoursOf(from: string, to: string): ViewHours | null | undefined {
  if (from === '' && to === '') return null;
  const fromMinute = minuteOf(from);
  const toMinute = minuteOf(to);
  if (fromMinute === undefined || toMinute === undefined || fromMinute === toMinute) return undefined;
  return { fromMinute, toMinute };
}

/** A zone such as `UTC+8` or `UTC+5:30`. */
export function zoneText(utcOffsetMinutes: number): string {
  const all = Math.abs(utcOffsetMinutes);
  const minutes = all % 60 === 0 ? '' : `:${String(all % 60).padStart(2, '0')}`;
  return `UTC${utcOffsetMinutes < 0 ? '−' : '+'}${Math.floor(all / 60)}${minutes}`;
}

function minuteOf(text: string): number | undefined {
  const match = /^([01]?\d|2[0-3])[:：]([0-5]\d)$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}
