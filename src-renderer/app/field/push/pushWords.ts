/** Where the page keeps the words of notifications for its service worker, which has no locale files. */
export const pushWordsCache = 'mingchu-push';
export const pushWordsPath = '/push-words.json';

/** In the language of the page. `{{number}}` and `{{place}}` are filled in by the worker. */
export interface PushWords {
  language: string;
  title: string;
  again: string;
  checked: string;
}
