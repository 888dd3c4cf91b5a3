import { customPinyin, pinyin } from 'pinyin-pro';

/** Place names around here that are read otherwise than the characters usually are. */
customPinyin({ 厦铺: 'xià pù', 簰洲: 'pái zhōu', 隽水: 'juàn shuǐ' });

/**
 * The pinyin of a name without tones, one entry a code point: 温泉A → `['wen', 'quan', 'a']`. Latin letters and digits
 * stand for themselves, everything else is empty; ü is written v, as it is typed.
 */
export function pinyinOf(name: string): string[] {
  return pinyin(name, { toneType: 'none', type: 'all' }).flatMap(({ origin, pinyin: syllable, isZh }) =>
    [...origin].map((character) =>
      isZh ? syllable.toLowerCase().replaceAll('ü', 'v') : character.toLowerCase().replace(/[^a-z0-9]/g, ''),
    ),
  );
}
