import i18next from 'i18next';
import { chooseLanguage, type Language } from '../../ui/locale.ts';
import { createTimeFormat } from '../../ui/times.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import type { SessionStore } from '../shared/sessionStore.ts';

/** Shows the desk in another language from now on, also after it is opened again. */
export async function switchLanguage(language: Language, session: SessionStore): Promise<void> {
  chooseLanguage(`?lang=${language}`, pageStorage.local);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
  session.setState({ times: createTimeFormat(language, session.getState().nowMs) });
  nameTab();
}

/** The page's name in the browser's tab. */
export function nameTab(): void {
  document.title = `${i18next.t('product.name')} · ${i18next.t('product.desk')}`;
}
