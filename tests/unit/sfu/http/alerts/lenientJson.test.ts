import fc from '../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseLenientJson } from '../../../../../src-sfu/http/alerts/lenientJson.ts';

/** The largest body that is read. */
const bodyCharacters = 14_000_000;
/** Generous for a slow machine; what takes a quadratic time takes minutes or hours. */
const budgetMs = 5_000;

describe('JSON as programs write it', () => {
  it.each([
    ['{"a":NaN,"b":[-Infinity,Infinity]}', { a: null, b: [null, null] }],
    ['{"a":"NaN","b":NaN}', { a: 'NaN', b: null }],
    [
      '{"a":"say \\"NaN\\" and \\\\","b":NaN,"c":"Infinity"}',
      { a: 'say "NaN" and \\', b: null, c: 'Infinity' },
    ],
    ['{"NaN":NaN}\0\0\0', { NaN: null }],
    ['{"a":1}\0', { a: 1 }],
    ['NaN', null],
  ])('is read: %j', (text, expected) => {
    expect(parseLenientJson(text)).toEqual(expected);
  });

  it.each(['', '\0', '{"a":\0}', '{"a":NaN', '{"a":NaNs}', '{"NaN', '"NaN\\'])('is refused: %j', (text) => {
    expect(() => parseLenientJson(text)).toThrow('The body is not JSON');
  });

  it('is what strict JSON is, with null in place of what is no number', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(['NaN "', value, 'Infinity\\', { NaN: value }]);
        expect(parseLenientJson(`[NaN,${text}]\0`)).toEqual([null, JSON.parse(text)]);
      }),
    );
  });

  it.each<[string, () => string]>([
    ['zeros with something after them', () => `{${'\0'.repeat(bodyCharacters)}x`],
    ['zeros in pieces', () => '\0\0\0x'.repeat(bodyCharacters / 4)],
    ['quotes', () => '"'.repeat(bodyCharacters)],
    ['quotes before what is no number', () => `${'""'.repeat(bodyCharacters / 2)}NaN`],
    ['what is no number', () => 'NaN,'.repeat(bodyCharacters / 4)],
    ['what is no number, before one quote', () => `${'NaN,'.repeat(bodyCharacters / 4)}"`],
    ['strings with what is no number', () => '"NaN",'.repeat(bodyCharacters / 6)],
    ['backslashes in a string', () => `NaN"${'\\\\'.repeat(bodyCharacters / 2)}`],
    ['a string without an end', () => `NaN,"${'NaN '.repeat(bodyCharacters / 4)}`],
  ])('of the largest size stops nobody: %s', (_what, text) => {
    const sent = text();
    const beganAt = performance.now();
    expect(() => parseLenientJson(sent)).toThrow('The body is not JSON');
    expect(performance.now() - beganAt).toBeLessThan(budgetMs);
  });
});
