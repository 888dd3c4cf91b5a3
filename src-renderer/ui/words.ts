import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { languages, type Language } from './languages.ts';

/** Speaks a language from now on, with the words of a page in each. */
export async function startWords(language: Language, words: Record<Language, object>): Promise<void> {
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: languages[0],
    resources: { 'zh-CN': { translation: words['zh-CN'] }, en: { translation: words.en } },
    // React escapes by itself.
    interpolation: { escapeValue: false },
  });
}
