import { deflateSync, inflateSync } from 'node:zlib';

/**
 * Radicals of the block "CJK Radicals Supplement" and the letters with the same glyph in Noto Sans CJK and Noto Serif CJK. Unicode calls only
 * those of the block "Kangxi Radicals" equal to letters (NFKC).
 */
const radicals =
  '⺂⺃⺅⺉⺋⺎⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺞⺠⺡⺣⺤⺦⺨⺫⺭⺯⺰⺱⺲⺳⺹⺺⺾⺿⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲';
const letters =
  '乛乚亻刂㔾兀尣尢巳幺彑彐忄扌攵旡歺民氵灬爫丬犭罒礻糹纟罓罒㓁耂肀艹艹衤覀西见角讠贝车辶辶辶钅長镸长门阝青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀';
/** As many lines as a block of a character map may have (PDF 32000-1, 9.10.3). */
const linesPerBlock = 100;

/**
 * A PDF of Chromium in which letters are found by a search. Fonts have one glyph for a letter and the radical that looks the same, and
 * Chromium may name the radical: 食 would be ⻝. The character maps are written again in an update at the end of the file (PDF 32000-1, 7.5.6);
 * a PDF without such radicals, or of another form, is returned as it is.
 */
export function withSearchableLetters(pdf: Buffer): Buffer {
  const text = pdf.toString('latin1');
  const end = /trailer\s*<<([\s\S]*?)>>\s*startxref\s+(\d+)\s+%%EOF\s*$/.exec(text);
  const [, trailer = '', startText = ''] = end ?? [];
  const offsets = offsetsOf(text, Number(startText));
  if (end === null || offsets === undefined || trailer.includes('/Prev')) return pdf;
  const parts: Buffer[] = [pdf, Buffer.from('\n')];
  let length = pdf.length + 1;
  const table: string[] = [];
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  const ids = new Set([...text.matchAll(/\/ToUnicode (\d+) 0 R/g)].map(([, id = '']) => Number(id)));
  for (const id of ids) {
    const map = streamAt(pdf, text, offsets.get(id));
    const changed = map === undefined ? undefined : withLetters(map);
    if (changed === undefined) continue;
    table.push(`${id} 1\n${String(length).padStart(10, '0')} 00000 n \n`);
    const stream = deflateSync(Buffer.from(changed, 'latin1'));
    add(Buffer.from(`${id} 0 obj\n<</Filter /FlateDecode\n/Length ${stream.length}>> stream\n`));
    add(stream);
    add(Buffer.from('\nendstream\nendobj\n'));
  }
  if (table.length === 0) return pdf;
  const tail = `xref\n${table.join('')}trailer\n<<${trailer.trim()}\n/Prev ${startText}>>\nstartxref\n${length}\n%%EOF\n`;
  add(Buffer.from(tail, 'latin1'));
  return Buffer.concat(parts);
}

/** Where each object stands, by the file's only table. */
function offsetsOf(text: string, startAt: number): Map<number, number> | undefined {
  const head = /^xref\s+0 (\d+)\s+/.exec(text.slice(startAt, startAt + 40));
  if (head === null) return undefined;
  const offsets = new Map<number, number>();
  for (let id = 0; id < Number(head[1]); id += 1) {
    const at = startAt + head[0].length + id * 20;
    const [, offset = '', kind = ''] = /^(\d{10}) \d{5} ([nf])/.exec(text.slice(at, at + 20)) ?? [];
    if (kind === 'n') offsets.set(id, Number(offset));
  }
  return offsets;
}

/** A deflated stream as text; undefined where there is none that can be read. */
function streamAt(pdf: Buffer, text: string, offset: number | undefined): string | undefined {
  if (offset === undefined) return undefined;
  const head = /^\d+ 0 obj\s*<<([^>]*)>>\s*stream\r?\n/.exec(text.slice(offset, offset + 300));
  const bytes = /\/Length (\d+)/.exec(head?.[1] ?? '')?.[1];
  if (head === null || bytes === undefined || !head[1]?.includes('/FlateDecode')) return undefined;
  const from = offset + head[0].length;
  try {
    return inflateSync(pdf.subarray(from, from + Number(bytes))).toString('latin1');
  } catch {
    return undefined;
  }
}

/** A character map with letters in place of radicals; undefined where it has none. */
function withLetters(map: string): string | undefined {
  const first = /\d+ beginbf(?:char|range)\n/.exec(map)?.index;
  const last = map.lastIndexOf('endbf');
  const lineEnd = map.indexOf('\n', last);
  if (first === undefined || last < 0 || lineEnd < 0) return undefined;
  let isChanged = false;
  const lines: string[] = [];
  const name = (glyph: string, hexadecimal: string): void => {
    const named = Buffer.from(hexadecimal, 'hex').swap16().toString('utf16le');
    const wanted = letterOf(named);
    isChanged ||= wanted !== named;
    const code = Buffer.from(wanted, 'utf16le').swap16().toString('hex').toUpperCase();
    lines.push(`<${glyph}> <${code}>\n`);
  };
  for (const [, kind, block = ''] of map.matchAll(/beginbf(char|range)\n([\s\S]*?)endbf/g)) {
    for (const [, from = '', second = '', code = ''] of block.matchAll(/<(\w+)> <(\w+)>(?: <(\w+)>)?/g)) {
      if (kind === 'char') {
        name(from, second);
        continue;
      }
      const begin = Number.parseInt(from, 16);
      for (let glyph = begin; glyph <= Number.parseInt(second, 16); glyph += 1) {
        const low = Number.parseInt(code.slice(-4), 16) + glyph - begin;
        const digits = glyph.toString(16).toUpperCase().padStart(from.length, '0');
        name(digits, code.slice(0, -4) + low.toString(16).padStart(4, '0'));
      }
    }
  }
  if (!isChanged) return undefined;
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += linesPerBlock) {
    const some = lines.slice(at, at + linesPerBlock);
    blocks.push(`${some.length} beginbfchar\n${some.join('')}endbfchar\n`);
  }
  return map.slice(0, first) + blocks.join('') + map.slice(lineEnd + 1);
}

function letterOf(text: string): string {
  return text.replaceAll(/[⺀-⿕]/g, (radical) => {
    const at = radicals.indexOf(radical);
    return at < 0 ? radical.normalize('NFKC') : (letters[at] ?? radical);
  });
}
