import { describe, expect, it } from 'vitest';
import en from '../../../../assets/locales/en.json';
import zhCN from '../../../../assets/locales/zh-CN.json';
import { chooseLanguage } from '../../../../src-renderer/ui/locale.ts';

function texts(value: object, path = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'string' ? [[`${path}${key}`, inner]] : texts(inner as object, `${path}${key}.`),
  );
}
const blanks = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');

function storage(stored?: string) {
  const values = new Map(stored === undefined ? [] : [['mingchu.language', stored]]);
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

describe('the locale files', () => {
  it('have the same keys', () => {
    const keys = (value: object) => texts(value).map(([key]) => key);
    expect(keys(en).sort()).toEqual(keys(zhCN).sort());
  });

  it('have no empty text, and the same blanks to fill in each', () => {
    const chinese = new Map(texts(zhCN));
    for (const [key, text] of texts(en)) {
      expect(text, key).not.toBe('');
      expect(chinese.get(key), key).not.toBe('');
      expect(blanks(text).sort(), key).toEqual(blanks(chinese.get(key) ?? '').sort());
    }
  });
});

describe('the language of a surface', () => {
  it('is Chinese unless something else was chosen', () => {
    expect(chooseLanguage('', storage())).toBe('zh-CN');
    expect(chooseLanguage('?lang=xx', storage('yy'))).toBe('zh-CN');
  });

  it('is what the address asks for, and stays so', () => {
    const kept = storage();
    expect(chooseLanguage('?lang=en', kept)).toBe('en');
    expect(chooseLanguage('', kept)).toBe('en');
    expect(chooseLanguage('?lang=zh', kept)).toBe('zh-CN');
  });
});
