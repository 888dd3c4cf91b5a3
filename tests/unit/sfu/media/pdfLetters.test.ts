import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withSearchableLetters } from '../../../../src-sfu/media/pdfLetters.ts';
import fc from '../../../support/properties.ts';
import { textOfPdf } from '../../../support/pdfText.ts';

/** A PDF of the form that Chromium writes: one page, one font, and what the font's map says of its glyphs. */
function pdfOf(shown: string, map: string): Buffer {
  const stream = (text: string): string => {
    const bytes = deflateSync(Buffer.from(text, 'latin1'));
    return `<</Filter /FlateDecode\n/Length ${bytes.length}>> stream\n${bytes.toString('latin1')}\nendstream`;
  };
  const objects = [
    '<</Type /Catalog\n/Pages 2 0 R>>',
    '<</Type /Pages\n/Count 1\n/Kids [3 0 R]>>',
    '<</Type /Page\n/Parent 2 0 R\n/Resources <</Font <</F4 4 0 R>>>>\n/Contents 6 0 R>>',
    '<</Type /Font\n/Subtype /Type0\n/ToUnicode 5 0 R>>',
    stream(`begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n${map}endcmap\n`),
    stream(`BT\n/F4 12 Tf\n<${shown}> Tj\nET\n`),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<</Size ${size}\n/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + trailer, 'latin1');
}

/** Glyphs 1 to 5: ⻝ (a radical of the supplement), 品, ⼀ and ⼁ (Kangxi, as a range), and a letter beyond the first plane. */
const map =
  '3 beginbfchar\n<0001> <2EDD>\n<0002> <54C1>\n<0005> <D840DC00>\nendbfchar\n1 beginbfrange\n<0003> <0004> <2F00>\nendbfrange\n';

describe('a PDF of Chromium', () => {
  it('names letters in place of radicals that look the same, in an update at its end', () => {
    const pdf = pdfOf('00010002000300040005', map);
    expect(textOfPdf(pdf)).toBe('⻝品⼀⼁𠀀');
    const searchable = withSearchableLetters(pdf);
    expect(textOfPdf(searchable)).toBe('食品一丨𠀀');
    expect(searchable.subarray(0, pdf.length)).toEqual(pdf);
    const text = searchable.toString('latin1');
    const [, table = '', offset = ''] =
      /xref\n(5 1\n(\d{10}) 00000 n \n)trailer\n/.exec(text.slice(pdf.length)) ?? [];
    expect(table).not.toBe('');
    expect(text.slice(Number(offset))).toMatch(/^5 0 obj\n/);
    expect(text).toContain(`/Prev ${/startxref\n(\d+)/.exec(pdf.toString('latin1'))?.[1]}>>`);
    expect(text.slice(Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]))).toMatch(/^xref\n/);
    expect(withSearchableLetters(searchable)).toBe(searchable);
  });

  it('without such radicals stays as it is', () => {
    const pdf = pdfOf('0002', '1 beginbfchar\n<0002> <54C1>\nendbfchar\n');
    expect(withSearchableLetters(pdf)).toBe(pdf);
  });

  it('that is damaged anywhere, or none, is returned without a fault', () => {
    const pdf = pdfOf('0001', map);
    for (let end = 0; end < pdf.length; end += 7) {
      const cut = pdf.subarray(0, end);
      expect(withSearchableLetters(cut)).toBe(cut);
    }
    fc.assert(
      fc.property(fc.nat(pdf.length - 1), fc.nat(255), (at, value) => {
        const damaged = Buffer.from(pdf);
        damaged[at] = value;
        expect(withSearchableLetters(damaged).subarray(0, pdf.length)).toEqual(damaged);
      }),
      { numRuns: 200 },
    );
  });
});
