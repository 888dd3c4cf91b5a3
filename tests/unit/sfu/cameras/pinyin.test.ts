import fc from '../../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { pinyinOf } from '../../../../src-sfu/features/cameras/pinyin.ts';

describe('pinyin', () => {
  test.each([
    ['温泉中队', 'wen quan zhong dui'],
    ['绿源养老院', 'lv yuan yang lao yuan'],
    ['厦铺镇', 'xia pu zhen'],
    ['重庆银行', 'chong qing yin hang'],
  ])('%s reads %s', (name, syllables) => {
    expect(pinyinOf(name)).toEqual(syllables.split(' '));
  });

  test('Latin letters and digits stand for themselves, other characters for nothing', () => {
    expect(pinyinOf('A区-3😀')).toEqual(['a', 'qu', '', '3', '']);
  });

  test('there is one entry a code point, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(pinyinOf(name)).toHaveLength([...name].length);
      }),
      { numRuns: 1_000 },
    );
  });
});
