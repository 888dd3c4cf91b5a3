import { readFileSync } from 'node:fs';
import type { Words } from '../../src-shared/timeline/timelineWords.ts';

export const wordLanguages = ['zh-CN', 'en'] as const;
export type WordLanguage = (typeof wordLanguages)[number];

const read = new Map<WordLanguage, object>();

/** The sentences of the surfaces, for what the hub writes itself: by their key, filled in as i18next does. */
export function wordsOf(language: WordLanguage): Words {
  const known = read.get(language) ?? readWords(language);
  read.set(language, known);
  return (key, parameters = {}) => {
    const count = parameters.count;
    const plural = count === undefined ? undefined : language === 'en' && count === 1 ? '_one' : '_other';
    const text = lookUp(known, key) ?? (plural === undefined ? undefined : lookUp(known, key + plural));
    return text?.replace(/\{\{(\w+)\}\}/g, (_blank, name: string) => String(parameters[name] ?? ''));
  };
}

function readWords(language: WordLanguage): object {
  const file = new URL(`../../assets/locales/${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

function lookUp(words: object, key: string): string | undefined {
  const value = key
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      words,
    );
  return typeof value === 'string' ? value : undefined;
}
