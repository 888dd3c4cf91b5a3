import { describe, expect, it } from 'vitest';
import en from '../../../../assets/locales/en.json';
import zhCN from '../../../../assets/locales/zh-CN.json';
import { chooseLanguage } from '../../../../src-renderer/ui/languages.ts';

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
    // English has two plural forms where Chinese has one.
    const keys = (value: object) => [
      ...new Set(texts(value).map(([key]) => key.replace(/_(?:one|other)$/, ''))),
    ];
    expect(keys(en).sort()).toEqual(keys(zhCN).sort());
  });

  it('have both plural forms in English and one in Chinese, wherever there is one', () => {
    const english = texts(en).map(([key]) => key);
    expect(english.some((key) => key.endsWith('_one'))).toBe(true);
    for (const [key] of texts(zhCN)) {
      expect(key).not.toMatch(/_one$/);
      if (!key.endsWith('_other')) continue;
      expect(english).toContain(key);
      expect(english).toContain(key.replace(/_other$/, '_one'));
    }
  });

  it('say click at the desk and tap on phones', () => {
    const chinese = new Map(texts(zhCN));
    for (const [key, text] of chinese) {
      if (/^(?:talk|field)\./.test(key) && key.endsWith('_click')) {
        expect(text, key).toContain('点击');
        expect(chinese.get(key.replace(/_click$/, '_tap')), key).toContain('点按');
      } else if (!/^(?:field|trust)\./.test(key) && !key.endsWith('_tap'))
        expect(text, key).not.toContain('点按');
    }
  });

  it('write no Chinese in an English sentence, no unknown English word in a Chinese one, and a percentage without a space', () => {
    const allowed =
      /^(?:English|CSV|JSON|XLSX|HTML|PDF|UTF|GB|WHIP|WHEP|SOS|HTTPS|WebGL|Safari|Mingchu|mingchu\.crt|CA|SHA|H|RTSP|GSHHG|LGPL|GeoNames|CC|BY|ONVIF|Enter|Shift|Delete|MB|quanyun|qyzx|wall\.html|fps|WGS|GCJ|BD|rtsp|F|Ctrl|PMTiles|GeoJSON|Basic|Digest|URL|B|G|kHz|OpenDocument|csv|T|SIP|UDP|TCP|SVAC|Protomaps|OpenMapTiles|map\.json|coordinateSystem|wgs|gcj|bd|xlsx|xls|xlsb|et|ods|Excel|WPS|sep)$/;
    const bilingual = new Set([
      'desk.otherLanguage',
      'field.menu.otherLanguage',
      'trust.languageName',
      'finder.hint',
      'showcase.language',
    ]);
    for (const [key, text] of texts(en)) {
      if (!bilingual.has(key)) expect(text, key).not.toMatch(/\p{Script=Han}/u);
      expect(text, key).not.toMatch(/\d %|\}\} %/);
    }
    for (const [key, text] of texts(zhCN)) {
      if (bilingual.has(key)) continue;
      const words = text.replace(/\{\{\w+\}\}/g, '').match(/[A-Za-z][A-Za-z.]*[A-Za-z]|[A-Za-z]/g) ?? [];
      expect(
        words.filter((word) => !allowed.test(word)),
        key,
      ).toEqual([]);
      expect(text, key).not.toMatch(/\d %|\}\} %/);
    }
  });

  it('use curly quotes', () => {
    for (const [key, text] of [...texts(zhCN), ...texts(en)]) expect(text, key).not.toContain('"');
  });

  it('have no empty text, and the same blanks to fill in each', () => {
    const chinese = new Map(texts(zhCN));
    const chineseOf = (key: string) => chinese.get(key) ?? chinese.get(key.replace(/_one$/, '_other'));
    for (const [key, text] of texts(en)) {
      expect(text, key).not.toBe('');
      expect(chineseOf(key), key).not.toBe('');
      // A singular may leave its number out.
      const filled = (value: string) =>
        blanks(value).filter((name) => !key.endsWith('_one') || name !== 'count');
      expect(filled(text).sort(), key).toEqual(filled(chineseOf(key) ?? '').sort());
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
