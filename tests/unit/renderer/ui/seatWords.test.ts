import { createInstance, type i18n } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import english from '../../../../assets/locales/en.json';
import chinese from '../../../../assets/locales/zh-CN.json';
import { seatWords } from '../../../../src-renderer/ui/seatWords.ts';
import { deskName } from '../../../../src-sfu/base/deskName.ts';

let en: i18n;
let zh: i18n;

beforeAll(async () => {
  en = createInstance();
  zh = createInstance();
  await en.init({ lng: 'en', resources: { en: { translation: english } } });
  await zh.init({ lng: 'zh-CN', resources: { 'zh-CN': { translation: chinese } } });
});

describe('who acted at a desk', () => {
  it.each([
    [{ role: 'duty_officer', seat: 2 }, 'Desk 2', '值班席 2'],
    [{ role: 'supervisor', seat: 1 }, 'Commander 1', '指挥长席 1'],
    [{ role: 'administrator', seat: 7 }, 'Seat 7', '席位 7'],
    [undefined, 'Seat', '席位'],
    [{ role: 'screen', screenId: 'left' }, 'Screen left', '屏幕 left'],
    [{ role: 'screen' }, 'Screen', '屏幕'],
  ])('shows what the hub calls %j in the language of the screen', (identity, inEnglish, inChinese) => {
    const name = deskName({ identity });
    expect(seatWords(name, en.t)).toBe(inEnglish);
    expect(seatWords(name, zh.t)).toBe(inChinese);
  });

  it.each(['', '王敏', 'Ann', '值班席1', '值班席 2 王敏', 'SOS', 'Desk 2', '值班席 x'])(
    'leaves the name %j of an officer as it was given',
    (name) => {
      expect(seatWords(name, en.t)).toBe(name);
      expect(seatWords(name, zh.t)).toBe(name);
    },
  );

  it('shows what the wall’s schedule and the server did by themselves as theirs', () => {
    expect(['schedule', 'hub'].map((name) => seatWords(name, zh.t))).toEqual(['时间表', '服务器']);
    expect(['schedule', 'hub'].map((name) => seatWords(name, en.t))).toEqual(['Schedule', 'Server']);
  });
});
