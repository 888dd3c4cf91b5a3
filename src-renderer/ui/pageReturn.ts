/** The parts of a page that say when it is back; stand-ins serve in tests. */
export interface ReturningPage {
  window: Pick<EventTarget, 'addEventListener'>;
  document: Pick<EventTarget, 'addEventListener'> & { readonly hidden: boolean };
}

/**
 * Calls the listener when the page is back: seen again after a lock, a call or another app, taken out of the browser's cache,
 * or on a network again. What a phone took away meanwhile is to be asked for again then.
 */
export function onPageReturn(page: ReturningPage, listener: () => void): void {
  const returned = (): void => {
    if (!page.document.hidden) listener();
  };
  page.document.addEventListener('visibilitychange', returned);
  page.document.addEventListener('resume', returned);
  page.window.addEventListener('pageshow', returned);
  page.window.addEventListener('online', returned);
}
