import type { TFunction } from 'i18next';
import type { ReplacedPage } from '../../src-shared/wall/replacedPage.ts';
import type { TimeFormat } from './times.ts';

/** When and why the page of a screen was loaded again by itself, and how often. */
export function replacedWords(
  { cause, atMs, count }: ReplacedPage,
  times: Pick<TimeFormat, 'timeOfDay'>,
  t: TFunction,
): string {
  return t('screen.replaced.text', {
    at: times.timeOfDay(atMs),
    cause: t(`screen.replaced.${cause}`),
    count,
  });
}
