import { BodyError } from '../requestBody.ts';

/**
 * JSON as programs write it: `NaN` and `Infinity`, which some write for a number that they do not have, count as null, and
 * zeros after the end, which C strings leave, are passed over. Throws BodyError with status 400 for everything else.
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return JSON.parse(withoutNotNumbers(text.replace(/\0+$/, '')));
    } catch {
      const isWide = text.includes('\0');
      const hint = isWide ? ' It looks like UTF-16: declare "charset=UTF-16".' : '';
      const message = `The body is not JSON: ${(error as Error).message}.${hint}`;
      throw new BodyError(400, 'malformed_json', message.toWellFormed());
    }
  }
}

/** Each stretch outside of strings, found in one pass, with its `NaN` and `Infinity` made null. */
function withoutNotNumbers(text: string): string {
  const pieces: string[] = [];
  let begin = 0;
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', begin)) {
    const end = stringEnd(text, quote);
    pieces.push(replaceNotNumbers(text.slice(begin, quote)), text.slice(quote, end));
    begin = end;
  }
  pieces.push(replaceNotNumbers(text.slice(begin)));
  return pieces.join('');
}

function stringEnd(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function replaceNotNumbers(text: string): string {
  return text.replace(/-?\b(?:NaN|Infinity)\b/g, 'null');
}
