/**
 * Text that comes back from the store as it went in. A lone surrogate is written as U+FFFD, so that what was written is
 * never found again; NUL ends a text for many programs. Both are refused wherever text enters the hub.
 */
import { z } from 'zod';

const whatIsWrong = 'must not hold NUL or half of a surrogate pair';

/** Whether a text has neither NUL nor half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** The text without NUL, and U+FFFD for each half of a surrogate pair. */
export function madeStorable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}

/** Any text that can be stored. Fields that are looked up by what is stored begin from here. */
export const storableText = z.string().refine(isStorable, whatIsWrong);

/**
 * The first text anywhere in a value that cannot be stored, by its path and a sentence's end; undefined when there is
 * none. For the doors: every request of a surface and every JSON body passes through it. Bytes are not looked into.
 */
export function findUnstorable(value: unknown): { path: string; message: string } | undefined {
  const waiting: { value: unknown; path: string }[] = [{ value, path: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: current, path } = next;
    if (typeof current === 'string') {
      if (!isStorable(current)) return { path, message: whatIsWrong };
    } else if (typeof current === 'object' && current !== null && !ArrayBuffer.isView(current)) {
      for (const [key, inner] of Object.entries(current)) {
        if (!isStorable(key)) return { path, message: `the name of a field ${whatIsWrong}` };
        waiting.push({ value: inner, path: path === '' ? key : `${path}.${key}` });
      }
    }
  }
  return undefined;
}
