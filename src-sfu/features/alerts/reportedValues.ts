import { isStorable, madeStorable } from '../../../src-shared/protocol/storableText.ts';

/** Notes what is kept otherwise than it was sent: a code for programs, a sentence for people. */
export type Warn = (code: string, message: string) => void;

/** A number, or text that is one, such as `0.93`, `0,93` or `93%`; NaN for everything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (
    typeof value !== 'string' ||
    !/^\s*[+-]?\d{1,20}(?:[.,]\d{1,20})?(?:e[+-]?\d{1,3})?\s*%?\s*$/i.test(value)
  ) {
    return Number.NaN;
  }
  return Number(value.replace('%', '').replace(',', '.'));
}

/** Text of at most so many characters; what is longer is clipped, never inside a character of two code units. */
export function tidyText(name: string, value: unknown, longest: number, warn: Warn): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') {
    warn(`${name}_left_out`, `${name} is no text and was left out.`);
    return undefined;
  }
  const text = String(value as string | number | boolean);
  if (typeof value !== 'string') warn('read_as_text', `${name} is no text and was read as ${shown(text)}.`);
  const plain = isStorable(text) ? text : madeStorable(text);
  if (plain !== text)
    warn(`${name}_repaired`, `${name} holds characters that cannot be kept; they were replaced.`);
  if (plain.length <= longest) return plain;
  warn(`${name}_clipped`, `${name} is longer than ${longest} characters; the rest was left out.`);
  const clipped = plain.slice(0, longest);
  return clipped.isWellFormed() ? clipped : clipped.slice(0, -1);
}

/** A value as a sentence shows it: short, and without what cannot be kept. */
export function shown(value: unknown): string {
  const text = typeof value === 'object' ? 'what was sent' : JSON.stringify(value);
  return madeStorable((text ?? 'nothing').slice(0, 60));
}
