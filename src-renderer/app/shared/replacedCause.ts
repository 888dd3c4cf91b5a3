import { replacedCauses, type ReplacedCause } from '../../../src-shared/wall/replacedPage.ts';

/**
 * Why the desktop application loaded this page again, from the page's address, and takes it out of there, so that a page that somebody
 * loads again by hand does not say it once more.
 */
export function takeReplacedCause(
  location: Pick<Location, 'href'>,
  history: Pick<History, 'replaceState'>,
): ReplacedCause | undefined {
  const address = new URL(location.href);
  const named = address.searchParams.get('replaced');
  if (named === null) return undefined;
  address.searchParams.delete('replaced');
  history.replaceState(null, '', address.href);
  return replacedCauses.find((cause) => cause === named);
}
