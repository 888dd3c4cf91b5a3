import en from '../../assets/locales/en.json';
import zhCN from '../../assets/locales/zh-CN.json';
import { startWords } from './words.ts';
import type { Language } from './languages.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zhCN };
  }
}

/** Makes the words of a surface ready. Both languages are part of the page: nothing is fetched. */
export async function startLocale(language: Language): Promise<void> {
  await startWords(language, { 'zh-CN': zhCN, en });
}
