import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as Chromium prints it (Skia: objects stand one by one, streams are deflated, strings are hexadecimal glyph numbers,
 * each font says by `ToUnicode` which letters its glyphs are). Text of one line follows without gaps of the layout; what is in a PDF of
 * another maker is perhaps not found.
 */
export function textOfPdf(pdf: Uint8Array): string {
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of Buffer.from(pdf)
    .toString('latin1')
    .matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    objects.set(id, body);
  }
  const fonts = new Map<string, Map<string, string>>();
  for (const body of objects.values()) {
    for (const [, name = '', id = ''] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1] ?? '';
      fonts.set(name, lettersOf(streamOf(objects.get(unicode))));
    }
  }
  const pages = [...objects.values()].flatMap((body) => /\/Contents (\d+) 0 R/.exec(body)?.[1] ?? []);
  return pages.map((id) => pageText(streamOf(objects.get(id)), fonts)).join('\n');
}

function streamOf(body: string | undefined): string {
  const stream = /stream\r?\n([\s\S]*)\r?\nendstream/.exec(body ?? '')?.[1];
  return stream === undefined ? '' : inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
}

/** The letters of a font by the hexadecimal number of each glyph. */
function lettersOf(characterMap: string): Map<string, string> {
  const letters = new Map<string, string>();
  const text = (hexadecimal: string): string => Buffer.from(hexadecimal, 'hex').swap16().toString('utf16le');
  for (const [, block = ''] of characterMap.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', unicode = ''] of block.matchAll(/<(\w+)> <(\w+)>/g))
      letters.set(glyph, text(unicode));
  }
  for (const [, block = ''] of characterMap.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g)) {
    for (const [, first = '', last = '', unicode = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const from = Number.parseInt(first, 16);
      for (let glyph = from; glyph <= Number.parseInt(last, 16); glyph += 1) {
        const letter = Number.parseInt(unicode, 16) + glyph - from;
        letters.set(
          glyph.toString(16).toUpperCase().padStart(first.length, '0'),
          text(letter.toString(16).padStart(unicode.length, '0')),
        );
      }
    }
  }
  return letters;
}

function pageText(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  let letters: ReadonlyMap<string, string> = new Map();
  let text = '';
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-F]+)>/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? new Map();
    const width = [...letters.keys()][0]?.length ?? 2;
    for (let at = 0; at < (shown?.length ?? 0); at += width) {
      text += letters.get(shown?.slice(at, at + width) ?? '') ?? '';
    }
  }
  return text;
}
