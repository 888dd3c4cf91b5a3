import i18next from 'i18next';
import { pageStorage } from '../../server/pageStorage.ts';
import { chooseLanguage, type Language } from '../../ui/languages.ts';
import { createTimeFormat } from '../../ui/times.ts';
import type { SessionStore } from './sessionStore.ts';

/** Shows this surface in another language from now on, also after it is opened again. */
export async function switchLanguage(language: Language, session: SessionStore): Promise<void> {
  chooseLanguage(`?lang=${language}`, pageStorage.local);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
  session.setState({ times: createTimeFormat(language, session.getState().nowMs) });
}
