import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../../assets/locales/en.json';
import zhCN from '../../assets/locales/zh-CN.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zhCN };
  }
}

/** The languages of the surfaces; the first is the default. */
export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'mingchu.language';

/** The language asked for in the address (`?lang=en`), else the one chosen before, else Chinese. */
export function chooseLanguage(search: string, storage: Pick<Storage, 'getItem' | 'setItem'>): Language {
  const known = (value: string | null): Language | undefined =>
    languages.find((language) => value === language || value?.split('-')[0] === language.split('-')[0]);
  const asked = known(new URLSearchParams(search).get('lang'));
  if (asked !== undefined) storage.setItem(storageKey, asked);
  return asked ?? known(storage.getItem(storageKey)) ?? languages[0];
}

/** Makes the words of a surface ready. Both languages are part of the page: nothing is fetched. */
export async function startLocale(language: Language): Promise<void> {
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: languages[0],
    resources: { 'zh-CN': { translation: zhCN }, en: { translation: en } },
    // React escapes by itself.
    interpolation: { escapeValue: false },
  });
}
