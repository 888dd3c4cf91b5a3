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
      return JSON.parse(withoutNotNumbers(withoutLastZeros(text)));
    } catch {
      const isWide = text.includes('\0');
      const hint = isWide ? ' It looks like UTF-16: declare "charset=UTF-16".' : '';
      const message = `The body is not JSON: ${(error as Error).message}.${hint}`;
      throw new BodyError(400, 'malformed_json', message.toWellFormed());
    }
  }
}

/** By hand, because an expression such as `/\0+$/` takes a quadratic time where something follows the zeros. */
function withoutLastZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\0') end -= 1;
  return text.slice(0, end);
}

/** More than a full batch can have: a report has about a hundred numbers. */
const maxNotNumbers = 20_000;

/** The text with each `NaN` and `Infinity` outside of strings made null, found in one pass. */
function withoutNotNumbers(text: string): string {
  const notNumber = /-?\b(?:NaN|Infinity)\b/g;
  const pieces: string[] = [];
  let begin = 0;
  /** The next quote that begins a string. */
  let quote = nextQuote(text, 0);
  for (let found = notNumber.exec(text); found !== null; found = notNumber.exec(text)) {
    let end = 0;
    for (; quote < found.index; quote = nextQuote(text, end)) end = stringEnd(text, quote);
    if (end > found.index) {
      notNumber.lastIndex = end;
      continue;
    }
    if (pieces.length >= maxNotNumbers) return text;
    pieces.push(text.slice(begin, found.index));
    begin = found.index + found[0].length;
  }
  return [...pieces, text.slice(begin)].join('null');
}

function nextQuote(text: string, from: number): number {
  const at = text.indexOf('"', from);
  return at === -1 ? Infinity : at;
}

function stringEnd(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
