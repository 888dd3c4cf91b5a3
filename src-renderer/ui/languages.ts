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
