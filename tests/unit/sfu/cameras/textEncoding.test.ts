import fc from '../../../support/properties.ts';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decodeText, encodeText } from '../../../../src-sfu/features/cameras/textEncoding.ts';

const text = '单位编号,单位名称\nS1,温泉中学食堂\n';

describe('reading bytes as text', () => {
  test.each([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16, little end first', iconv.encode(text, 'utf-16le', { addBOM: true }), 'utf-16'],
    ['UTF-16, big end first', iconv.encode(text, 'utf-16be', { addBOM: true }), 'utf-16'],
    ['GB18030', iconv.encode(text, 'gb18030'), 'gb18030'],
  ])('%s', (_what, bytes, encoding) => {
    expect(decodeText(bytes)).toEqual({ ok: true, text, encoding });
  });

  test.each([
    ['a workbook', Buffer.from('PK\x03\x04…'), /\.xlsx/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /\.xls\b/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), /gzip/],
    ['a zero byte', Buffer.from('a,b\n1,\0\n'), /binary/],
    ['UTF-16 without a mark', Buffer.from('a,b', 'utf16le'), /binary/],
    ['nothing', Buffer.alloc(0), /empty/],
    ['broken UTF-16', Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /damaged/],
    ['neither encoding', Buffer.from([0x61, 0xff, 0xff, 0x0a]), /neither/],
  ])('%s is refused with a reason', (_what, bytes, reason) => {
    expect(decodeText(bytes)).toMatchObject({ ok: false, message: expect.stringMatching(reason) });
  });

  test('UTF-8 that lost a byte is named with its line, not read as GB18030', () => {
    const bytes = Buffer.from(text);
    const at = bytes.indexOf('温');
    const damaged = Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at + 2)]);
    expect(decodeText(damaged)).toMatchObject({
      ok: false,
      line: 2,
      message: expect.stringMatching(/damaged UTF-8/),
    });
  });

  test('whatever the hub writes it reads again', () => {
    const cell = fc
      .string({ unit: 'grapheme' })
      .filter((value) => !/[\p{Cc}\ufffd\ue5e5\ufeff]/u.test(value));
    fc.assert(
      fc.property(cell, fc.constantFrom('utf-8' as const, 'gb18030' as const), (value, encoding) => {
        const line = `单位编号,${value}`;
        expect(decodeText(encodeText(line, encoding))).toMatchObject({ ok: true, text: line });
      }),
      { numRuns: 2_000 },
    );
  });

  test('any bytes are answered', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof decodeText(bytes).ok).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
